"""The names that people read, in English and Chinese: of verdicts, categories and ways of hiding. One table, used by every renderer."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "zh"]
Words = dict[Language, str]


def _words(en: str, zh: str) -> Words:
    return {"en": en, "zh": zh}


STATUS: Final[dict[str, Words]] = {
    "injected": _words("injected", "已被注入"),
    "suspicious": _words("suspicious", "可疑"),
    "clean": _words("clean", "干净"),
    "unreadable": _words("could not be read", "无法读取"),
}

CATEGORY: Final[dict[str, Words]] = {
    "adult": _words("adult", "色情"),
    "gambling": _words("gambling", "赌博"),
    "pharma": _words("pharmacy", "药品"),
    "replica": _words("replica goods", "仿冒品"),
    "loans": _words("loans", "贷款"),
    "piracy": _words("piracy", "盗版资源"),
    "game-server": _words("private game servers", "游戏私服"),
    "forged-documents": _words("forged documents", "假证假票"),
    "essay-mill": _words("essay mills", "论文代写"),
    "crypto": _words("crypto schemes", "虚拟货币骗局"),
    "escort": _words("escorts", "招嫖"),
    "seo-service": _words("SEO services", "黑帽推广"),
    "prompt-injection": _words("prompt injection", "提示词注入"),
    "other": _words("other", "其他"),
}

# What stands out over the pages of a site.
EVIDENCE: Final[dict[str, Words]] = {
    "template": _words("infected template", "被注入的模板"),
    "series": _words("doorway series", "桥页系列"),
    "folder": _words("off-topic folder", "主题无关的目录"),
    "brand": _words("substituted name", "被替换的名称"),
    "host": _words("linked site", "链接的网站"),
    "pages": _words("injected pages", "被注入的页面"),
}

# Where a finding stands, and what that means for who can see it.
VISIBILITY: Final[dict[str, tuple[Words, Words]]] = {
    "visible": (
        _words("visible", "可见"),
        _words("Every visitor sees it.", "所有访客都能看到。"),
    ),
    "display-none": (
        _words("not displayed", "不显示"),
        _words("A style takes it out of the page (display: none). Visitors see nothing; crawlers read it.",
               "样式使其不显示（display: none）：访客看不到，爬虫照读。"),
    ),
    "visibility-hidden": (
        _words("made invisible", "设为隐藏"),
        _words("A style leaves its place empty (visibility: hidden).", "样式使其隐形，只留空位（visibility: hidden）。"),
    ),
    "off-screen": (
        _words("off-screen", "移出屏幕"),
        _words("It is moved far outside the window, where nobody scrolls.", "被移到窗口之外，滚动也到不了。"),
    ),
    "zero-size": (
        _words("box of no size", "零尺寸容器"),
        _words("Its box is no more than a pixel high or wide and cuts off what does not fit.", "容器的高或宽不足一两个像素，多余内容被裁掉。"),
    ),
    "zero-font": (
        _words("font of no size", "零字号"),
        _words("It is set in a font too small to see.", "字号小到看不见。"),
    ),
    "transparent": (
        _words("transparent", "透明"),
        _words("It is drawn fully transparent.", "以全透明方式绘制。"),
    ),
    "same-colour": (
        _words("colour of the background", "与背景同色"),
        _words("Text and background have the same or nearly the same colour.", "文字与背景颜色相同或几乎相同。"),
    ),
    "clipped": (
        _words("clipped away", "被裁切"),
        _words("A clipping rule cuts all of it away.", "裁切规则把它整个裁掉。"),
    ),
    "text-indent": (
        _words("indented away", "缩进移出"),
        _words("An indent pushes the text out of its box.", "缩进把文字推到容器之外。"),
    ),
    "behind": (
        _words("behind other content", "被遮挡"),
        _words("It lies behind other content of the page.", "被页面其他内容遮住。"),
    ),
    "noscript": (
        _words("only without scripts", "仅无脚本时可见"),
        _words("It stands in <noscript>: only readers without scripts, crawlers above all, get it.",
               "位于 <noscript>：只有不执行脚本的读者（主要是爬虫）能看到。"),
    ),
    "marquee": (
        _words("moving text", "滚动文字"),
        _words("It runs through a <marquee>. Visitors see it, if it is not too fast to read.", "放在 <marquee> 中滚动；除非过快，访客看得到。"),
    ),
    "template": (
        _words("unused template", "未使用的模板"),
        _words("It stands in <template>, which browsers do not show.", "位于 <template>，浏览器不显示。"),
    ),
    "comment": (
        _words("HTML comment", "HTML 注释"),
        _words("It stands in a comment of the source. Browsers do not show it; models and scrapers may read it.",
               "位于源码注释：浏览器不显示，语言模型和抓取程序可能读到。"),
    ),
    "attribute": (
        _words("attribute", "属性值"),
        _words("It is the value of an attribute, not text of the page.", "是属性的值，不是正文。"),
    ),
    "alt": (
        _words("alternative text of an image", "图片替代文字"),
        _words("It describes an image (alt): crawlers and screen readers read it, others do not see it.", "是图片的替代文字（alt）：爬虫和读屏软件会读，其他人看不到。"),
    ),
    "title-attribute": (
        _words("tooltip", "悬停提示"),
        _words("It is a tooltip (title), seen only when pointed at.", "是悬停提示（title），鼠标指向时才出现。"),
    ),
    "label": (
        _words("label", "控件标签"),
        _words("It labels a control (aria-label, placeholder and the like).", "是控件的标签（aria-label、placeholder 等）。"),
    ),
    "data": (
        _words("data attribute", "数据属性"),
        _words("It is stored in an attribute that no one is shown (data-…, srcdoc).", "存放在不显示的属性里（data-…、srcdoc）。"),
    ),
    "json-ld": (
        _words("structured data", "结构化数据"),
        _words("It stands in structured data (JSON-LD) written for search engines.", "位于写给搜索引擎的结构化数据（JSON-LD）中。"),
    ),
    "script": (
        _words("written by a script", "由脚本写入"),
        _words("A script of the page writes it as the page loads.", "由页面脚本在加载时写入。"),
    ),
    "title": (
        _words("title of the page", "页面标题"),
        _words("It stands in the title: on the tab and in search results, not on the page itself.", "位于标题：出现在标签页和搜索结果里，页面正文不显示。"),
    ),
    "meta": (
        _words("meta data", "meta 信息"),
        _words("It stands in meta data: search results show it, the page does not.", "位于 meta 信息：搜索结果会显示，页面不显示。"),
    ),
    "head": (
        _words("head of the page", "页头信息"),
        _words("It stands in the title or in meta data: search results show it, the page itself does not.",
               "位于标题或 meta 信息：出现在搜索结果里，页面正文不显示。"),
    ),
    "hidden-attribute": (
        _words("hidden attribute", "hidden 属性"),
        _words("The attribute hidden, or a popover that is not open, takes it out of the page.", "hidden 属性或未打开的弹出层使其不显示。"),
    ),
    "tiny-font": (
        _words("tiny font", "极小字号"),
        _words("It is set in a font of less than 3 pixels.", "字号不足 3 像素。"),
    ),
    "closed-details": (
        _words("closed fold", "折叠内容"),
        _words("It stands in <details>, shown only when unfolded.", "位于 <details>，展开后才显示。"),
    ),
    "closed-dialog": (
        _words("closed dialog", "未打开的对话框"),
        _words("It stands in a dialog that is not open.", "位于未打开的对话框中。"),
    ),
    "script-hidden": (
        _words("hidden by a script", "被脚本隐藏"),
        _words("A script hides it as the page loads; readers without scripts, crawlers above all, get it.",
               "脚本在加载时将其隐藏；不执行脚本的读者（主要是爬虫）能读到。"),
    ),
    "iframe": (
        _words("inside an iframe element", "iframe 元素内"),
        _words("It stands between <iframe> and </iframe>, which browsers do not show.", "位于 <iframe> 与 </iframe> 之间，浏览器不显示。"),
    ),
    "noframes": (
        _words("only without frames", "仅无框架时可见"),
        _words("It stands in <noframes>, which today's browsers do not show.", "位于 <noframes>，如今的浏览器不显示。"),
    ),
    "textarea": (
        _words("text box", "文本框"),
        _words("It stands in a box for typing, where visitors see it.", "位于输入框中，访客看得到。"),
    ),
    "fallback": (
        _words("fallback text", "后备文字"),
        _words("It is shown only where video, audio or canvas are unknown: in no browser of today.", "只在不支持 video、audio 或 canvas 时显示，如今的浏览器都不显示。"),
    ),
    "aria-hidden": (
        _words("hidden from assistive technology", "对辅助技术隐藏"),
        _words("It is marked aria-hidden: visitors see it, screen readers skip it.", "标记为 aria-hidden：访客看得到，读屏软件会跳过。"),
    ),
    "invisible-characters": (
        _words("in invisible characters", "不可见字符"),
        _words("It is written in characters that have no shape: nobody sees them, language models and machines read them.",
               "用没有形状的字符写成：谁也看不见，语言模型和程序读得到。"),
    ),
    "after-html": (
        _words("after the end of the page", "页面结束之后"),
        _words("It stands after </html> or </body>, where only something appended to the file can be.",
               "位于 </html> 或 </body> 之后，只有被追加到文件末尾的内容才会在那里。"),
    ),
}  # fmt: skip

# What is worth a word though visitors see it.
_SEEN: Final = frozenset({"visible", "marquee", "aria-hidden", "textarea", "after-html"})

_HIDDEN_ANOTHER_WAY: Final = _words("It is hidden from visitors in this way.", "以此方式对访客隐藏。")


def is_hidden(state: str) -> bool:
    """Whether visitors of the page do not see what stands in this way."""
    return state not in _SEEN


def visibility_words(state: str) -> tuple[Words, Words]:
    """Name and explanation of a way of hiding; one that has no words of its own yet goes by its name."""
    return VISIBILITY.get(state) or (_words(state, state), _HIDDEN_ANOTHER_WAY)


def category_words(category: str) -> Words:
    """Name of a category, or the category itself where a model of one's own has more."""
    return CATEGORY.get(category) or _words(category, category)
