// The list of pages: filter, sort, choose.
const STATUSES = ["injected", "suspicious", "clean", "unreadable"];
const SORTS = { score: "sortScore", findings: "sortFindings", name: "sortName", order: "sortOrder" };
const FURTHER = 200;
let matching = [];

function searchable(page) {
  page.searchable ??= [page.name, page.url, page.error, ...page.findings.flatMap((finding) => [
    finding.text, finding.category, finding.visibility, finding.location.path,
    ...["en", "zh"].flatMap((language) => [own(run.wording.category, finding.category)?.[language], own(run.wording.visibility, finding.visibility)?.name[language]]),
  ])].filter(Boolean).join("\n").toLowerCase();
  return page.searchable;
}

function matches(page) {
  return (!state.status || page.status === state.status)
    && (!state.category || page.findings.some((finding) => finding.category === state.category))
    && (!state.place || page.findings.some((finding) => finding.visibility === state.place))
    && state.search.toLowerCase().split(/\s+/).every((word) => searchable(page).includes(word));
}

const orderings = {
  score: (a, b) => (a.score ?? -1) - (b.score ?? -1),
  findings: (a, b) => (a.count ?? -1) - (b.count ?? -1),
  name: (a, b) => a.name.localeCompare(b.name, state.language, { numeric: true }),
  order: (a, b) => a.index - b.index,
};

function drawList() {
  const order = orderings[state.sort];
  matching = audited.filter(matches).sort((a, b) => (state.ascending ? order(a, b) : order(b, a)) || a.index - b.index);
  byId("list").replaceChildren(...matching.slice(0, state.shown).map(drawItem));
  const counts = { n: number(matching.length), total: number(audited.length) };
  byId("counted").textContent = !matching.length ? say("noneMatch") : matching.length === audited.length ? say("shownAll", counts) : say("shown", counts);
  const left = matching.length - state.shown;
  byId("further").hidden = left <= 0;
  byId("further").textContent = say("further", { n: number(Math.min(left, FURTHER)) });
  drawTools();
}

function drawItem(page) {
  const cut = page.name.lastIndexOf("/", page.name.length - 2) + 1;
  const kinds = [...new Set(page.findings.map((finding) => finding.category))].map(categoryWords);
  const about = page.count ? [page.count === 1 ? say("finding") : say("findings", { n: number(page.count) }), ...kinds.slice(0, 3)].join(" · ") : statusWords(page.status);
  const attributes = { type: "button", "aria-current": page === state.page ? "true" : null, click: () => choose(page), "data-index": page.index };
  return element("li", {}, element("button", attributes,
    element("span", { class: `status ${page.status}`, title: statusWords(page.status), role: "img", "aria-label": statusWords(page.status) }),
    element("span", { class: "name" }, isolated(page.name.slice(0, cut), { class: "folder" }), isolated(page.name.slice(cut))),
    element("span", { class: "figure" }, page.score === undefined ? "" : number(page.score, { minimumFractionDigits: 3, maximumFractionDigits: 3 })),
    element("span", { class: "about" }, about)));
}

function drawTools() {
  byId("statuses").replaceChildren(...STATUSES.filter((status) => run.summary[status]).map((status) => element("button", {
    type: "button", class: "chip", "aria-pressed": String(state.status === status), "data-status": status,
    click: () => narrowTo("status", state.status === status ? null : status),
  }, element("span", { class: `status ${status}` }), `${statusWords(status)} ${number(run.summary[status])}`)));
  const filters = [["category", categoryWords], ["place", placeWords]].filter(([filter]) => state[filter]);
  byId("narrowed").replaceChildren(...filters.map(([filter, nameOf]) => {
    const name = nameOf(state[filter]);
    return element("button", { type: "button", class: "chip", "aria-label": say("remove", { name }), click: () => narrowTo(filter, null) }, `${name} ×`);
  }));
  byId("sort").replaceChildren(...Object.entries(SORTS).map(([value, key]) => element("option", { value, selected: state.sort === value }, say(key))));
  byId("direction").textContent = say(state.ascending ? "ascending" : "descending");
}

function narrowTo(filter, value) {
  const focused = document.activeElement?.dataset.status;
  state[filter] = value;
  state.shown = FURTHER;
  drawCharts();
  drawList();
  if (focused) byId("statuses").querySelector(`[data-status="${focused}"]`)?.focus();
}

// Choose the page so many places further down the list.
function step(by) {
  const at = matching.indexOf(state.page);
  const page = matching[at < 0 ? 0 : Math.max(0, Math.min(matching.length - 1, at + by))];
  if (!page) return;
  if (matching.indexOf(page) >= state.shown) {
    state.shown += FURTHER;
    drawList();
  }
  choose(page, true);
}

function choose(page, focus = false) {
  state.page = page;
  state.finding = -1;
  for (const button of byId("list").querySelectorAll("button")) {
    const current = Number(button.dataset.index) === page.index;
    if (current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    if (current && focus) button.focus();
  }
  history.replaceState(null, "", `#${page.index + 1}`);
  drawPage();
}
