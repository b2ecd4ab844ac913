"""How each element's text is hidden from the people who look at a page, if it is: one state of `STATES` an element.

One pass in source order hands a small `Context` (colour, font size, what hides) from parent to child. Most elements declare nothing that
matters and share the context of their parent; declarations are read only where a cheap look at the start tag finds a reason to.
A state is evidence and no verdict: menus, tabs, screen-reader texts and lazily shown parts are hidden too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.page import states
from detector.page.css.cascade import Cascade, PageStyles
from detector.page.css.media import media_applies
from detector.page.css.tree import Tree
from detector.page.css.values import BLACK, INHERIT, LINK, UNKNOWN, WHITE, Colour
from detector.page.css.variables import Variables
from detector.page.descent import elements_above, nearest
from detector.page.heads import ARIA_HIDDEN, BGCOLOR, HIDDEN, STYLE, elements_with_attributes
from detector.page.hiding import FADED, NOTHING, TINY, Effects, effects_of, natural_layout
from detector.page.inline_style import TABLES, InlineStyle, read_style, style_of
from detector.page.markup import Markup, codes_of
from detector.page.scripts import hidden_by_scripts
from detector.page.states import SHOWN, STATES, VISIBLE

__all__ = ["SHOWN", "STATES", "element_visibility"]

_MAX_GROUNDS: Final = 64  # background colours of style attributes that letters are compared with; beyond, all letters are looked up
_MAX_ABOVE: Final = 64  # ancestors looked at for what covers an element, or gives it its colour
_MAX_SHELLS: Final = 256  # ancestors of a style element that may keep it from applying

# What an element does to its text by its name. VISIBLE: it is looked at closer.
_ELEMENTS: Final = {
    "noscript": states.NOSCRIPT, "template": states.TEMPLATE, "iframe": states.IFRAME, "noembed": states.IFRAME, "title": states.HEAD,
    "noframes": states.NOFRAMES, "textarea": states.TEXTAREA, "marquee": states.MARQUEE, "meta": states.HEAD,
    **dict.fromkeys(("video", "audio", "canvas"), states.FALLBACK),
    **dict.fromkeys(("datalist", "rp", "desc", "metadata", "defs", "annotation", "annotation-xml"), states.DISPLAY_NONE),
    **dict.fromkeys(("details", "summary", "dialog", "body", "font"), VISIBLE),
}  # fmt: skip
_ALWAYS: Final = STYLE | HIDDEN | ARIA_HIDDEN  # flags of what is looked at closer
_CONTROLS: Final = frozenset({"button", "select", "input", "textarea"})  # have a font, colours and an indent of their own
_CONTROL_FONT: Final = 13.3  # px
_TABLE_FONT: Final = 16.0  # px; on pages without a doctype tables do not inherit the size of their letters

_OTHER_SHEET = re.compile(r"<link\b[^>]{0,500}\bstylesheet", re.IGNORECASE)
_OPEN = re.compile(r"[\s\"'/]open(?=[\s/>=])", re.IGNORECASE)


class Context:
    """What an element hands to its children.

    state: what hides everything inside; shown: a state of `SHOWN`; visible: visibility; opacity: of all above together; font: px; colour:
    of the letters; same: whether they are the colour of their ground; indented: see `Effects`. final: the state of text that stands here;
    undoable: whether a child may make itself seen again.
    """

    __slots__ = ("colour", "final", "font", "indented", "opacity", "same", "shown", "state", "undoable", "visible")

    def __init__(
        self, state: int = VISIBLE, shown: int = VISIBLE, visible: bool = True, opacity: float = 1.0, font: float = 16.0,
        colour: Colour | str = BLACK, same: bool = False, indented: bool = False,
    ) -> None:  # fmt: skip
        self.state = state
        self.shown = shown
        self.visible = visible
        self.opacity = opacity
        self.font = font
        self.colour = colour
        self.same = same
        self.indented = indented
        faded = isinstance(colour, Colour) and colour.alpha < FADED
        self.undoable = not state and (not visible or font < TINY or indented or same or faded)
        if state:
            self.final = state
        elif not visible:
            self.final = states.VISIBILITY_HIDDEN
        elif font <= 0.01:
            self.final = states.ZERO_FONT
        elif faded:
            self.final = states.TRANSPARENT
        elif indented:
            self.final = states.TEXT_INDENT
        elif same:
            self.final = states.SAME_COLOUR
        else:
            self.final = states.TINY_FONT if font < TINY else shown

    def with_shown(self, shown: int) -> Context:
        """The same with another way of being shown."""
        if shown == self.shown:
            return self
        return Context(self.state, shown, self.visible, self.opacity, self.font, self.colour, self.same, self.indented)

    def needs(self) -> Iterator[str]:
        """Properties by which a child may make itself seen again."""
        if not self.visible:
            yield "visibility"
        if self.font < TINY:
            yield "font-size"
        if self.indented:
            yield "text-indent"
        if self.same or (isinstance(self.colour, Colour) and self.colour.alpha < FADED):
            yield "color"


@lru_cache(maxsize=4096)
def _kept_effects(style: InlineStyle, layout: int) -> Effects:
    return effects_of({**style.normal, **style.important}, layout)


def element_visibility(
    source: str, markup: Markup, codes: NDArray[np.uint32] | None = None, asked: NDArray[np.int64] | None = None
) -> NDArray[np.uint8]:
    """State (index into `STATES`) of every element of ``markup``, whose text stands in it directly. Linear in the source; never raises.

    codes: `codes_of` the source, where at hand; asked: the elements whose states are wanted, others may be given that of their parent.
    """
    reader = _Reader(source, markup, codes_of(source) if codes is None else codes)
    return reader.read(None if asked is None else elements_above(markup.parent, asked))


def _sheets_of(tree: Tree, codes: NDArray[np.uint32]) -> Iterator[tuple[str, bool]]:
    """Sheets that apply: (text, whether a script made it)."""
    markup, source = tree.markup, tree.source
    for start, end in markup.styles:
        index = bisect_left(markup.open_end, start)
        if end - start < 8 or index >= len(markup.name) or markup.name[index] != "style":
            continue
        shell = markup.parent[index]
        for _ in range(_MAX_SHELLS):
            if shell <= 0 or markup.name[shell] in ("noscript", "template"):
                break
            shell = markup.parent[shell]
        if shell > 0:
            continue
        attributes = tree.attributes(index) if markup.open_end[index] - markup.attributes[index] > 7 else {}
        if media_applies(attributes.get("media", "")) and attributes.get("type", "").strip().lower() in ("", "text/css"):
            yield source[start:end], False
    for sheet in hidden_by_scripts(source, markup, codes):
        yield sheet, True


def _variables_of(source: str, tree: Tree) -> Variables:
    styles = (source[start:end] for start, end in tree.markup.styles)
    return Variables([*styles, *tree.heads.styles.values()], complete=_OTHER_SHEET.search(source) is None and "@import" not in source)


class _Reader:
    """The work on one page."""

    def __init__(self, source: str, markup: Markup, codes: NDArray[np.uint32]) -> None:
        self.source = source
        self.markup = markup
        self._codes = codes
        self.tree = Tree(source, markup, codes)
        self._flags = self.tree.heads.flags.tobytes()
        self._variables = _variables_of(source, self.tree) if "var(" in source else None
        sheets = _sheets_of(self.tree, codes)
        if self._variables is not None:
            sheets = ((self._variables.resolve(css), scripted) for css, scripted in sheets)
        self.styles = PageStyles(self.tree, sheets)
        self._grounds: set[Colour] = set()  # declared by style attributes so far
        self._effects: dict[int, Effects] = {}
        self._made: dict[tuple[Cascade, str, int], Effects] = {}
        self._ground: dict[int, Colour | str] = {0: WHITE}
        self._first_body = markup.name.index("body") if "body" in self.tree.heads.names else 0
        self._body = 0  # the same, once it is entered: what stands outside of it stands on its ground
        self._contexts = {0: Context()}  # of elements that were entered
        self._is_asked = b"\1" * len(markup.name)  # whether the state of an element, or of one in it, is wanted
        self._is_named = b""  # whether a rule that hides may end in an element
        self._is_marked = b""
        self._near = np.zeros(0, np.int32)
        self._details: dict[int, Context] = {}  # of closed details: the context around them, for the summary
        self._is_quirky = "<!doctype" not in source[:2000].lower()

    def read(self, asked: NDArray[np.bool_] | None) -> NDArray[np.uint8]:
        """Only the elements that may change something are entered: those marked, and all that stand in one whose effect can be undone.

        asked: elements whose state is wanted, with all above them; None for all.
        """
        parents, body = self.markup.parent, self._first_body
        named = self._find_named()
        marked = named | self._find_marked()
        if asked is not None:
            asked[body] = True
            # a style says what grounds there are on the page
            marked &= asked | ((self.tree.heads.flags & STYLE) != 0)
            self._is_asked = asked.tobytes()
        near, chosen, above = nearest(parents, marked, body)
        self._is_named, self._is_marked, self._near = named.tobytes(), marked.tobytes(), near
        contexts = self._contexts
        past = 0  # elements before it are done
        dense: list[int] = []  # done one by one
        for index, over in zip(chosen, above, strict=True):
            if index < past:
                continue
            context = contexts[index] = self._enter(index, contexts[over])
            if context.undoable:
                past = self._enter_all(index)
                dense += range(index + 1, past)
        final = np.zeros(len(parents), np.uint8)
        final[list(contexts)] = [context.final for context in contexts.values()]
        found: NDArray[np.uint8] = final[near]
        if dense:
            found[dense] = final[dense]
        if body:
            found[[0, parents[body]]] = final[body]
        return found

    def _find_named(self) -> NDArray[np.bool_]:
        """Which elements a rule that hides may end in."""
        hiding, heads = self.styles.hiding, self.tree.heads
        if "*" in hiding:
            return np.ones(len(heads.flags), np.bool_)
        if not hiding:
            return np.zeros(len(heads.flags), np.bool_)
        classes, ids, attributes = self.styles.hiding_classes, self.styles.hiding_ids, self.styles.hiding_attributes
        named: NDArray[np.bool_] = np.array([name in hiding for name in heads.names])[heads.name]
        if classes:
            named |= np.array([not classes.isdisjoint(names) for names in heads.classes])[heads.class_number]
        if ids:
            named[[index for index, name in heads.ids.items() if name in ids]] = True
        if attributes:
            named |= elements_with_attributes(self.source, self.markup, attributes, self._codes)
        return named

    def _find_marked(self) -> NDArray[np.bool_]:
        """Which elements may hide, or make letters and ground alike, by what stands in their start tag."""
        heads = self.tree.heads
        bits = np.array([_ALWAYS | BGCOLOR if name in TABLES else _ALWAYS for name in heads.names], np.uint8)
        special = np.array([name in _ELEMENTS for name in heads.names])
        marked: NDArray[np.bool_] = special[heads.name] | ((heads.flags & bits[heads.name]) != 0)
        return marked

    def _enter_all(self, top: int) -> int:
        """Enter the elements inside of `top` one by one, and what is moved into it where it is body. Answers with the one past the last."""
        parents, contexts, body = self.markup.parent, self._contexts, self._first_body
        moved = (0, parents[body]) if body else ()
        to_the_end = top == body
        for index in range(top + 1, len(parents)):
            parent = parents[index]
            if parent < top and not to_the_end:
                return index
            if parent in moved and index > body:
                context = contexts[body]
            else:
                known = contexts.get(parent)
                context = contexts[self._near.item(parent)] if known is None else known
            if context.undoable or self._is_marked[index]:
                context = self._enter(index, context)
            contexts[index] = context
            to_the_end = to_the_end or (index == body and context.undoable)
        return len(parents)

    def _enter(self, index: int, outer: Context) -> Context:
        """The context of an element that may change something."""
        if index == self._first_body:
            self._body = index
        name, flags = self.markup.name[index], self._flags[index]
        text = self._style(index)
        style = read_style(text) if text else None
        if style is not None:
            self._note(style)
        is_hidden = flags & HIDDEN != 0
        effects = NOTHING
        if not self._is_asked[index]:
            return outer
        if is_hidden or name == "dialog":
            self.styles.need(("display",))  # any of which undoes it
        matters = outer.undoable or is_hidden or name == "dialog" or (style is not None and self._matters(style, outer))
        if matters or (self._is_named[index] and self.styles.may_hide(index)):
            effects = self.effects(index)
        elif name not in _ELEMENTS and not flags & ARIA_HIDDEN:
            return outer
        state = _ELEMENTS.get(name, VISIBLE)
        shown = outer.shown
        if state in SHOWN:
            shown, state = state or shown, VISIBLE
        if is_hidden and not effects.displayed:
            state = states.HIDDEN_ATTRIBUTE
        elif not shown and flags & ARIA_HIDDEN and self.tree.attributes(index).get("aria-hidden", "").strip().lower() == "true":
            shown = states.ARIA_HIDDEN
        if name == "dialog" and not effects.displayed and not self._is_open(index):
            state = states.CLOSED_DIALOG
        elif name == "summary" and outer.state == states.CLOSED_DETAILS:
            outer = self._details.pop(self.markup.parent[index], outer)
        context = self._derive(index, name, outer, effects).with_shown(shown)
        if state and not context.state:
            context = Context(state)
        if name == "details" and not context.state and not self._is_open(index):
            self._details[index] = context
            context = Context(states.CLOSED_DETAILS)
        return context

    def _style(self, index: int) -> str:
        text = style_of(self.tree, index)
        return self._variables.resolve(text) if self._variables is not None and "var(" in text else text

    def _is_open(self, index: int) -> bool:
        return _OPEN.search(self.source, self.markup.attributes[index], self.markup.open_end[index]) is not None

    def _derive(self, index: int, name: str, outer: Context, effects: Effects) -> Context:
        """The context that declarations make of the one around an element."""
        if outer.state or (effects is NOTHING and not outer.undoable):
            return outer
        colour, font, indented = outer.colour, outer.font, outer.indented
        if outer.undoable:
            # what browsers declare themselves
            if name == "a" and "href" in self.tree.attributes(index):
                colour = LINK
            elif name in _CONTROLS:
                colour, font, indented = BLACK, _CONTROL_FONT, False
            elif name == "table" and self._is_quirky:
                font = _TABLE_FONT
        if effects.colour is not None:
            colour = outer.colour if effects.colour == INHERIT else effects.colour
        if effects.font is not None:
            font = effects.font.number * (outer.font if effects.font.unit == "em" else 1.0)
        if effects.indented is not None:
            indented = effects.indented
        same = outer.same
        if effects.colour is not None or effects.background is not None or colour is not outer.colour or (same and effects.lifted):
            same = self._is_same(index, colour)
        visible = outer.visible if effects.visible is None else effects.visible
        opacity = outer.opacity * effects.opacity
        state = effects.state or (states.TRANSPARENT if opacity < FADED else VISIBLE)
        if not state and effects.sunk and self._is_covered(index):
            state = states.BEHIND
        context = Context(state, outer.shown, visible, opacity, font, colour, same, indented)
        if context.undoable:
            self.styles.need(context.needs())
        return context

    def _note(self, style: InlineStyle) -> None:
        """Remember a ground that letters may vanish on, and what rules are to be known because of a style attribute."""
        if style.ground and len(self._grounds) < _MAX_GROUNDS:
            self._grounds.add(style.ground)
        if style.hides:
            self.styles.need(style.hides - {"display"})
        elif style.ink and self.styles.paints(style.ink):
            self.styles.need(("color",))

    def _matters(self, style: InlineStyle, outer: Context) -> bool:
        """Whether a style attribute may hide, or make letters and ground alike."""
        if style.hides:
            return True
        if style.ground and isinstance(outer.colour, Colour) and style.ground.near(outer.colour):
            return True
        ink, grounds = style.ink, self._grounds
        return ink is not None and (len(grounds) >= _MAX_GROUNDS or any(ink.near(ground) for ground in grounds) or self.styles.paints(ink))

    def effects(self, index: int) -> Effects:
        """What all that is declared for an element does."""
        known = self._effects.get(index)
        if known is not None:
            return known
        text = self._style(index) if index else ""
        layout = natural_layout(self.markup.name[index])
        rules = self.styles.cascade(index) if index else None
        if rules is not None:
            key = (rules, text, layout)
            known = self._made.get(key)
            if known is None:
                style = read_style(text)
                known = self._made[key] = effects_of({**rules.normal, **style.normal, **rules.important, **style.important}, layout)
        else:
            known = _kept_effects(read_style(text), layout) if text else NOTHING
        self._effects[index] = known
        return known

    def _is_same(self, index: int, colour: Colour | str) -> bool:
        """Whether letters of a colour cannot be told from what they stand on."""
        if not isinstance(colour, Colour) or colour.alpha < FADED:
            return False
        ground = self.ground(index)
        if not isinstance(ground, Colour) or not colour.over(ground).near(ground):
            return False
        # Rules for colours that can be read are not looked up on the way down: look now whether the letters have another colour.
        self.styles.need(("color",))
        ink = self._ink(index)
        return isinstance(ink, Colour) and ink.over(ground).near(ground)

    def _ink(self, index: int) -> Colour | str:
        """The colour of an element's letters, declared for it or for the nearest ancestor that has one."""
        names = self.markup.name
        for _ in range(_MAX_ABOVE):
            if index <= 0:
                return BLACK
            colour = self.effects(index).colour
            if colour is not None and colour != INHERIT:
                return colour
            if colour is None and names[index] in _CONTROLS:
                return BLACK
            if colour is None and names[index] == "a" and "href" in self.tree.attributes(index):
                return LINK
            index = self._above(index)
        return BLACK

    def _above(self, index: int) -> int:
        """The parent of an element as browsers build the tree: what stands outside of body is moved into it."""
        names, parent = self.markup.name, self.markup.parent[index]
        return self._body if names[parent] in ("", "html") and index > self._body and names[index] not in ("html", "head") else parent

    def ground(self, index: int) -> Colour | str:
        """The colour under an element's text, `UNKNOWN` where an image, or what an element out of the flow lies on, may be."""
        path = []
        at = index
        while at not in self._ground:
            path.append(at)
            paint = self.effects(at).background
            if isinstance(paint, Colour) and paint.alpha >= 1:
                break  # what lies under it cannot be seen
            at = self._above(at)
        found = self._ground.get(at, UNKNOWN)
        for at in reversed(path):
            effects = self.effects(at)
            paint = effects.background
            if isinstance(paint, Colour) and paint.alpha > 0:
                found = paint if paint.alpha >= 1 else paint.over(found) if isinstance(found, Colour) else UNKNOWN
            elif paint == UNKNOWN or effects.lifted or self.markup.name[at] in _CONTROLS:
                found = UNKNOWN
            self._ground[at] = found
        return found

    def _is_covered(self, index: int) -> bool:
        """Whether a ground is painted between an element and the nearest one that z-indexes count from; that of body lies under all."""
        at = self._above(index)
        for _ in range(_MAX_ABOVE):
            if at <= 0 or self.markup.name[at] in ("body", "html"):
                return False
            effects = self.effects(at)
            if effects.stacks:
                return False
            if effects.background == UNKNOWN or (isinstance(effects.background, Colour) and effects.background.alpha > 0.5):
                return True
            at = self._above(at)
        return False
