"""Sites made up page by page: an honest one with all that honest sites repeat, and what is injected into it.

What stands between ⟪ and ⟫ is what the audit finds on the page, so that the whole-site audit is tested apart from any model's judgement.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

import numpy as np

from detector.features.scene import read_scene
from detector.page.page import read_page
from detector.report.audited import AuditedPage
from detector.report.report import Finding, Location, Report, Verdict
from detector.report.site.digest import PageDigest, digest_page

_MARKED = re.compile("⟪(.*?)⟫", re.DOTALL)
_NOUNS = "bridge harvest library orchard council meeting river festival museum choir garden school ferry market archive workshop".split()
_VERBS = "opens welcomes repairs remembers visits records plants measures paints restores teaches reviews".split()
_ENDS = "in spring,before noon,near the old mill,for the whole valley,with its neighbours,after the flood,on the green".split(",")
_ZH = "村里的孩子们在河边种树。图书馆周末向居民开放。合唱团下个月在学校演出。渡口的老桥正在修缮。果园今年收成很好。".split("。")[:-1]

MENU = '<nav><a href="/">Home</a> <a href="/news/1.html">News</a> <a href="/library.html">Library</a> <a href="/contact.html">Contact</a></nav>'
FOOTER = (
    '<footer><p>Parish of Ashwick, Mill Lane 4. All rights reserved.</p><p>Friends: <a href="https://elmstead.example">Elmstead Parish</a> '
    '<a href="https://valleyferry.example">Valley Ferry Company</a> <a href="https://social.example/ashwick">Follow us</a></p></footer>'
)
DUMP = "⟪lucky spins casino|baccarat vip room|jackpot slots bonus|poker tables online|roulette welcome credit⟫"


def sentences(chance: random.Random, count: int) -> str:
    return " ".join(
        f"The {chance.choice(_NOUNS)} {chance.choice(_VERBS)} the {chance.choice(_NOUNS)} {chance.choice(_ENDS)}." for _ in range(count)
    )


def page(title: str, body: str, template: tuple[str, str] = (MENU, FOOTER)) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{template[0]}<main>{body}</main>{template[1]}</body></html>"


def article(chance: random.Random, title: str, before: str = "", after: str = "") -> str:
    paragraphs = "".join(f"<p>{sentences(chance, 3)}</p>" for _ in range(3))
    return page(f"{title} - Parish of Ashwick", f"<h1>{title}</h1>{before}{paragraphs}{after}")


def honest(news: int = 30) -> Iterator[tuple[str, str]]:
    """(path, source) of a site with numbered news, pagination, tag folders, a Chinese branch, and a manual with a template of its own."""
    chance = random.Random(1)
    yield "/", article(chance, "Welcome")
    yield "/library.html", article(chance, "The library")
    yield "/contact.html", article(chance, "Contact")
    for n in range(news):
        yield f"/news/{n}.html", article(chance, f"{chance.choice(_NOUNS).title()} report {n}")
    for n in range(1, 9):
        items = "".join(
            f'<li><a href="/news/{n * 4 + k}.html">{chance.choice(_NOUNS).title()} report {n * 4 + k}</a></li>' for k in range(4)
        )
        yield f"/news/page/{n}", page("News - Parish of Ashwick", f'<h1>News</h1><ul>{items}</ul><a href="/news/page/{n + 1}">Next</a>')
    for tag in _NOUNS:
        links = "".join(f'<li><a href="/tag/{other}/">{other}</a></li>' for other in _NOUNS)
        yield f"/tag/{tag}/", page(f"{tag} - Parish of Ashwick", f"<h1>{tag}</h1><ul>{links}</ul><p>{sentences(chance, 2)}</p>")
    for n in range(8):
        yield (
            f"/zh/{n}.html",
            page(
                f"消息 {n} - 阿什威克",
                f"<h1>消息 {n}</h1><p>{'。'.join(chance.sample(_ZH, 3))}。</p>",
                ("<nav>首页 新闻</nav>", "<p>版权所有</p>"),
            ),
        )
    for n in range(12):
        body = f"<h1>Function {n}</h1><pre>mill_wheel_{n}(float torque, int vane) returns status</pre><p>Raises overflow when vane exceeds torque.</p>"
        yield f"/manual/api_{n}.html", page(f"mill_wheel_{n}", body, ("<div>Generated reference</div>", "<div>doxygen</div>"))


def audit(marked: str, url: str | None, verdict: Verdict | None = None) -> Report:
    """The report of an auditor that finds what is marked; its source is the page without the marks."""
    source, spans, at = "", [], 0
    for match in _MARKED.finditer(marked):
        source += marked[at : match.start()]
        spans.append((len(source), len(source) + len(match[1])))
        source += match[1]
        at = match.end()
    source += marked[at:]
    scene = read_scene(read_page(source, "text/html", url))
    start = scene.text.start[scene.phrases.first]
    inside = np.zeros(len(scene), bool)
    for low, high in spans:
        inside |= (start >= low) & (start < high)
    findings = tuple(Finding(a, b, a, b, source[a:b], 0.99, "gambling", 0.9, "visible", Location(1, 1, "")) for a, b in spans)
    verdict = verdict or ("injected" if spans else "clean")
    score = {"injected": 0.99, "suspicious": 0.5, "clean": 0.01}[verdict]
    return Report(verdict, score, findings, source, url, audited=AuditedPage(scene, np.where(inside, 7.0, -7.0)))


def audited(path: str, marked: str, host: str | None = "ashwick.example") -> PageDigest:
    """The digest of a page that is audited so."""
    report = audit(marked, None if host is None else f"https://{host}{path}")
    digest = digest_page(path.strip("/") or "index.html", report)
    assert digest is not None
    return digest


def digests(pages: Iterable[tuple[str, str]], host: str | None = "ashwick.example") -> list[PageDigest]:
    return [audited(path, source, host=host) for path, source in pages]
