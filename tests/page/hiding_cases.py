"""Authored pages on which one text, TARGET, is hidden in a known way, or looks as if it were and is not.

Each case: (state of `detector.page.visibility.STATES`, a name, the page). The unit tests hold our reading to the state; the browser tests
hold Chromium to whether the text can be seen.
"""

# fmt: off: one case a line

from __future__ import annotations

from typing import Final

TARGET: Final = "cheap watches here"

_BODY: Final = "<!doctype html><html><head><title>Notes</title></head><body><p>An honest paragraph.</p>{}<p>Another one.</p></body></html>"
_SHEET: Final = "<!doctype html><html><head><title>Notes</title><style>{}</style></head><body><p>An honest paragraph.</p>{}<p>Another one.</p></body></html>"


def _inline(style: str, tag: str = "div") -> str:
    return _BODY.format(f'<{tag} style="{style}">{TARGET}</{tag}>')


def _sheet(css: str, markup: str = f'<div class="box"><p class="x">{TARGET}</p></div>') -> str:
    return _SHEET.format(css, markup)


def _page(markup: str) -> str:
    return _BODY.format(markup)


CASES: Final[tuple[tuple[str, str, str], ...]] = (
    ("visible", "nothing", _page(f"<div>{TARGET}</div>")),
    # display and visibility
    ("display-none", "inline", _inline("display:none")),
    ("display-none", "capitals and spaces", _page(f'<DIV STYLE=" DISPLAY : NONE ">{TARGET}</DIV>')),
    ("display-none", "important beats a later one", _inline("display:none!important;display:block")),
    ("display-none", "unreadable value after it", _inline("display:none;display:nonsense")),
    ("display-none", "comment in the value", _inline("display:/**/none")),
    ("display-none", "escaped letters", _inline(r"d\69splay:n\6f ne")),
    ("display-none", "entities", _inline("display&#58;none")),
    ("display-none", "no quotes", _page(f"<div style=display:none>{TARGET}</div>")),
    ("display-none", "on an ancestor", _page(f'<div style="display:none"><section><p>{TARGET}</p></section></div>')),
    ("display-none", "not undone inside", _page(f'<div style="display:none"><p style="display:block">{TARGET}</p></div>')),
    ("display-none", "quotes that hold semicolons", _inline("background:url('a;b');display:none")),
    ("visible", "style in the value of another attribute", _page(f"<div title=' style=\"display:none\"'>{TARGET}</div>")),
    ("visible", "old hack that browsers drop", _inline(r"*display:none;display:none\9")),
    ("visible", "later one wins", _inline("display:none;display:block")),
    ("visibility-hidden", "inline", _inline("visibility:hidden")),
    ("visibility-hidden", "collapse", _inline("visibility:collapse")),
    ("visibility-hidden", "content-visibility", _inline("content-visibility:hidden")),
    ("visible", "undone inside", _page(f'<div style="visibility:hidden"><p style="visibility:visible">{TARGET}</p></div>')),
    # out of the screen
    ("off-screen", "left", _inline("position:absolute;left:-9999px")),
    ("off-screen", "odd number", _inline("position:absolute;left:-3513px;top:-1124px")),
    ("off-screen", "em", _inline("position:absolute;left:-999em")),
    ("off-screen", "right", _inline("position:absolute;right:-9999px")),
    ("off-screen", "top", _inline("position:absolute;top:-9999px")),
    ("off-screen", "fixed below", _inline("position:fixed;bottom:-900px")),
    ("off-screen", "relative", _inline("position:relative;left:-9999px")),
    ("off-screen", "margin", _inline("margin-left:-9999px;width:300px")),
    ("off-screen", "margin shorthand", _inline("margin:-5000px 0 0 -5000px;width:300px;position:absolute")),
    ("off-screen", "transform", _inline("transform:translateX(-9999px)")),
    ("off-screen", "drawer by its width", _inline("position:fixed;left:-260px;width:260px")),
    ("off-screen", "drawer by percent", _inline("position:fixed;left:0;width:50%;transform:translateX(-100%)")),
    ("off-screen", "inset", _inline("position:absolute;inset:0 auto auto -9999px")),
    ("visible", "left without position", _inline("left:-9999px")),
    ("visible", "a dot beside the text", _inline("position:relative;left:-4px")),
    ("visible", "centred", _inline("position:absolute;left:50%;margin-left:-150px;width:300px")),
    ("visible", "full-bleed background", _inline("margin:0 -9999px;padding:0 9999px")),
    # boxes
    ("zero-size", "height", _inline("height:0;overflow:hidden")),
    ("zero-size", "one pixel", _inline("width:1px;height:1px;overflow:hidden")),
    ("zero-size", "max-height", _inline("max-height:0;overflow:hidden")),
    ("zero-size", "scale", _inline("transform:scale(0)")),
    ("visible", "height without overflow", _inline("height:0")),
    ("visible", "of an inline element", _inline("width:0;height:0;overflow:hidden", "span")),
    ("visible", "padding keeps it open", _inline("height:0;overflow:hidden;padding-bottom:40px")),
    ("clipped", "clip", _inline("position:absolute;clip:rect(0,0,0,0)")),
    ("clipped", "sr-only", _inline("position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip:rect(0 0 0 0)")),
    ("clipped", "clip-path", _inline("clip-path:inset(50%)")),
    ("clipped", "clip-path circle", _inline("clip-path:circle(0)")),
    ("visible", "clip of an element in flow", _inline("clip:rect(0,0,0,0)")),
    # letters
    ("zero-font", "0", _inline("font-size:0")),
    ("zero-font", "shorthand", _inline("font:0/0 a")),
    ("zero-font", "percent of nothing", _page(f'<div style="font-size:0"><span style="font-size:120%">{TARGET}</span></div>')),
    ("visible", "undone inside", _page(f'<div style="font-size:0"><span style="font-size:14px">{TARGET}</span></div>')),
    ("tiny-font", "1px", _inline("font-size:1px")),
    ("transparent", "opacity", _inline("opacity:0")),
    ("transparent", "opacity in parts", _page(f'<div style="opacity:.2"><p style="opacity:.2">{TARGET}</p></div>')),
    ("transparent", "filter", _inline("filter:opacity(0%)")),
    ("transparent", "colour", _inline("color:transparent")),
    ("transparent", "alpha", _inline("color:rgba(0,0,0,.01)")),
    ("visible", "faint", _inline("opacity:.4")),
    (
        "visible",
        "gradient letters",
        _inline("color:transparent;background-image:linear-gradient(red,blue);-webkit-background-clip:text;background-clip:text"),
    ),
    ("same-colour", "white", _inline("color:#fff")),
    ("same-colour", "near white", _inline("color:#fffffe")),
    ("same-colour", "by name", _inline("color:snow")),
    ("same-colour", "font element", _page(f'<font color="#ffffff">{TARGET}</font>')),
    ("same-colour", "font element without hash", _page(f"<font color=FFFFFF>{TARGET}</font>")),
    ("same-colour", "on its own ground", _inline("background:#123456;color:#133457")),
    (
        "same-colour",
        "on the ground of an ancestor",
        _page(f'<div style="background-color:navy"><p><span style="color:#000080">{TARGET}</span></p></div>'),
    ),
    ("same-colour", "black on black", _inline("background:#000")),
    ("same-colour", "bgcolor", _page(f'<table bgcolor="#336699"><tr><td><font color="#336699">{TARGET}</font></td></tr></table>')),
    ("same-colour", "body", f'<!doctype html><html><body bgcolor="#000000" text="#000000"><p>{TARGET}</p></body></html>'),
    ("same-colour", "rgb", _inline("color:rgb(254, 254, 254)")),
    ("visible", "white on blue", _inline("background:#00f;color:#fff")),
    ("visible", "white on the blue of an ancestor", _page(f'<div style="background:#00f"><p style="color:#fff">{TARGET}</p></div>')),
    ("visible", "white on an image", _inline("background:url(sky.jpg);color:#fff")),
    ("visible", "links have a colour of their own", _page(f'<div style="color:#fff"><a href="/a">{TARGET}</a></div>')),
    ("visible", "white with a shadow", _inline("color:#fff;text-shadow:0 0 3px #000")),
    ("text-indent", "far to the left", _inline("text-indent:-9999px")),
    ("text-indent", "beyond its box", _inline("text-indent:100%;white-space:nowrap;overflow:hidden;width:200px")),
    ("visible", "of an inline element", _inline("text-indent:-9999px", "span")),
    ("visible", "a hanging first line", _inline("text-indent:-20px;padding-left:20px")),
    (
        "behind",
        "under the ground of its parent",
        _page(f'<div style="background:#eee"><p style="position:relative;z-index:-1">{TARGET}</p></div>'),
    ),
    ("visible", "below nothing", _inline("position:relative;z-index:-1")),
    # elements and attributes
    ("noscript", "noscript", _page(f"<noscript><p>{TARGET}</p></noscript>")),
    ("template", "template", _page(f"<template><p>{TARGET}</p></template>")),
    ("iframe", "iframe", _page(f"<iframe>{TARGET}</iframe>")),
    ("noframes", "noframes", _page(f"<noframes><p>{TARGET}</p></noframes>")),
    ("marquee", "marquee", _page(f"<marquee>{TARGET}</marquee>")),
    ("textarea", "textarea", _page(f"<textarea>{TARGET}</textarea>")),
    ("fallback", "video", _page(f"<video>{TARGET}</video>")),
    ("fallback", "canvas", _page(f"<canvas>{TARGET}</canvas>")),
    ("head", "title", f"<!doctype html><html><head><title>{TARGET}</title></head><body><p>A page.</p></body></html>"),
    ("display-none", "datalist", _page(f"<datalist><option>{TARGET}</option></datalist>")),
    ("hidden-attribute", "hidden", _page(f"<div hidden>{TARGET}</div>")),
    ("hidden-attribute", "popover", _page(f"<div popover>{TARGET}</div>")),
    ("visible", "hidden and displayed", _page(f'<div hidden style="display:block">{TARGET}</div>')),
    ("visible", "hidden as a class", _page(f'<div class="a hidden b">{TARGET}</div>')),
    ("aria-hidden", "aria-hidden", _page(f'<div aria-hidden="true">{TARGET}</div>')),
    ("closed-details", "details", _page(f"<details><summary>More</summary><p>{TARGET}</p></details>")),
    ("visible", "summary", _page(f"<details><summary>{TARGET}</summary><p>More</p></details>")),
    ("visible", "open details", _page(f"<details open><summary>More</summary><p>{TARGET}</p></details>")),
    ("closed-dialog", "dialog", _page(f"<dialog>{TARGET}</dialog>")),
    ("visible", "open dialog", _page(f"<dialog open>{TARGET}</dialog>")),
    # style sheets
    ("display-none", "class", _sheet(".x{display:none}")),
    ("display-none", "id", _sheet("#x{display:none}", f'<p id="x">{TARGET}</p>')),
    ("display-none", "tag", _sheet("em{display:none}", f"<p><em>{TARGET}</em></p>")),
    ("display-none", "attribute", _sheet("[data-x=go]{display:none}", f"<p data-x='go'>{TARGET}</p>")),
    ("display-none", "compound", _sheet("p.x.y{display:none}", f'<p class="y x">{TARGET}</p>')),
    ("display-none", "descendant", _sheet(".box p{display:none}")),
    ("display-none", "child", _sheet(".box>p{display:none}")),
    ("display-none", "sibling", _sheet(".a + .x{display:none}", f'<p class="a">A.</p><p class="x">{TARGET}</p>')),
    ("display-none", "list of selectors", _sheet("h1, .y , .x:hover, .x { display : none }")),
    ("display-none", "after a comment and a string with braces", _sheet('/* } .x{} */ .q:after{content:"}{"} .x{display:none}')),
    ("display-none", "between strings that look like a comment", _sheet('.q:after{content:"/*"} .x{display:none} .q:before{content:"*/"}')),
    ("display-none", "screen media", _sheet("@media screen and (min-width:600px){.x{display:none}}")),
    ("display-none", "supports", _sheet("@supports (display:grid){.x{display:none}}")),
    ("display-none", "nested rule", _sheet(".box{color:#222;.x{display:none}}")),
    ("display-none", "nested with an ampersand", _sheet(".x{&.y{display:none}}", f'<p class="x y">{TARGET}</p>')),
    ("display-none", "escaped name", _sheet(r".sm\:x{display:none}", f'<p class="sm:x">{TARGET}</p>')),
    ("display-none", "not", _sheet("p:not(.y).x{display:none}")),
    ("display-none", "nth-child", _sheet("li:nth-child(2n){display:none}", f"<ul><li>One</li><li>{TARGET}</li></ul>")),
    ("display-none", "first-child", _sheet(".box :first-child{display:none}")),
    ("display-none", "stronger selector first", _sheet("p.x{display:none}.x{display:block}")),
    ("display-none", "important", _sheet(".x{display:none!important}p.x{display:block}")),
    (
        "display-none",
        "important beats a style attribute",
        _sheet(".x{display:none!important}", f'<p class="x" style="display:block">{TARGET}</p>'),
    ),
    ("display-none", "everything", _sheet(".box *{display:none}")),
    ("display-none", "escaped property in a rule", _sheet(r".x{d\69 splay:n\6f ne}")),
    ("visible", "an escaped brace", _sheet(r".x\}{display:none}")),
    ("visible", "another class", _sheet(".y{display:none}")),
    ("visible", "print media", _sheet("@media print{.x{display:none}}")),
    ("visible", "narrow screens", _sheet("@media (max-width:600px){.x{display:none}}")),
    ("visible", "print sheet", f'<!doctype html><style media="print">.x{{display:none}}</style><p class="x">{TARGET}</p>'),
    ("visible", "hover", _sheet(".x:hover{display:none}")),
    ("visible", "pseudo-element", _sheet(".x::before{display:none}")),
    ("visible", "weaker selector", _sheet("p.x{display:block}.x{display:none}")),
    ("visible", "later rule", _sheet(".x{display:none}.x{display:block}")),
    ("visible", "style attribute wins", _sheet(".x{display:none}", f'<p class="x" style="display:block">{TARGET}</p>')),
    ("visible", "another parent", _sheet(".menu .x{display:none}")),
    ("visible", "grandchild is no child", _sheet(".box>em{display:none}", f'<div class="box"><p><em>{TARGET}</em></p></div>')),
    ("visible", "sheet in noscript", f'<!doctype html><noscript><style>.x{{display:none}}</style></noscript><p class="x">{TARGET}</p>'),
    ("visibility-hidden", "rule", _sheet(".x{visibility:hidden}")),
    ("visible", "rule undone by a rule inside", _sheet(".box{visibility:hidden}.x{visibility:visible}")),
    ("off-screen", "position in one rule, place in another", _sheet(".box{position:absolute}.box{left:-9999px}")),
    (
        "off-screen",
        "position in a rule, place in the style",
        _sheet(".x{position:absolute}", f'<p class="x" style="left:-9999px">{TARGET}</p>'),
    ),
    ("zero-size", "overflow in a rule, height in the style", _sheet(".x{overflow:hidden}", f'<p class="x" style="height:0">{TARGET}</p>')),
    ("zero-font", "rule", _sheet(".box{font-size:0}")),
    ("visible", "zero font undone by a rule", _sheet(".box{font-size:0}.x{font-size:16px}")),
    ("transparent", "rule", _sheet(".x{opacity:0}")),
    ("same-colour", "rule with important", _sheet(".x{color:#FFFFFE !Important}")),
    ("same-colour", "white of a rule on the white of another", _sheet(".x{color:white}.box{background:#fefefe}")),
    ("visible", "white of a rule on the blue of another", _sheet(".x{color:white}.box{background:#036}")),
    (
        "visible",
        "white of a style on the blue of a rule",
        _sheet(".box{background:#036}", f'<div class="box"><p style="color:#fff">{TARGET}</p></div>'),
    ),
    (
        "same-colour",
        "colour of a style on the ground of a rule",
        _sheet(".box{background:#036}", f'<div class="box"><p style="color:#003366">{TARGET}</p></div>'),
    ),
    ("visible", "white letters of a button", _sheet(".x{color:#fff;background:#c00}", f'<a class="x" href="/">{TARGET}</a>')),
    ("text-indent", "rule", _sheet(".x{text-indent:-9999px}")),
    ("clipped", "rule", _sheet(".x{position:absolute!important;clip:rect(1px,1px,1px,1px)}")),
)

