"""Nasty pages, each with a limit of time and memory: ``python benchmarks/nasty.py`` prints a table.

Every page is made by code at two sizes and audited in a process of its own. Linear is: seconds a MB at the large size at most 1.5 times those at
the small one. Times are of the processor, so a busy machine does not change them much. Exit code 1 where a page is over one of its limits.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

Content = bytes | str
MB: Final = 1_000_000


def repeated(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """A page of about a number of characters: a unit over and over."""
    return lambda size: before + unit * max(1, (size - len(before) - len(after)) // len(unit)) + after


def numbered(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """The same with a number in each: ``%d``, once or twice."""
    twice = unit.count("%d") == 2
    return lambda size: (
        before + "".join(unit % ((i, i) if twice else i) for i in range(max(1, size // (len(unit) + 3 * unit.count("%d"))))) + after
    )


def encoded(codec: str, cut: int = 0) -> Callable[[int], bytes]:
    text = "<html><body><p>公园里的树很高。 The trees of the park are tall. 日本語のページ。</p>\n"

    def make(size: int) -> bytes:
        one = text.encode(codec, "replace")
        return (text * max(1, size // len(one))).encode(codec, "replace")[: -cut or None]

    return make


def ordinary(size: int) -> str:
    """Paragraphs, lists and links in the proportions of a usual page."""
    chosen = random.Random(1)
    words = "the of park tree pond old stands was by gardener spring water path children play under and it in where found 公园 湖水 树木 花园 散步 春天".split()
    parts = ["<!doctype html><html><head><title>Trees of the park</title><style>.m{display:none}.n{color:#333}</style></head><body>"]
    length = 0
    while length < size:
        text = " ".join(chosen.choices(words, k=30))
        part = f'<div class="n box-{chosen.randrange(99)}"><p>{text.capitalize()}.</p><ul><li><a href="/p/{chosen.randrange(9999)}">{text[:20]}</a></li></ul></div>\n'
        parts.append(part)
        length += len(part)
    return "".join(parts) + "</body></html>"


SPAM: Final = "casino bonus|slots online|在线赌场|真人百家乐|"
_SCRIPT: Final = ("<html><body><p>text<script>", "</script></body></html>")
_STYLE: Final = ("<html><head><style>", "</style></head><body><p class=a id=i>text</p></body></html>")

_PAGES: Final[dict[str, Callable[[int], Content]]] = {
    "ordinary": ordinary,
    "ordinary bytes": lambda size: ordinary(size).encode(),
    # size and depth
    "nested tags": repeated("<div>"),
    "nested tags with text": repeated("<div>a "),
    "nested inline tags": repeated("<b><i>x"),
    "end tags of nothing": repeated("</p></div></b>"),
    "attributes on one tag": numbered(" a%d=b", "<p", ">text</p>"),
    "attributes of one letter": repeated(" a", "<p", ">text</p>"),
    "a gigantic attribute": repeated("some words ", '<p title="', '">text</p>'),
    "a gigantic tag name": repeated("a", "<", ">text"),
    "a gigantic title": repeated("word ", "<title>", "</title>"),
    "one line": repeated("word "),
    "one word": repeated("a"),
    "one line of Chinese": repeated("树木花园公园湖水"),
    "tiny links": numbered("<a href=//h%d.x/>a</a>"),
    "tiny links to one host": repeated("<a href=//h.x/>a</a> "),
    "lines": repeated("a\n"),
    "tiny spans": repeated("<i>a</i>"),
    "table cells": repeated("<tr><td>a"),
    "list items": repeated("<li>a b"),
    "comments": repeated("<!-- a b -->"),
    "a comment without end": repeated("<b>a ", "<!--"),
    "closed details": repeated("<details><summary>a</summary>b "),
    # spam all over, so that there are as many findings as can be
    "spam everywhere": repeated(f"<p>{SPAM}</p>"),
    "spam far apart": repeated(f"<p>{SPAM * 3}</p>" + "<p>The oldest tree of the park is an oak and stands by the pond.</p>" * 12, "<html><body>"),
    "spam on one line of text": repeated(SPAM),
    "spam in nested tags": repeated(f"<div>{SPAM}<p>The oldest tree of the park is an oak. " + "<hr>" * 160),
    "spam in ISO-2022-JP": lambda size: repeated(f"<p>{SPAM}</p><p>日本語のページ、公園の木。</p>" + "<hr>" * 160)(size).encode("iso2022_jp", "replace"),
    "spam in GBK": lambda size: repeated(f"<p>{SPAM}</p><p>公园里的树很高。</p>" + "<hr>" * 160)(size).encode("gbk", "replace"),
    # style sheets
    "style rules": numbered(".a%d{display:none}", *_STYLE),
    "style rules by id": numbered("#a%d{display:none}", *_STYLE),
    "style rules that hide one class": repeated(".a{display:none}", *_STYLE),
    "deep style sheet": repeated("a{", _STYLE[0], "b{display:none}" + _STYLE[1]),
    "nested rules with long selectors": lambda size: repeated("a{b:c}", _STYLE[0] + ",".join(f".{'x' * 900}{i}" for i in range(8)) + "{left:-9999px;", "}" + _STYLE[1])(size),
    "selectors with open brackets": repeated("[", _STYLE[0], "{display:none}" + _STYLE[1]),
    "a selector list": repeated(".a,", _STYLE[0], "b{display:none}" + _STYLE[1]),
    "strings with escaped quotes in a sheet": repeated('\\"', _STYLE[0] + 'a{display:none;content:"', _STYLE[1]),
    "comments in a sheet": repeated("/*a*/", _STYLE[0], "a{display:none}" + _STYLE[1]),
    "a comment without end in a sheet": repeated("/*", _STYLE[0] + "a{display:none}", _STYLE[1]),
    "style attributes": numbered("<p style='color:#fff;left:-%dpx;position:absolute'>a b</p>"),
    "a gigantic style attribute": repeated("\\'/*", '<p style="', ';display:none">text</p>'),
    "classes of one element": lambda size: "<style>" + "".join(f".c{i} b{{display:none}}" for i in range(2000)) + '</style><div class="' + "".join(f"c{i} " for i in range(size // 9)) + '">' + "<b>a</b>" * 50,
    "siblings and selectors": repeated("<b></b>", "<style>b~i~b+b{display:none} b:nth-child(2n){opacity:0} div b{color:#fff}</style><div>", "a</div>"),
    "colours without end": lambda size: f"<table bgcolor='{'#' * (size // 2)}'><tr><td bgcolor='{'a' * (size // 2)}'>text</table>",
    # scripts
    "scripts": repeated("<script>document.write('<b>some words</b>')</script>"),
    "a script": repeated("document.write('<b>some words</b>');", *_SCRIPT),
    "scripts of quotes": lambda size: repeated("<script>var a=\"<b>x\";" + "a'" * 100_000 + "<b></script>")(max(size, 210_000)),
    "names of code in scripts": lambda size: repeated("<script>x='<b>" + "aA" * 1900 + "!<b>'</script>")(size),
    "a written name of code": lambda size: repeated("<script>document.write('<b>" + "a_" * 100_000 + "!')</script>")(max(size, 210_000)),
    "markup in attributes": lambda size: repeated("<i data-x='&lt;b>" + "a_" * 2000 + "!'></i>")(size),
    "a gigantic srcdoc": repeated("&lt;p>some words&lt;/p>", "<iframe srcdoc='", "'></iframe>"),
    "texts in long tags": lambda size: "<i data-x='" + "".join(f"&lt;div title=\"{'x' * 1900}{i}\">" for i in range(31)) + "".join(f"&lt;b style=left:{i}px>树木公园&lt;/b>" for i in range(size // 35)) + "'></i>",
    "calls in open braces": lambda size: "<script>" + repeated("$" + " " * 150 + "{$('.a').hide();" + "$('.a').hide();" * 20)(min(size, 390_000)) + "</script>" + ordinary(max(0, size - 390_000)),
    "closing braces": lambda size: "<script>" + repeated("$('.a').hide();" + "}" * 900)(min(size, 390_000)) + "</script>" + ordinary(max(0, size - 390_000)),
    "escaped letters without end": lambda size: "<script>\"" + repeated('\\"\\x61')(min(size, 390_000)) + "\n</script>" + ordinary(max(0, size - 390_000)),
    "JSON-LD": repeated('{"name":"some words","description":["a b","c d"]},', "<script type=application/ld+json>[", "]</script>"),
    # characters
    "NULs": repeated("\0"),
    "NULs in tags": repeated("<p\0>a\0"),
    "lone surrogates": repeated("\ud800a\udfff"),
    "character references": repeated("&amp;&#x41;"),
    "references to nothing": repeated("&x;&#x110000;&#0;"),
    "ampersands": repeated("&"),
    "less-than signs": repeated("<"),
    "tags without end": repeated("<a "),
    "quotes in tags": repeated("<a b=\"'>"),
    "attributes without end": repeated("='\"", "<a "),
    "zero-width characters": repeated("\u200b", "<p>a", "b</p>"),
    "zero-width characters in words": repeated("a\u200bb\u200d"),
    "tag characters": repeated("\U000e0041", "<p>a", "b</p>"),
    "bidirectional controls": repeated("\u202ea\u2066b"),
    "combining characters": repeated("\u0301", "<p>a"),
    "letters interleaved": repeated("無·碼·視·頻·"),
    "separators": repeated("|"),
    "mixed alphabets": repeated("aа"),
    # encodings
    **{f"in {codec}": encoded(codec) for codec in ("utf-7", "utf-16", "utf-32", "gb18030", "big5", "shift_jis", "iso2022_jp", "euc-kr")},
    "UTF-8 cut in a character": encoded("utf-8", 2),
    "UTF-16 cut in a character": encoded("utf-16", 1),
    "mixed encodings": lambda size: b"".join(("<p>公园里的树很高</p>".encode(codec, "replace")) for codec in ("utf-8", "gbk", "big5", "utf-16")) * (size // 110),
    "bytes at random": lambda size: random.Random(1).randbytes(size),
    "byte order marks": lambda size: b"\xef\xbb\xbf" * (size // 3),
    "malformed UTF-8": lambda size: b"<p>\xe4\xb8" * (size // 5),
    "ESC without end": lambda size: b"<meta charset=iso-2022-jp>" + b"\x1b$B!A\x1b(" * (size // 7),
}  # fmt: skip

_PLAIN: Final = frozenset(
    {"lines", "one line", "one word", "one line of Chinese", "spam on one line of text", "letters interleaved", "separators", "NULs"}
)


def _made(name: str) -> Callable[[int], Content]:
    """The page of a name, as HTML unless it is meant as plain text."""

    def make(size: int) -> Content:
        content = _PAGES[name](size)
        return content if name in _PLAIN or isinstance(content, bytes) else "<!doctype html>" + content

    return make


PAGES: Final = {name: _made(name) for name in _PAGES}

# Where every character makes an element or a phrase of its own, memory goes with these and not with characters.
LONGEST: Final = 60.0  # seconds of processor time a page may take at the largest size
GROWTH: Final = 1.5
NOISE: Final = 0.15  # seconds: times below it are not compared


def audit_one(name: str, size: int, threshold: float | None) -> dict[str, object]:
    """Audit a page in this process: what came of it, and what it cost."""
    import detector
    from detector.auditor import Auditor

    auditor = Auditor(threshold=threshold)
    auditor.audit("<p>warm</p><style>a{display:none}</style><script>document.write('<b>some words</b>')</script>")
    content = PAGES[name](size)
    length = (
        len(content)
        if isinstance(content, bytes)
        else sum(1 if content.isascii() else len(c.encode("utf-8", "surrogatepass")) for c in (content,))
    )
    length = length if isinstance(content, bytes) or not content.isascii() else len(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    report = auditor.audit(content)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    drawn = len(report.text) + len(report.blocks)
    return {
        "size": length, "seconds": seconds, "drawn": time.process_time() - started, "peak": (peak - before) * 1024, "verdict": report.verdict,
        "findings": len(report.findings), "limits": report.limits, "version": detector.__name__, "text": drawn,
    }  # fmt: skip


def run(name: str, size: int, threshold: float | None, limit: float) -> dict[str, object] | str:
    """The same in a process of its own; a word where it did not end well."""
    command = [sys.executable, "-m", "benchmarks.nasty", "--one", name, str(size), str(threshold)]

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 5, int(limit) + 5))

    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, preexec_fn=bounded)
    if done.returncode:
        return "too slow" if done.returncode < 0 else f"failed: {done.stderr[-400:]}"
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sizes", type=float, nargs=2, default=(1, 16), metavar="MB")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--threshold", type=float, help="log-odds from which a page is injected: -8.9 finds something on nearly every page")
    parser.add_argument("--python", action="store_true", help="without the compiled kernels")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        name, size, threshold = args.one
        print(json.dumps(audit_one(name, int(size), None if threshold == "None" else float(threshold))))
        return
    if args.python:
        os.environ["DETECTOR_PURE_PYTHON"] = "1"
    small, large = (int(size * MB) for size in args.sizes)
    over = []
    print(f"{'page':40} {'s/MB':>7} {'s/MB':>7} {'growth':>6} {'draw':>6} {'memory':>7}  outcome   ({small / MB:g} and {large / MB:g} MB)")
    for name in PAGES:
        if args.only not in name:
            continue
        few, many = (run(name, size, args.threshold, LONGEST) for size in (small, large))
        if isinstance(few, str) or isinstance(many, str):
            over.append(name)
            print(f"{name:40} {few if isinstance(few, str) else many}", flush=True)
            continue
        a, b = (float(row["seconds"]) / int(row["size"]) * MB for row in (few, many))  # type: ignore[arg-type, call-overload]
        growth = b / max(a, 1e-6)
        bad = growth > GROWTH and float(many["seconds"]) > 10 * NOISE  # type: ignore[arg-type]
        drawn, peak = float(many["drawn"]) / int(many["size"]) * MB, int(many["peak"]) / int(many["size"])  # type: ignore[arg-type, call-overload]
        outcome = (
            f"{many['verdict']}, {many['findings']} findings{' ' + str(many['limits']) if many['limits'] else ''}{'  OVER' if bad else ''}"
        )
        if bad:
            over.append(name)
        print(f"{name:40} {a:7.3f} {b:7.3f} {growth:6.2f} {drawn:6.3f} {peak:6.1f}x  {outcome}", flush=True)
    print(f"{len(over)} over their limits: {', '.join(over) or 'none'}")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
