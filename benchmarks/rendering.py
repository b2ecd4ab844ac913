"""What Chromium shows of a page: each text node with whether a person can see it. Used by `visibility_agreement.py` and the browser tests.

Pages are rendered offline, from memory, with their scripts blocked by a content security policy: the parser still knows that scripting is
on, so that ``noscript`` is what it is to people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

CHROMIUM: Final = "/usr/bin/chromium"
_ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
_ADDRESS: Final = "http://page.test/"
_NO_SCRIPTS: Final = "script-src 'none'; frame-src 'none'; object-src 'none'"
_TIMEOUT: Final = 20_000  # ms


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text node: its text, and "" where it is seen, else why not (the computed style or box that hides it)."""

    text: str
    hidden: str


# Boxes and computed styles of every text node. A text is hidden where none of its boxes is seen.
_READ_TEXTS: Final = r"""
() => {
  const FADED = 0.05, NEAR = 16, TINY = 3;
  const colour = (value) => {
    const m = value.match(/^rgba?\(([^)]*)\)$/);
    if (!m) return null;
    const parts = m[1].split(/[,\/ ]+/).map(parseFloat);
    return [parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : 1];
  };
  const over = (ink, ground) => [0, 1, 2].map(i => ink[3] * ink[i] + (1 - ink[3]) * ground[i]);
  const styles = new Map();
  const styleOf = (e) => { let s = styles.get(e); if (!s) styles.set(e, s = getComputedStyle(e)); return s; };
  const grounds = new Map();
  const groundOf = (e) => {
    if (!e) return [255, 255, 255];
    if (grounds.has(e)) return grounds.get(e);
    const s = styleOf(e), c = colour(s.backgroundColor);
    let found;
    if (s.backgroundImage !== 'none' || e.hasAttribute('background') || !c) found = null;
    else if (c[3] >= 1) found = c.slice(0, 3);
    else if (['BUTTON', 'SELECT', 'INPUT', 'TEXTAREA'].includes(e.tagName)) found = null;
    else {
      const below = groundOf(e.parentElement);
      if (c[3] > 0) found = below && over(c, below);
      else found = (s.position === 'absolute' || s.position === 'fixed') ? null : below;
    }
    grounds.set(e, found);
    return found;
  };
  const cutAway = (s) => {
    if (s.clip !== 'auto' && (s.position === 'absolute' || s.position === 'fixed')) {
      const [t, r, b, l] = s.clip.slice(5, -1).split(/[, ]+/).map(parseFloat);
      if (b - t <= 1 || r - l <= 1) return true;
    }
    const path = s.clipPath;
    if (path.startsWith('inset(')) {
      const p = path.slice(6, -1).split(/[ ]+/).map(parseFloat);
      const t = p[0], r = p[1] ?? t, b = p[2] ?? t, l = p[3] ?? r;
      if (path.includes('%') && (t + b >= 100 || r + l >= 100)) return true;
    }
    if (/^(circle|ellipse)\(0(px|%)?\b/.test(path)) return true;
    if (path.startsWith('polygon(')) {
      const points = path.slice(8, -1).split(',').map(p => p.trim().split(' '));
      if (new Set(points.map(p => p[0])).size === 1 || new Set(points.map(p => p[1])).size === 1) return true;
    }
    return false;
  };
  const whyBox = (box, element, strict) => {
    // cut by what overflows an ancestor
    let { left, right, top, bottom } = box;
    let out = 0;  // 0 in flow, 1 absolute: ancestors that are not positioned cut nothing, 2 fixed
    let fixed = false;
    for (let e = element; e && e !== document.body && e !== document.documentElement; e = e.parentElement) {
      const s = styleOf(e);
      if (cutAway(s)) return 'clipped';
      const positioned = s.position !== 'static' || s.transform !== 'none';
      if (out === 0 || (out === 1 && positioned) || s.transform !== 'none') {
        if (out && positioned) out = 0;
        if ((s.overflowX !== 'visible' || s.overflowY !== 'visible') && s.display !== 'inline' && s.display !== 'contents') {
          const r = e.getBoundingClientRect();
          const l = r.left + e.clientLeft, t = r.top + e.clientTop;
          const w = e.clientWidth, h = e.clientHeight;
          if (w <= 1 || h <= 1) return 'no-size';
          if (strict && (s.overflowX === 'hidden' || s.overflowX === 'clip')) {
            left = Math.max(left, l); right = Math.min(right, l + w); top = Math.max(top, t); bottom = Math.min(bottom, t + h);
            if (right - left <= 1 || bottom - top <= 1) return 'cut';
          }
        }
      }
      if (s.position === 'absolute') out = Math.max(out, 1);
      if (s.position === 'fixed') { out = 2; fixed = true; }
    }
    const x = fixed ? 0 : scrollX, y = fixed ? 0 : scrollY;
    if (box.right + x <= 1 || box.bottom + y <= 1) return 'off-screen';
    if (box.left + x >= Math.max(innerWidth, Math.min(document.documentElement.scrollWidth, 3000))) return 'off-screen';
    if (fixed && box.top >= innerHeight) return 'off-screen';
    return '';
  };
  const why = (node, strict) => {
    let element = node.parentElement;
    if (!element) return 'no-element';
    const list = element.closest('select, textarea');  // options are seen on a click; a textarea draws a copy of its text
    if (list) element = list;
    if (!element.checkVisibility()) return 'not-rendered';
    const s = styleOf(element);
    if (s.visibility !== 'visible') return 'visibility';
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) {
      const style = styleOf(e);
      opacity *= parseFloat(style.opacity);
      if (style.contentVisibility === 'hidden') return 'skipped';
      const m = style.filter.match(/opacity\(([\d.]+)(%?)\)/);
      if (m) opacity *= parseFloat(m[1]) / (m[2] ? 100 : 1);
    }
    if (opacity < FADED) return 'opacity';
    if (parseFloat(s.fontSize) < TINY) return 'font';
    const range = document.createRange();
    if (list) range.selectNode(list); else range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter(r => r.width > 0 && r.height > 0);
    if (!boxes.length) return 'no-box';
    const ink = colour(s.webkitTextFillColor);
    const shadowed = s.textShadow !== 'none' || s.webkitBackgroundClip === 'text';
    if (ink && ink[3] < FADED && !shadowed) return 'transparent';
    let reason = '';
    for (const box of boxes) {
      reason = whyBox(box, element, strict || s.textIndent !== '0px');
      if (!reason) break;
    }
    if (reason) return reason;
    for (let e = element; e; e = e.parentElement) {
      const style = styleOf(e);
      if (parseInt(style.zIndex) < 0 && style.position !== 'static') {
        // only then is it worth a look at what lies on top
        const box = boxes[0];
        scrollTo(0, box.top + scrollY - 100);
        const now = range.getClientRects()[0];
        const stack = document.elementsFromPoint(now.left + now.width / 2, now.top + now.height / 2);
        const above = stack.slice(0, Math.max(0, stack.indexOf(element)));
        const paints = (s) => s.backgroundImage !== 'none' || (colour(s.backgroundColor) ?? [0, 0, 0, 1])[3] > 0.5;
        if (above.some(e => e !== document.body && paints(styleOf(e)))) return 'behind';
        break;
      }
    }
    const ground = groundOf(element);
    if (ink && ground && !shadowed) {
      const seen = over(ink, ground);
      if (Math.max(...[0, 1, 2].map(i => Math.abs(seen[i] - ground[i]))) <= NEAR) return 'same-colour';
    }
    return '';
  };
  const found = [];
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim()) continue;
    const parent = node.parentElement;
    if (parent && ['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'IFRAME', 'NOEMBED', 'NOFRAMES'].includes(parent.tagName)) continue;
    found.push([node.data, why(node, false), why(node, true)]);
  }
  return found;
}
"""


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a headless Chromium with a window of 1280 by 720. Raises playwright's Error where there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        try:
            yield browser.new_context(viewport={"width": 1280, "height": 720}, service_workers="block").new_page()
        finally:
            browser.close()


def rendered_texts(page: Page, source: str, *, strict: bool = False, scripts: bool = False) -> list[Rendered]:
    """Every text node that is not white space, in order. Raises playwright's Error where the page does not load in 20 s.

    scripts: run the page's own. strict: what a carousel or a box of fixed height cuts off is hidden too, though a script or a click may
    bring
    it into view.
    """
    served = False

    def serve(route: Route) -> None:
        nonlocal served
        if route.request.is_navigation_request() and not served:
            served = True
            route.fulfill(
                body=source.encode("utf-8", "replace"),
                headers={"content-type": "text/html; charset=utf-8"} | ({} if scripts else {"content-security-policy": _NO_SCRIPTS}),
            )
        else:
            route.abort("aborted")

    page.route("**/*", serve)
    try:
        page.goto(_ADDRESS, wait_until="load" if scripts else "domcontentloaded", timeout=_TIMEOUT)
        return [Rendered(text, narrow if strict else wide) for text, wide, narrow in page.evaluate(_READ_TEXTS)]
    finally:
        page.unroute("**/*")
