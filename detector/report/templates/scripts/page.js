// One page: its text with what was found, and each finding explained.
const JOINED = 0;
const SPACED = 1;
const LEFT_OUT = 3;
let pieceOf = new WeakMap();

function drawPage() {
  const page = state.page;
  const place = byId("page");
  pieceOf = new WeakMap();
  if (!page) {
    place.replaceChildren(element("p", { class: "empty" }, say(audited.length ? "choose" : "headlineNone")));
    return;
  }
  place.replaceChildren(
    element("header", {},
      element("p", { class: `verdict ${page.status}` }, element("span", { class: `status ${page.status}` }), statusWords(page.status),
        page.score === undefined ? null : element("span", { class: "quiet-text" }, say("score", { score: number(page.score, { maximumFractionDigits: 4 }) }))),
      element("h2", {}, isolated(page.name)),
      drawFacts(page)),
    ...drawText(page),
    ...drawFindings(page),
    drawMissedForm(page));
  place.scrollTop = 0;
  showMissed();
}

function drawFacts(page) {
  const facts = [["address", page.url !== page.name && page.url], ["encoding", page.encoding], ["limits", page.limits?.join(", ")]].filter(([, value]) => value);
  return element("dl", { class: "facts" }, ...facts.flatMap(([key, value]) => [element("dt", {}, say(key)), element("dd", {}, isolated(value))]));
}

function drawText(page) {
  if (page.error) return [element("p", { class: "error" }, isolated(page.error))];
  if (page.status === "clean" && !page.findings.length) return [element("p", { class: "empty" }, say("cleanText"))];
  if (!page.findings.length) return [element("p", { class: "empty" }, say("wholePage"))];
  if (!page.passages) return [element("p", { class: "empty" }, say("noText"))];
  return [element("h3", {}, say("inText")), element("div", { class: "text", dir: "auto" }, ...page.passages.map((passage) => drawPassage(page, passage)))];
}

function drawPassage(page, [cutBefore, pieces, cutAfter]) {
  const paragraph = element("p", { class: "passage", dir: "auto" });
  let mark = null;
  let last = null;
  if (cutBefore) paragraph.append(element("span", { class: "break" }, "… "));
  for (const [start, end, text, finding, gap] of pieces) {
    const goesOn = finding >= 0 && finding === last?.finding;
    if (last) (goesOn ? mark : paragraph).append(...drawGap(gap, goesOn, start - last.end));
    if (!goesOn) {
      mark = finding >= 0 ? drawMark(page, finding) : null;
      if (mark) paragraph.append(mark);
    }
    const piece = element("span", { class: "piece" }, ...pageText(text));
    pieceOf.set(piece, { start, end, text });
    (mark ?? paragraph).append(piece);
    last = { end, finding };
  }
  if (cutAfter) paragraph.append(element("span", { class: "break" }, " …"));
  return paragraph;
}

function drawGap(gap, inFinding, between) {
  if (gap === JOINED) return [];
  if (gap === LEFT_OUT) return [element("span", { class: "left-out" }, say("leftOut", { n: number(between) }))];
  if (gap === SPACED) return [" "];
  return [inFinding ? element("span", { class: "break" }, " · ") : element("span", { class: "new-line" })];
}

function drawMark(page, index) {
  const finding = page.findings[index];
  const hidden = isHidden(finding.visibility);
  const mark = element("mark", { class: hidden ? "hidden-mark" : null, "data-finding": index, click: () => getSelection().isCollapsed && goToFinding(index, "card") });
  mark.classList.toggle("taken-back", isCorrected(page, finding));
  const label = `${index + 1}${hidden ? " " + say("hiddenBy", { how: placeWords(finding.visibility) }) : ""}`;
  mark.append(element("button", { type: "button", class: "number", title: placeExplained(finding.visibility), "data-label": label, "aria-label": label }));
  return mark;
}

function drawFindings(page) {
  if (!page.findings.length) return [];
  const left = page.count - page.findings.length;
  return [
    element("h3", {}, say("why")),
    element("ol", { class: "findings" }, ...page.findings.map((finding, index) => drawFinding(page, finding, index))),
    left ? element("p", { class: "quiet-text" }, say("moreFindings", { n: number(left) })) : null,
  ].filter(Boolean);
}

