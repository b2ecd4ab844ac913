"""How often Chromium and `detector.page.visibility` agree on whether a text can be seen, on real pages.

    python benchmarks/visibility_agreement.py ../shared/corpus/clean.jsonl.xz --pages 200

Needs Chromium at /usr/bin/chromium and the package playwright. Prints agreement per text, the milliseconds a page takes, and what
disagrees.
"""

from __future__ import annotations

import argparse
import html
import json
import lzma
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rendering import Rendered, chromium, rendered_texts
from detector.page.markup import TEXT, TITLE, Markup, read_markup
from detector.page.visibility import SHOWN, STATES, element_visibility

# Scripts are off in the browser, so what they hide is seen; the others are no text nodes there.
_NOT_COMPARED = frozenset({"noscript", "template", "iframe", "noframes", "script-hidden"})
_WINDOW = 400  # texts looked ahead when a parser has made other nodes than the other


def sampled_pages(corpus: Path, count: int, seed: int) -> list[tuple[str, str]]:
    """(id, html) of so many pages, evenly likely; rows of JSON, in xz or not."""
    chosen: list[tuple[str, str]] = []
    chance = random.Random(seed)
    opened = lzma.open(corpus, "rt", encoding="utf-8") if corpus.suffix == ".xz" else corpus.open(encoding="utf-8")
    with opened as lines:
        for number, line in enumerate(lines):
            at = number if number < count else chance.randrange(number + 1)
            if at < count:
                row = json.loads(line)
                chosen[at : at + 1] = [(row["id"], row["html"])]
    return chosen


def _plain(text: str) -> str:
    return "".join(text.split())


def aligned(source: str, markup: Markup, states: list[int], nodes: list[Rendered]) -> Iterator[tuple[str, str, Rendered]]:
    """(text, our state, what the browser says) of each text that both parsers found whole."""
    texts = [_plain(node.text) for node in nodes]
    position = 0
    for start, end, role, element in zip(markup.start, markup.end, markup.role, markup.element, strict=True):
        state = STATES[states[element]]
        if role not in (TEXT, TITLE) or state in _NOT_COMPARED:
            continue
        text = _plain(html.unescape(source[start:end]))
        try:
            at = texts.index(text, position, position + _WINDOW)
        except ValueError:
            continue
        yield source[start:end], state, nodes[at]
        position = at + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="rows of JSON with id and html, .jsonl or .jsonl.xz")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--strict", action="store_true", help="what a box of fixed size cuts off counts as hidden too")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N texts that disagree, one a page and kind")
    options = parser.parse_args()

    pages = sampled_pages(options.corpus, options.pages, options.seed)
    compared = agreed = ours_hidden = theirs_hidden = both_hidden = texts = failed = 0
    seconds = 0.0
    per_page: list[float] = []
    wrong: Counter[str] = Counter()
    shown: dict[tuple[str, str], str] = {}
    with chromium() as page:
        for name, source in pages:
            markup = read_markup(source)
            began = time.thread_time()
            states = element_visibility(source, markup)
            seconds += time.thread_time() - began
            try:
                nodes = rendered_texts(page, source, strict=options.strict)
            except Exception as error:  # playwright's, of a page that does not load
                failed += 1
                print(f"not rendered: {name}: {str(error).splitlines()[0]}", file=sys.stderr)
                continue
            texts += len(nodes)
            here = right = 0
            for text, state, node in aligned(source, markup, states, nodes):
                here += 1
                ours, theirs = STATES.index(state) not in SHOWN, bool(node.hidden)
                right += ours == theirs
                ours_hidden += ours
                theirs_hidden += theirs
                both_hidden += ours and theirs
                if ours != theirs:
                    kind = f"ours {state}, browser {node.hidden or 'visible'}"
                    wrong[kind] += 1
                    if len(shown) < options.show and (name, kind) not in shown:
                        shown[name, kind] = _plain(text)[:60]
            compared += here
            agreed += right
            if here:
                per_page.append(right / here)
    print(f"pages {len(per_page)} (not rendered {failed}), texts compared {compared} of {texts} ({compared / max(1, texts):.1%})")
    print(f"agreement {agreed / max(1, compared):.2%} of texts, {sum(per_page) / max(1, len(per_page)):.2%} mean of pages")
    print(f"pages at 98 % or more: {sum(share >= 0.98 for share in per_page)}")
    print(f"hidden: browser {theirs_hidden}, ours {ours_hidden}, both {both_hidden}")
    print(f"visibility {seconds / max(1, len(pages)) * 1000:.2f} ms of processor a page")
    for what, count in wrong.most_common(20):
        print(f"{count:6d}  {what}")
    for (name, kind), text in shown.items():
        print(f"{name}: {kind}: {text!r}")


if __name__ == "__main__":
    main()
