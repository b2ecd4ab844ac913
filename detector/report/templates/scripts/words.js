// What the report says, in English and Chinese. Names of categories, places and verdicts come with the data.
const WORDS = {
  en: {
    title: "Page audit", otherLanguage: "中文", languageLabel: "Switch to Chinese",
    light: "Light", dark: "Dark", themeLabel: "Switch between light and dark", keys: "Keys", skip: "Skip to the pages",
    headlineInjected: "{n} of {total} pages carry injected content", headlineInjectedOne: "1 of {total} pages carries injected content",
    headlineOnly: "This page carries injected content", headlineSuspicious: "No page is surely injected; {n} of {total} are suspicious",
    headlineSuspiciousOne: "No page is surely injected; 1 of {total} is suspicious",
    headlineClean: "Nothing injected was found", headlineNone: "No page was audited",
    found: "{n} findings.", foundOne: "1 finding.", counts: "{list}.", countOf: "{n} {name}", audited: "Audited on {date} in {seconds} s.",
    byCategory: "Findings by category", byPlace: "Findings by place", visible: "visible", hidden: "hidden",
    narrowTo: "Show only pages with findings of this kind: {name}, {n}", pages: "Pages", search: "Filter by name, address or text",
    byStatus: "Filter by verdict", sort: "Sort by", sortScore: "score", sortFindings: "findings", sortName: "name", sortOrder: "order of audit",
    ascending: "↑ ascending", descending: "↓ descending", shown: "{n} of {total} pages", shownAll: "{total} pages", noneMatch: "No page matches.",
    further: "Show {n} more", unlisted: "Not listed here to keep this file small: {list}. The JSON Lines report has them all.",
    finding: "1 finding", findings: "{n} findings", remove: "Remove filter {name}",
    choose: "Choose a page from the list.", score: "score {score}", address: "Address", encoding: "Encoding", limits: "Stopped at a limit",
    inText: "In the page", why: "Findings", position: "line {line}, column {column}", sure: "{percent} probability", guess: "{percent} of this kind",
    leftOut: "{n} characters left out", moreFindings: "{n} more findings on this page are in the JSON Lines report.",
    noText: "This file is full: the text of this page is left out. The JSON Lines report has all findings.",
    cleanText: "Nothing injected was found on this page.", wholePage: "The page as a whole reads as injected; no single stretch of it stands out.",
    notSpam: "Not spam", notSpamOn: "Marked as not spam", missed: "Missed this: mark as spam",
    missedHow: "Something missed? Select it in the text above, or paste it here:", missedPasted: "Text of this page that is spam", missedAdd: "Mark as spam",
    takeBack: "Take back", corrected: "{n} corrections", correctedOne: "1 correction",
    download: "Download labels.jsonl", discard: "Discard", weight: "weight {weight}",
    help: "Keys", close: "Close", helpNext: "next, previous page", helpFinding: "next, previous finding", helpSearch: "filter", helpNot: "mark the finding as not spam",
    helpMissed: "mark the selected text as spam", helpLanguage: "English or Chinese", helpTheme: "light or dark", helpHelp: "this list", hiddenBy: "hidden: {how}",
    sites: "Sites", thesePages: "These pages", siteCounts: "{pages} pages, {injected} injected, {suspicious} suspicious", siteClean: "Nothing stands out over its pages.",
    moreEvidence: "{n} more in the JSON report.",
  },
  zh: {
    title: "页面审查报告", otherLanguage: "English", languageLabel: "切换为英文",
    light: "浅色", dark: "深色", themeLabel: "切换浅色与深色", keys: "快捷键", skip: "跳到页面列表",
    headlineInjected: "{total} 个页面中有 {n} 个被注入内容", headlineInjectedOne: "{total} 个页面中有 1 个被注入内容",
    headlineOnly: "此页面被注入了内容", headlineSuspicious: "没有确定被注入的页面；{total} 个页面中有 {n} 个可疑",
    headlineSuspiciousOne: "没有确定被注入的页面；{total} 个页面中有 1 个可疑",
    headlineClean: "未发现注入内容", headlineNone: "没有审查任何页面",
    found: "共发现 {n} 处。", foundOne: "共发现 1 处。", counts: "{list}。", countOf: "{name} {n}", audited: "审查时间 {date}，耗时 {seconds} 秒。",
    byCategory: "按类别", byPlace: "按位置", visible: "可见", hidden: "隐藏",
    narrowTo: "只显示含有此类发现的页面：{name}，{n} 处", pages: "页面", search: "按名称、网址或文字筛选",
    byStatus: "按结论筛选", sort: "排序", sortScore: "得分", sortFindings: "发现数", sortName: "名称", sortOrder: "审查顺序",
    ascending: "↑ 升序", descending: "↓ 降序", shown: "{total} 个页面中的 {n} 个", shownAll: "{total} 个页面", noneMatch: "没有符合条件的页面。",
    further: "再显示 {n} 个", unlisted: "为控制文件大小，未列出：{list}。JSON Lines 报告中有全部页面。",
    finding: "1 处", findings: "{n} 处", remove: "取消筛选 {name}",
    choose: "请从列表中选择页面。", score: "得分 {score}", address: "网址", encoding: "编码", limits: "因达到上限而停止",
    inText: "页面中的文字", why: "发现", position: "第 {line} 行，第 {column} 列", sure: "概率 {percent}", guess: "属于此类的可能 {percent}",
    leftOut: "省略 {n} 个字符", moreFindings: "此页另有 {n} 处，见 JSON Lines 报告。",
    noText: "文件已满，此页的文字从略。全部发现见 JSON Lines 报告。",
    cleanText: "此页未发现注入内容。", wholePage: "整个页面读起来像注入内容，没有单独突出的段落。",
    notSpam: "不是垃圾内容", notSpamOn: "已标为非垃圾", missed: "漏报：标为垃圾内容",
    missedHow: "有漏报？请在上文中选中，或粘贴到这里：", missedPasted: "此页中属于垃圾内容的文字", missedAdd: "标为垃圾内容",
    takeBack: "撤回", corrected: "{n} 条更正", correctedOne: "1 条更正",
    download: "下载 labels.jsonl", discard: "放弃", weight: "权重 {weight}",
    help: "快捷键", close: "关闭", helpNext: "下一个、上一个页面", helpFinding: "下一处、上一处发现", helpSearch: "筛选", helpNot: "把当前发现标为非垃圾",
    helpMissed: "把选中的文字标为垃圾", helpLanguage: "中文或英文", helpTheme: "浅色或深色", helpHelp: "本列表", hiddenBy: "隐藏：{how}",
    sites: "网站", thesePages: "这些页面", siteCounts: "{pages} 个页面，{injected} 个被注入，{suspicious} 个可疑", siteClean: "各页面之间没有异常。",
    moreEvidence: "其余 {n} 项见 JSON 报告。",
  },
};

const say = (key, values = {}) => WORDS[state.language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const sayCount = (key, n, values = {}) => say(n === 1 ? `${key}One` : key, { n: number(n), ...values });
const inLanguage = (words, otherwise) => (words ? words[state.language] : otherwise);
const number = (n, options) => new Intl.NumberFormat(state.language, options).format(n);
const percent = (p) => number(p, { style: "percent", maximumFractionDigits: p > 0.99 && p < 1 ? 1 : 0 });
const statusWords = (status) => inLanguage(run.wording.status[status], status);
const categoryWords = (category) => inLanguage(own(run.wording.category, category), category);
const placeWords = (place) => inLanguage(own(run.wording.visibility, place)?.name, place);
const isHidden = (place) => own(run.wording.visibility, place)?.hidden ?? true;
const placeExplained = (place) => inLanguage(own(run.wording.visibility, place)?.explanation, "");
const listed = (parts) => (state.language === "zh" ? parts.join("、") : new Intl.ListFormat("en", { type: "conjunction" }).format(parts));
const countsOf = (counts) => listed(STATUSES.filter((status) => counts[status]).map((status) => say("countOf", { n: number(counts[status]), name: statusWords(status) })));

function own(table, key) {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