function drawFinding(page, finding, index) {
  const { line, column, path } = finding.location;
  const taken = isCorrected(page, finding);
  return element("li", { class: "finding", id: `finding-${index}`, tabindex: "-1", "data-finding": index },
    element("div", { class: "kind" },
      element("strong", {}, categoryWords(finding.category)),
      element("span", { class: "quiet-text" }, `${say("sure", { percent: percent(finding.probability) })} · ${say("guess", { percent: percent(finding.category_probability) })}`),
      element("button", { type: "button", class: "not-spam", "aria-pressed": String(taken), click: () => takeBack(index) }, say(taken ? "notSpamOn" : "notSpam"))),
    element("p", { class: "quote" }, isolated(finding.text.slice(0, 300) + (finding.text.length > 300 ? "…" : ""))),
    element("p", { class: "place" }, element("span", { class: `place-name${isHidden(finding.visibility) ? " is-hidden" : ""}` }, placeWords(finding.visibility)), " ", placeExplained(finding.visibility)),
    element("p", { class: "position" }, say("position", { line: number(line), column: number(column) }), path ? element("code", {}, isolated(path)) : null),
    drawReasons(finding.reasons));
}

function drawReasons(reasons) {
  const most = Math.max(0.1, ...reasons.map((reason) => Math.abs(reason.weight)));
  return element("ul", { class: "reasons" }, ...[...reasons].sort((a, b) => b.weight - a.weight).map((reason) => {
    const width = (100 * Math.abs(reason.weight)) / most;
    const weight = number(reason.weight, { signDisplay: "always", maximumFractionDigits: 1, minimumFractionDigits: 1 });
    return element("li", { title: reason.name },
      drawing("svg", { class: "weight", width: "56", height: "6", role: "img", "aria-label": say("weight", { weight }) },
        drawing("rect", { class: "track", width: "56", height: "6", rx: "3" }),
        drawing("rect", { class: reason.weight < 0 ? "against" : "for", width: `${width}%`, height: "6", rx: "3" })),
      element("span", { class: "figure" }, weight),
      isolated(reason[state.language]));
  }));
}

function drawMissedForm(page) {
  const field = element("textarea", { rows: "2", id: "pasted", "aria-label": say("missedPasted"), spellcheck: "false" });
  const add = () => {
    const text = field.value.trim();
    if (!text) return;
    if (!corrections.has(keyOf(page, null, null, text, "spam"))) correct(page, null, null, text, "spam");
    field.value = "";
    showMissed();
  };
  if (page.error) return element("div");
  return element("section", { class: "missed" }, element("label", { for: "pasted" }, say("missedHow")), field,
    element("button", { type: "button", id: "add-missed", click: add }, say("missedAdd")), element("ul", { id: "missed-rows" }));
}

function showMissed() {
  byId("missed-rows")?.replaceChildren(...missedOn(state.page).map(([, row]) => element("li", {}, isolated(row.text.slice(0, 200)),
    element("button", { type: "button", class: "quiet", click: () => { correct(row.page, row.start, row.end, row.text, "spam"); showMissed(); } }, say("takeBack")))));
}

function takeBack(index) {
  const page = state.page;
  const finding = page.findings[index];
  correct(page, finding.start, finding.end, finding.text, "clean");
  const taken = isCorrected(page, finding);
  for (const mark of byId("page").querySelectorAll(`mark[data-finding="${index}"]`)) mark.classList.toggle("taken-back", taken);
  const button = byId(`finding-${index}`).querySelector(".not-spam");
  button.setAttribute("aria-pressed", String(taken));
  button.textContent = say(taken ? "notSpamOn" : "notSpam");
}

function goToFinding(index, where = "mark") {
  const page = state.page;
  if (!page?.findings.length) return;
  state.finding = Math.max(0, Math.min(page.findings.length - 1, index));
  for (const node of byId("page").querySelectorAll(".at")) node.classList.remove("at");
  const card = byId(`finding-${state.finding}`);
  const mark = byId("page").querySelector(`mark[data-finding="${state.finding}"]`);
  for (const node of [card, mark]) node?.classList.add("at");
  (where === "mark" ? mark ?? card : card).scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  card.focus({ preventScroll: true });
}