# Hidden by a script as the page loads: the browser must run it.
SCRIPTED: Final[tuple[tuple[str, str, str], ...]] = tuple(
    (
        state,
        name,
        f'<!doctype html><html><body><p>An honest paragraph.</p><div id="x" class="k">{TARGET}</div><script>{script}</script></body></html>',
    )
    for state, name, script in (
        ("script-hidden", "by id", "document.getElementById('x').style.display='none'"),
        ("script-hidden", "split string", 'document.getElementById(\'x\').style.display="no"+"ne";'),
        ("script-hidden", "split names", "document['getEl'+'ementById']('x')['sty'+'le'].display='n'+'one'"),
        ("script-hidden", "percent escapes", "eval(unescape('%64ocument.getElementById(%22x%22).style.display=%22none%22'))"),
        ("script-hidden", "hexadecimal escapes", r"eval('\x64ocument.getElementById(\x22x\x22).style.display=\x22none\x22')"),
        (
            "script-hidden",
            "character codes",
            f"eval(String.fromCharCode({','.join(str(ord(c)) for c in 'document.getElementById(`x`).hidden=true'.replace('`', chr(34)))}))",
        ),
        ("script-hidden", "variable", "(function(){var e = document.getElementById('x'); e.style.display = 'none';})()"),
        ("script-hidden", "selector", "document.querySelector('.k').style.visibility = 'hidden'"),
        (
            "script-hidden",
            "when the page is ready",
            "document.addEventListener('DOMContentLoaded', function () { document.getElementById('x').hidden = true; })",
        ),
        (
            "script-hidden",
            "arrow function",
            "window.addEventListener('load', () => { document.querySelector('#x').style.cssText = 'position:absolute;left:-9999px'; })",
        ),
        ("script-hidden", "class", "document.getElementsByClassName('k')[0].style.display = 'none'"),
        (
            "script-hidden",
            "sheet",
            "var s=document.createElement('st'+'yl'+'e');s.innerHTML='.k{position:absolute;top:-152413851px}';document.head.appendChild(s)",
        ),
        ("script-hidden", "written sheet", "document.write('<style>#x{display:none}</style>')"),
        ("visible", "in a function that no one calls", "function close(){document.getElementById('x').style.display='none'}"),
        ("visible", "on a click", "document.body.onclick=function(){document.getElementById('x').style.display='none'}"),
        ("visible", "another id", "var y=document.getElementById('y'); if(y){y.style.display='none'}"),
        ("visible", "shown", "document.getElementById('x').style.display='block'"),
    )
)
