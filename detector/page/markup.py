"""HTML → elements and text chunks, each with exact source offsets, in one linear pass.

A tree parser gives a better tree and no offsets of text; an audit must say to the character where spam stands. So tags are found by
one compiled expression whose every quantifier is possessive (linear on any input), and a stack gives each chunk its parent, the
lowest common ancestor with the chunk before, and how strong a break lies between. ``tests/page/test_against_lexbor.py`` holds the text to a
WHATWG tree parser.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels
from detector.page.script_text import Written, attribute_markup, written_text
from detector.page.structured_data import structured_text
from detector.page.unescaping import Unescaped

# Strength of the break that a tag makes between the texts around it.
INLINE: Final = 0
ANCHOR: Final = 1  # between two links or spans: a new phrase
ITEM: Final = 2  # between list items, cells, options
LINE: Final = 3  # between lines and blocks

# What a chunk is.
TEXT: Final = 0
TITLE: Final = 1
META: Final = 2
ALT: Final = 3
TITLE_ATTRIBUTE: Final = 4
LABEL: Final = 5  # aria-label, placeholder, value of a button, label
DATA: Final = 6  # data-*, srcdoc and other attributes that no one reads
COMMENT: Final = 7
JSON: Final = 8  # strings of JSON-LD
SCRIPT: Final = 9  # strings that a script writes into the page
ROLES: Final = ("text", "title", "meta", "alt", "title-attribute", "label", "data", "comment", "json-ld", "script")

_TAG = re.compile(
    r"<(?:(/?)([a-zA-Z][^\s/>]*+)([^>\"'=]*+(?:(?:=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?|[\"'])[^>\"'=]*+)*+)(?:>|\Z)|!--|[!?/])",
)
_COMMENT_END = re.compile(r"--!?>|\Z")
_BOGUS_END = re.compile(r">|\Z")
_ATTRIBUTE = re.compile(r"([^\s\"'>/=][^\s>/=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)(?:\"|\Z)|'([^']*+)(?:'|\Z)|([^\s\"'>][^\s>]*+)))?")
_HOST: Final = re.compile(r"href\s*+=\s*+[\"']?\s*+(?:https?:)?//(?:[^/@\"'\s>]*+@)?([^/:\"'\s>?#]++)", re.I)
_RAW_END = {
    name: re.compile(rf"</(?a:{name})(?=[\s/>])|\Z", re.I) for name in ("script", "style", "textarea", "title", "xmp", "noembed", "iframe")
}

VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen".split())
_BREAK: dict[str, int] = dict.fromkeys(
    "address article aside blockquote body br caption center details dialog dir div dl fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 "
    "head header hgroup hr html iframe legend main marquee menu nav noframes noscript ol p pre search section summary table tbody template textarea "
    "tfoot thead title tr ul video audio canvas object".split(),
    LINE,
)
_BREAK.update(dict.fromkeys("li dt dd td th option optgroup button select input label".split(), ITEM))
_BREAK.update(dict.fromkeys("a span img".split(), ANCHOR))
_INLINE_END = frozenset(
    "a abbr acronym b bdo big cite code em font i ins del kbd label nobr q s samp small span strike strong sub sup tt u var p".split()
)
# An opening tag closes these, up to the nearest of those.
_BLOCKS = frozenset(name for name, strength in _BREAK.items() if strength == LINE) - {
    "br",
    "iframe",
    "video",
    "audio",
    "canvas",
    "object",
    "body",
    "head",
    "html",
}
_IMPLIED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu", "dir"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "tbody": (frozenset({"tbody", "thead", "tfoot"}), frozenset({"table"})),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
    "a": (frozenset({"a"}), frozenset({"div", "td", "li", "table"})),
}
SHORTEST_SCRIPT: Final = 12  # characters of a script up to which it writes nothing
_LOOK_BACK: Final = 24  # how far up the stack an implied end is looked for: bounds the work on a million nested tags


Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]


def _none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(slots=True)
class Markup:
    """What one pass over the source finds, as parallel arrays.

    Elements, index 0 being the document itself: name (lower case), element_start, attributes (where they begin), open_end (past the
    start tag), parent (index), element_end (past the end tag); link (index of the link it stands in, 0 for none), and of links host_start
    and host_end (characters of the host in the address, -1 where it names none).
    Chunks in source order: start, end (characters), role, element (index of the parent), depth of the stack, ancestor (index of the lowest
    common ancestor with the chunk before), low (depth of that ancestor), strength of the break before.
    """

    name: list[str] = field(default_factory=lambda: [""])
    element_start: array[int] = field(default_factory=lambda: array("i", [0]))
    attributes: array[int] = field(default_factory=lambda: array("i", [0]))
    open_end: array[int] = field(default_factory=lambda: array("i", [0]))
    parent: array[int] = field(default_factory=lambda: array("i", [-1]))
    element_end: array[int] = field(default_factory=lambda: array("i", [-1]))
    link: Shorts = field(default_factory=lambda: np.zeros(1, np.int32))
    host_start: Shorts = field(default_factory=lambda: np.full(1, -1, np.int32))
    host_end: Shorts = field(default_factory=lambda: np.full(1, -1, np.int32))
    start: Ints = field(default_factory=_none)
    end: Ints = field(default_factory=_none)
    role: Ints = field(default_factory=_none)
    element: Ints = field(default_factory=_none)
    depth: Ints = field(default_factory=_none)
    ancestor: Ints = field(default_factory=_none)
    low: Ints = field(default_factory=_none)
    strength: Ints = field(default_factory=_none)
    styles: list[tuple[int, int]] = field(default_factory=list)  # of <style>
    scripts: list[tuple[int, int, int]] = field(default_factory=list)  # start, end, element
    unescaped: dict[int, Unescaped] = field(default_factory=dict)  # chunk → what it says, where that is not what stands in the source
    tags: dict[int, tuple[str, ...]] = field(default_factory=dict)  # chunk of a script → start tags open around it in its string
    body_end: int = -1  # where </body> or </html> first stands: text after it is after the document


def each_attribute(source: str, start: int, open_end: int) -> Iterator[re.Match[str]]:
    """Attributes of a start tag as written: group 1 is the name, the last one the value."""
    return _ATTRIBUTE.finditer(source, start, max(start, open_end - 1))


def attributes_of(source: str, start: int, open_end: int) -> dict[str, tuple[str, int]]:
    """Attributes of a start tag: lower-case name → (raw value, where the value starts). The first of a name wins, as in browsers."""
    found: dict[str, tuple[str, int]] = {}
    for m in each_attribute(source, start, open_end):
        group = m.lastindex or 1
        found.setdefault(m[1].lower(), (m[group], m.start(group)) if group > 1 else ("", m.end(1)))
    return found


# Attributes whose text crawlers or readers of attributes see.
_TEXT_ATTRIBUTES: dict[str, int] = {
    "alt": ALT, "title": TITLE_ATTRIBUTE, "aria-label": LABEL, "placeholder": LABEL, "label": LABEL, "summary": LABEL,
}  # fmt: skip
_META_NAMES = ("description", "keywords", "title", "abstract", "subject", "site_name", "author", "copyright", "image:alt")
_WORDS = re.compile(r"[^\W\d_]{2}")


def _facts_of_names() -> list[tuple[str, int, int, int, int, int]]:
    """What the kernel is to know of each name: (name, step, flags, its rule in _IMPLIED, rules that close it, rules that it stops)."""
    rules = list(_IMPLIED)
    facts = []
    for name in sorted(
        {*_BREAK, *VOID, *_INLINE_END, *_RAW_END, *(n for rule in _IMPLIED.values() for names in rule for n in names), "svg"}
    ):
        flags = (name in VOID) + 2 * (name in _RAW_END) + 4 * (name in _INLINE_END) + 8 * (name in _BLOCKS)
        closes = sum(1 << i for i, rule in enumerate(rules) if name in _IMPLIED[rule][0])
        stops = sum(1 << i for i, rule in enumerate(rules) if name in _IMPLIED[rule][1])
        facts.append((name, _BREAK.get(name, INLINE), flags, rules.index(name) if name in _IMPLIED else -1, closes, stops))
    return facts


if kernels is not None:
    kernels.set_names(_facts_of_names())


def _has_text(attributes: str) -> bool:
    """A cheap bound: may this start tag hold an attribute worth reading?"""
    a = attributes.lower()
    return "title" in a or "alt" in a or "label" in a or "placeholder" in a or "data-" in a or "summary" in a or "srcdoc" in a


def _is_prose(value: str) -> bool:
    """Worth reading: identifiers, addresses, numbers, JSON and base64 in attributes are not."""
    if len(value) < 4 or not _WORDS.search(value):
        return False
    if value.isascii():
        return (
            " " in value.strip()
            and not value.lstrip().startswith(("{", "[", "(", "http", "/", "./", "../", "#", "M"))
            and "://" not in value[:12]
            and ";" not in value
        )
    return not value.lstrip().startswith(("{", "[", "./", "../"))


# Name as written → (lower case, strength of break, void, raw text): one look-up a tag.
_NAMES: dict[str, tuple[str, int, bool, bool]] = {}
for _name in [*_BREAK, *VOID, *_INLINE_END, *_RAW_END]:
    for _written in (_name, _name.upper(), _name.capitalize()):
        _NAMES[_written] = (_name, _BREAK.get(_name, INLINE), _name in VOID, _name in _RAW_END)


def _name_facts(written: str) -> tuple[str, int, bool, bool]:
    name = written.lower()
    return name, _BREAK.get(name, INLINE), name in VOID, name in _RAW_END


def codes_of(source: str) -> NDArray[np.uint32]:
    """The code points of a source, lone surrogates and all: shape (characters,)."""
    return np.frombuffer(source.encode("utf-32-le", "surrogatepass"), np.uint32)


def read_markup(source: str, codes: NDArray[np.uint32] | None = None) -> Markup:
    """Find elements and chunks of an HTML source. Linear in its length; never raises. codes: `codes_of` the source, where at hand."""
    if kernels is not None:
        return _scan_natively(source, codes_of(source) if codes is None else codes)
    out = _scan(source)
    out.link, out.host_start, out.host_end = _links(source, out)
    return out


def _scan_natively(source: str, codes: NDArray[np.uint32]) -> Markup:
    assert kernels is not None
    out = Markup()
    held = _Held(source, out, codes)
    elements, links, chunks, styles, scripts, out.body_end = kernels.scan(codes, held.in_attributes, held.in_script, _is_prose)
    out.name = elements[0]
    out.element_start, out.attributes, out.open_end, out.parent, out.element_end = (array("i", places) for places in elements[1:])
    out.link, out.host_start, out.host_end = (np.frombuffer(places, np.int32) for places in links)
    out.start, out.end, out.role, out.element, out.depth, out.ancestor, out.low, out.strength = (
        np.frombuffer(places, np.int64) for places in chunks
    )
    out.styles = list(zip(styles[::2], styles[1::2], strict=True))
    out.scripts = list(zip(scripts[::3], scripts[1::3], scripts[2::3], strict=True))
    return out


class _Held:
    """Texts that attributes and scripts hold, as rows of (start, end, role, strength of the break before)."""

    def __init__(self, source: str, out: Markup, codes: NDArray[np.uint32] | None = None) -> None:
        self._source = source
        self._out = out
        self._codes = codes

    def in_attributes(self, is_meta: bool, attributes: int, open_end: int, chunks: int) -> list[tuple[int, int, int, int]]:
        """chunks: how many the page has so far."""
        found = attributes_of(self._source, attributes, open_end)
        if is_meta:
            label = (found.get("name") or found.get("property") or found.get("itemprop") or ("", 0))[0].lower()
            content = found.get("content")
            if content and content[0] and label.endswith(_META_NAMES):
                return [(content[1], content[1] + len(content[0]), META, LINE)]
            return []
        rows: list[tuple[int, int, int, int]] = []
        for key, (value, at) in found.items():
            if key == "srcdoc" or (key.startswith("data-") and ("&lt;" in value or "<" in value)):
                rows += self._written(attribute_markup(self._source, at, at + len(value)), DATA, chunks + len(rows))
                continue
            role = _TEXT_ATTRIBUTES.get(key, DATA if key.startswith("data-") else -1)
            if role >= 0 and value and (role in (ALT, TITLE_ATTRIBUTE) or _is_prose(value)):
                rows.append((at, at + len(value), role, LINE))
        return rows

    def in_script(self, attributes: int, start: int, end: int, chunks: int) -> list[tuple[int, int, int, int]]:
        """attributes: where those of the script begin; they end at start."""
        if "ld+json" in self._source[attributes:start].lower():
            return self._written(structured_text(self._source, start, end), JSON, chunks)
        return self._written(written_text(self._source, start, end, self._codes), SCRIPT, chunks)

    def _written(self, texts: Iterable[Written], role: int, chunks: int) -> list[tuple[int, int, int, int]]:
        rows: list[tuple[int, int, int, int]] = []
        strength = LINE
        for text in texts:
            if text.names is None:
                strength = LINE
            for name in text.names or ():
                strength = max(strength, _BREAK.get(name, INLINE))
            if text.unescaped is not None:
                self._out.unescaped[chunks + len(rows)] = text.unescaped
            if text.tags:
                self._out.tags[chunks + len(rows)] = text.tags
            rows.append((text.start, text.end, role, strength))
            strength = INLINE
        return rows


def _links(source: str, markup: Markup) -> tuple[Shorts, Shorts, Shorts]:
    """Of each element: the link it stands in; of links: where the host of the address stands."""
    link = [0] * len(markup.name)
    host_start, host_end = [-1] * len(link), [-1] * len(link)
    for i, (name, parent) in enumerate(zip(markup.name, markup.parent, strict=True)):
        if name == "a":
            link[i] = i
            host_start[i], host_end[i] = host_span(source, markup.attributes[i], markup.open_end[i])
        elif i:
            link[i] = link[parent]
    return np.array(link, np.int32), np.array(host_start, np.int32), np.array(host_end, np.int32)


def host_span(source: str, start: int, end: int) -> tuple[int, int]:
    """Where the host stands that a start tag links to, (-1, -1) where it names none."""
    m = _HOST.search(source, start, end)
    return m.span(1) if m is not None else (-1, -1)


def _scan(source: str) -> Markup:
    out = Markup()
    held = _Held(source, out)
    element_names = out.name
    element_starts, element_attributes, open_ends, parents, element_ends = [0], [0], [0], [-1], [-1]
    chunks: tuple[list[int], ...] = ([], [], [], [], [], [], [], [])
    starts, ends, roles, owners, depths, ancestors, lows, strengths = chunks
    stack: list[int] = [0]
    names: list[str] = [""]
    open_count: dict[str, int] = {}
    known_names = _NAMES.get
    low = 1  # smallest depth of the stack since the last chunk
    strength = LINE
    last = position = 0
    size = len(source)

    def chunk(start: int, end: int, role: int) -> None:
        nonlocal low, strength
        depth = len(stack)
        starts.append(start)
        ends.append(end)
        roles.append(role)
        owners.append(stack[-1])
        depths.append(depth)
        ancestors.append(stack[low - 1])
        lows.append(low)
        strengths.append(strength)
        low = depth
        strength = INLINE

    def apart(start: int, end: int, role: int) -> None:
        """A chunk that no text flows into or out of."""
        nonlocal strength
        strength = LINE
        chunk(start, end, role)
        strength = LINE

    def held_chunks(rows: list[tuple[int, int, int, int]]) -> None:
        nonlocal strength
        for start, end, role, strength in rows:
            chunk(start, end, role)
            strength = LINE

    def pop_to(depth: int) -> None:
        nonlocal low
        for name in names[depth:]:
            open_count[name] -= 1
        del names[depth:], stack[depth:]
        if depth < low:
            low = depth

    while position < size:
        for m in _TAG.finditer(source, position):
            at = m.start()
            if at > last and not source[last:at].isspace():
                chunk(last, at, TEXT)
            slash, written = m.group(1, 2)
            last = position = m.end()
            if written is None:
                break
            name, step, void, raw = known_names(written) or _name_facts(written)
            if step > strength:
                strength = step
            if slash:
                if names[-1] == name:
                    element_ends[stack.pop()] = last
                    del names[-1]
                    open_count[name] -= 1
                    if len(stack) < low:
                        low = len(stack)
                elif open_count.get(name):
                    depth = len(names) - 1
                    if name in _INLINE_END:
                        floor = max(0, depth - _LOOK_BACK)
                        while depth > floor and names[depth] != name and names[depth] in _INLINE_END:
                            depth -= 1
                        if names[depth] != name:
                            continue
                    else:
                        while names[depth] != name:
                            depth -= 1
                    for index in stack[depth:]:
                        element_ends[index] = at
                    element_ends[stack[depth]] = last
                    pop_to(depth)
                if out.body_end < 0 and (name == "body" or name == "html"):
                    out.body_end = at
                continue
            implied = _IMPLIED.get(name)
            if implied is not None:
                closes, stops = implied
                depth = len(names) - 1
                floor = max(0, depth - _LOOK_BACK)
                while depth > floor and names[depth] not in closes and names[depth] not in stops:
                    depth -= 1
                if depth > floor and names[depth] in closes:
                    for index in stack[depth:]:
                        element_ends[index] = at
                    pop_to(depth)
            elif names[-1] == "p" and name in _BLOCKS:
                element_ends[stack[-1]] = at
                pop_to(len(stack) - 1)
            attributes = m.start(3)
            index = len(element_names)
            element_names.append(name)
            element_starts.append(at)
            element_attributes.append(attributes)
            open_ends.append(last)
            parents.append(stack[-1])
            element_ends.append(last if void else -1)
            has_text = last - attributes > 6 and (name == "meta" or _has_text(source[attributes:last]))
            if void:
                if has_text:
                    stack.append(index)
                    held_chunks(held.in_attributes(name == "meta", attributes, last, len(starts)))
                    stack.pop()
                    low = min(low, len(stack))
                continue
            stack.append(index)
            names.append(name)
            open_count[name] = open_count.get(name, 0) + 1
            if has_text:
                held_chunks(held.in_attributes(name == "meta", attributes, last, len(starts)))
            if raw:
                break
        else:
            break
        # What needs more than the tag: comments, bogus comments, raw text.
        if written is None:
            if source.startswith("!--", at + 1):
                # <!--> and <!---> are whole comments
                end = _COMMENT_END.search(source, last - 2 if source.startswith((">", "->"), last) else last)
                close, position = (end.start(), end.end()) if end else (size, size)
                if close > last + 3:
                    _comment_chunks(source, last, close, apart)
            else:
                end = _BOGUS_END.search(source, last)
                position = end.end() if end else size
            last = position
            continue
        end = _RAW_END[name].search(source, last)
        close = end.start() if end else size
        if name == "script":
            out.scripts.append((last, close, index))
            if close - last > SHORTEST_SCRIPT:
                held_chunks(held.in_script(element_attributes[index], last, close, len(starts)))
                strength = LINE
        elif name == "style":
            out.styles.append((last, close))
        elif close > last and not source[last:close].isspace():
            chunk(last, close, TITLE if name == "title" and not open_count.get("svg") else TEXT)
        last = position = close
    if size > last and not source[last:size].isspace():
        chunk(last, size, TEXT)
    for index in stack:
        element_ends[index] = size
    out.element_start, out.attributes, out.open_end, out.parent, out.element_end = (
        array("i", places) for places in (element_starts, element_attributes, open_ends, parents, element_ends)
    )
    out.start, out.end, out.role, out.element, out.depth, out.ancestor, out.low, out.strength = (np.array(x, np.int64) for x in chunks)
    return out


_INNER_TAG = re.compile(r"</?[a-zA-Z][^<>]*+>")


def _comment_chunks(source: str, start: int, end: int, chunk: Callable[[int, int, int], None]) -> None:
    """Text of a comment, without the tags that are commented out with it."""
    last = start
    for m in _INNER_TAG.finditer(source, start, end):
        if m.start() > last and not source[last : m.start()].isspace():
            chunk(last, m.start(), COMMENT)
        last = m.end()
    if end > last and not source[last:end].isspace():
        chunk(last, end, COMMENT)
