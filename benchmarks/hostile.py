"""Small hostile pages from a seed, and what must hold for every page there is: shared by the fuzzers and ``tests/properties``.

A page is put together from pieces of syntax that break parsers, or an authored page is damaged; then it may be encoded, badly.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import detector
from detector.auditor import Auditor

_SPAM: Final = (
    "在线赌场|真人百家乐|博彩开户送彩金|线上娱乐平台|cheap viagra online|best casino bonus|replica watches|buy cialis no prescription"
)

PIECES: Final = (
    # broken tags, quotes and comments
    *"<>\"'=/&;-!?#[](){}\\`\n\r\t\0\f ", "<p", "<p>", "</p>", "</", "<!x", "<?php ", "?>", "<!--", "-->", "--!>", "<!-->", "<!--->", "<![CDATA[", "]]>", "<!doctype html>",
    "<a href=//x.y/z>", "<a href='http://u:p@h.t:80/q'>", "<a href=\"https://xn--a\">", "</a", "<div class='a b' id=x>", "<div hidden>", "<b style=\"display:none\">",
    "<b style='text-indent:-9999px;color:#fff;font-size:0'>", "<font color=white>", "<td bgcolor=#ffffff>", "<img alt='a b' alt=c title=ü>",
    '<meta content="x y" name=KEYWORDS>', '<meta http-equiv=refresh content="0;url=//a.b">', "<meta charset=gbk>", "<meta charset=utf-16>",
    "<b data-é='some words' data-x='two words' label=\"中文字\">", "<b data-x='<i>some words</i>' data-y='a &lt;b>words'>", "<iframe srcdoc='&lt;p>text here&lt;/p>'>",
    "<svg><title>", "</svg>", "<math>", "<template>", "<noscript>", "</noscript>", "<textarea>", "</textarea x", "<title>", "</title>", "<xmp>", "<plaintext>", "<marquee>",
    "<details>", "<summary>", "<dialog open>", "<table><tr><td>", "</table>", "<li>", "<dd>", "<option>", "<select>", "<body>", "</body>", "</html>", "<html>", "<head>",
    # scripts and the strings in them
    "<script>", "</script>", "</ſcript>", "<script type=application/ld+json>", '{"name":"some words","description":["a b","c"]}', "document.write('<p>text of a script</p>')",
    "document.write(unescape('%3Cb%3Ewords%20here%u4e2d%ff'))", "eval(atob('5Zyo57q/6LWM5Zy6'))", "String.fromCharCode(60,98,62,0x4e2d,55296,1114112)", "\\x3cb\\x3e", "\\u003c",
    "\\ud83d\\ude00", "\\u{110000}", "x.innerHTML=\"<b>\"+'a\\\nb'", "document.getElementById('x').style.display='none'", "$('.a').hide()", "(function(){", "});", "'+'",
    # style sheets
    "<style>", "</style>", ".a{display:none}", "#x{color:#fff;background:white}", "@media print{", "@import url(", "/*", "*/", "b:not(.a)>i~u+*{opacity:0}", "a{b{c{", "}}}",
    "\\7b ", "@supports not (", "[class^=a]", ":nth-child(-2n+1)", "div::before{content:'x", "position:absolute;left:-9999em", "calc(1px*-9999)", "rect(0,0,0,0)",
    # character references
    "&#x41;", "&#x41", "&copy", "&nbsp;", "&0x41;", "&#x110000;", "&#0;", "&#xd800;", "&NotEqualTilde;", "&#99999999999;", "&amp;lt;", "&ngE;", "&fjlig;",
    # characters
    "é", "İ", "ſ", "ß", "ﷺ", "\ud800", "\udfff", "𝐀", "𝓬𝓪𝓼𝓲𝓷𝓸", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\u2069", "\x85", "\u2028", "\u3000", "\x1b[31m",
    "\x1b]0;t\x07", "\x9b2J", "\U000e0041\U000e0062", "\U000e007f", "\ufffe", "\U0010ffff", "е", "с", "無·碼·視·頻", "c.a.s.i.n.o", "ab\u0301\u0301\u0301", "한국어", "ไทย", "العربية",
    "\u05d0", "👨‍👩‍👧", "１２３", "ＡＢＣ", "㍿", "\u0f73", "\u1e9e",
    # text, some of it spam
    "word ", "Some sentence of the page. ", "这是一个正常的句子，讲的是公园里的树。", *_SPAM.split("|"), _SPAM, "|", "、", " - ", ",", "。", "http://a.example/b?c=d&e", "© 2024",
)  # fmt: skip

SEEDS: Final = (
    "<!doctype html><html><head><meta charset=utf-8><title>Trees of the park</title><style>.m{display:none}</style></head><body><nav><ul><li><a "
    "href=/>Home</a><li><a href=/b>About</a></ul></nav><main><h1>Trees</h1><p>The oldest tree of the park is an oak &amp; stands by the pond.</p>"
    "<p>It was planted by the gardener in the spring.</p></main><div class=m>" + "".join(f"<a href=http://h{i}.example/>{s}</a>" for i, s in enumerate(_SPAM.split("|"))) + "</div>"
    "<script>document.write('<div style=\"position:absolute;left:-999px\"><a href=\"//s.example\">" + _SPAM[:20] + "</a></div>')</script></body></html>",
    f"Plain text of a page.\nIts second line.\n{_SPAM}\n\nIts last line, with a full stop.\n",
    f"<html><body><p>公园里的树很高，孩子们在树下玩。</p><p>{_SPAM}</p><!-- {_SPAM} --></body></html>{_SPAM}",
    '<script type="application/ld+json">{"@type":"Article","headline":"Trees of the park","description":"' + _SPAM + '"}</script><p>Trees.</p>',
)  # fmt: skip

CODECS: Final = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7", "gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr",
    "iso2022_jp", "windows-1252", "koi8-r", "latin-1",
)  # fmt: skip
CONTENT_TYPES: Final = (
    None, None, None, "text/html", "text/plain", "text/html; charset=utf-8", "text/html; charset=gbk", "text/html; charset=utf-16le", "text/html;charset='big5'",
    "text/plain; charset=iso-2022-jp", "application/xhtml+xml", "text/html; charset=", "charset=\ud800", "\0;;;=", "text/html; charset=x-user-defined", "a" * 300,
)  # fmt: skip
URLS: Final = (
    None, None, "https://example.com/a", "http://[::1", "//x.y", "javascript:alert(1)", "\x1b[31m", "\ud800", "http://" + "a" * 300, "https://H0.Example/", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """Arguments of one audit."""

    content: bytes | str
    url: str | None
    content_type: str | None


def hostile_text(chosen: random.Random) -> str:
    """A short page: pieces in a row, or an authored page with pieces put into it, cut out of it or moved about."""
    if chosen.random() < 0.4:
        return "".join(chosen.choices(PIECES, k=chosen.choice((1, 4, 12, 40))))
    page = list(chosen.choice(SEEDS))
    for _ in range(chosen.choice((1, 3, 10, 30))):
        at = chosen.randrange(len(page) + 1)
        length = chosen.choice((0, 0, 1, 1, 5, 60))
        what = chosen.random()
        if what < 0.6:
            page[at : at + length] = chosen.choice(PIECES)
        elif what < 0.8:
            page[at : at + length] = chr(chosen.choice((chosen.randrange(0x80), chosen.randrange(0x3000), chosen.randrange(0x110000))))
        else:
            to = chosen.randrange(len(page) + 1)
            page[to:to] = page[at : at + length] * chosen.choice((1, 2, 20))
    return "".join(page[chosen.choice((0, 0, len(page) // 3)) :])


def hostile_bytes(text: str, chosen: random.Random) -> bytes:
    """A text in some encoding, perhaps with bytes changed, lost or cut off."""
    codec = chosen.choice(CODECS)
    try:
        data = bytearray(
            text.encode(codec, "surrogatepass" if codec.startswith("utf-") and codec not in ("utf-7", "utf-8-sig") else "replace")
        )
    except UnicodeError:
        data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chosen.choice((0, 0, 1, 3, 20))):
        if data:
            at = chosen.randrange(len(data))
            data[at : at + chosen.randrange(3)] = bytes(chosen.randrange(256) for _ in range(chosen.randrange(3)))
    return bytes(data[: len(data) - chosen.choice((0, 0, 0, 1, 2, 3))]) if data else b""


def hostile_input(seed: int) -> Input:
    """The input of a number: always the same."""
    chosen = random.Random(seed)
    text = hostile_text(chosen)
    content = hostile_bytes(text, chosen) if chosen.random() < 0.5 else text
    return Input(content, chosen.choice(URLS), chosen.choice(CONTENT_TYPES))


class BrokenPromise(AssertionError):
    """An audit gave a result that it must not give. The message says which."""


def _hold(promise: bool, what: str) -> None:
    if not promise:
        raise BrokenPromise(what)


def check(auditor: Auditor, page: Input, validate: Callable[[object], None] | None = None) -> str:
    """Audit and clean one page and hold the result to all that is promised of any. Returns the report as JSON. Raises BrokenPromise.

    validate: raises where the report's dictionary is not as the schema says.
    """
    content = page.content
    report = auditor.audit(content, page.url, page.content_type)
    source = report.source
    _hold(isinstance(content, bytes) or source == content, "the source of a text is the text")
    _hold(0.0 <= report.score <= 1.0, f"score {report.score}")
    _hold((report.verdict == "clean") == (not report.findings), f"verdict {report.verdict} with {len(report.findings)} findings")
    last = last_byte = 0
    kept: list[bytes | str] = []
    for f in report.findings:
        _hold(0 <= last <= f.start < f.end <= len(source), f"finding {f.start}-{f.end} after {last} of {len(source)}")
        _hold(0.0 <= f.probability <= 1.0 and 0.0 <= f.category_probability <= 1.0, "probability")
        _hold(f.category in detector.CATEGORIES, f"category {f.category}")
        line_start = source.rfind("\n", 0, f.start) + 1
        _hold((f.location.line, f.location.column) == (source.count("\n", 0, f.start) + 1, f.start - line_start + 1), "line and column")
        if isinstance(content, bytes):
            a, b = f.byte_start, f.byte_end
            _hold(
                a is not None and b is not None and last_byte <= a <= b <= len(content),
                f"bytes {a}-{b} after {last_byte} of {len(content)}",
            )
            kept.append(content[last_byte:a])
            last_byte = b or 0
        else:
            _hold(f.byte_start is None and f.byte_end is None, "a text has no bytes")
            kept.append(content[last : f.start])
        last = f.end
    kept.append(content[last_byte:] if isinstance(content, bytes) else content[last:])
    cleaned = auditor.clean(content, page.url, page.content_type)
    _hold(type(cleaned) is type(content) and cleaned == content[:0].join(kept), "cleaned is all but the findings")  # type: ignore[arg-type]
    before = 0
    for block in report.blocks:
        _hold(0 <= before <= block.start < block.end <= len(source), f"block {block.start}-{block.end} after {before}")
        before = block.start
    _hold(isinstance(report.text, str), "text")
    row = report.to_dict()
    dumped = json.dumps(row)
    if validate is not None:
        validate(row)
    return dumped


def check_segments(page: Input) -> None:
    """Cut a page into blocks and tokens and hold them to what is promised. Raises BrokenPromise."""
    cut = detector.segment(page.content, page.content_type)
    before = 0
    for block in cut.blocks:
        _hold(0 <= before <= block.start < block.end <= len(cut.source), f"block {block.start}-{block.end} after {before}")
        before = block.start
        last = block.start
        for token in block.tokens:
            _hold(
                last <= token.start < token.end <= block.end and bool(token.text),
                f"token {token.start}-{token.end} in {block.start}-{block.end}",
            )
            last = token.start
