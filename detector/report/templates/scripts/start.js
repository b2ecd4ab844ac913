// The parts around the page, the keys, and the beginning.
const KEYS = [
  [["j", "k"], "helpNext"], [["n", "p"], "helpFinding"], [["/"], "helpSearch"], [["x"], "helpNot"], [["m"], "helpMissed"],
  [["l"], "helpLanguage"], [["t"], "helpTheme"], [["?"], "helpHelp"],
];

function drawSummary() {
  const { pages: total, injected, suspicious, clean, unreadable, findings, seconds } = run.summary;
  const audited = total - unreadable;
  const headline = !audited ? say("headlineNone")
    : injected ? (audited === 1 ? say("headlineOnly") : sayCount("headlineInjected", injected, { total: number(audited) }))
    : suspicious ? sayCount("headlineSuspicious", suspicious, { total: number(audited) })
    : say("headlineClean");
  byId("headline").textContent = headline;
  const date = new Intl.DateTimeFormat(state.language, { dateStyle: "long", timeStyle: "short" }).format(new Date(run.date));
  const sentences = [
    total ? say("counts", { list: countsOf(run.summary) }) : null,
    findings ? sayCount("found", findings) : null,
    say("audited", { date, seconds: number(seconds, { maximumFractionDigits: 1 }) }),
  ];
  byId("subline").textContent = sentences.filter(Boolean).join(state.language === "zh" ? "" : " ");
  const unlisted = countsOf(run.unlisted);
  byId("unlisted").textContent = unlisted && say("unlisted", { list: unlisted });
  byId("version").textContent = `detector ${run.version}`;
}

function drawFrame() {
  document.documentElement.lang = state.language === "zh" ? "zh-Hans" : "en";
  document.documentElement.dataset.theme = state.theme;
  document.title = say("title");
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", say(node.dataset.sayLabel));
  for (const node of document.querySelectorAll("[data-say-placeholder]")) node.placeholder = say(node.dataset.sayPlaceholder);
  byId("language").textContent = say("otherLanguage");
  byId("language").setAttribute("aria-label", say("languageLabel"));
  byId("theme").textContent = say(state.theme === "dark" ? "light" : "dark");
  byId("theme").setAttribute("aria-label", say("themeLabel"));
  byId("help").replaceChildren(
    element("h2", {}, say("help")),
    element("dl", {}, ...KEYS.flatMap(([keys, key]) => [element("dt", {}, ...keys.map((name) => element("kbd", {}, name))), element("dd", {}, say(key))])),
    element("button", { type: "button", class: "strong", click: () => byId("help").close() }, say("close")));
}

function drawAll() {
  drawFrame();
  drawSummary();
  drawCharts();
  drawSites();
  drawList();
  drawPage();
  showCorrections();
}

function switchLanguage() {
  state.language = state.language === "zh" ? "en" : "zh";
  remember("language", state.language);
  drawAll();
}

function switchTheme() {
  state.theme = state.theme === "dark" ? "light" : "dark";
  remember("theme", state.theme);
  drawFrame();
}

function onKey(event) {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const inList = event.target.closest("#list");
  const action = {
    j: () => step(1), k: () => step(-1), n: () => goToFinding(state.finding + 1), p: () => goToFinding(state.finding - 1),
    "/": () => byId("search").focus(), x: () => state.finding >= 0 && takeBack(state.finding), m: correctSelection,
    l: switchLanguage, t: switchTheme, "?": () => byId("help").showModal(),
    ArrowDown: inList && (() => step(1)), ArrowUp: inList && (() => step(-1)),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

byId("language").addEventListener("click", switchLanguage);
byId("theme").addEventListener("click", switchTheme);
byId("keys").addEventListener("click", () => byId("help").showModal());
byId("search").addEventListener("input", (event) => narrowTo("search", event.target.value));
byId("sort").addEventListener("change", (event) => {
  state.sort = event.target.value;
  state.ascending = state.sort === "name" || state.sort === "order";
  drawList();
});
byId("direction").addEventListener("click", () => {
  state.ascending = !state.ascending;
  drawList();
});
byId("further").addEventListener("click", () => {
  state.shown += FURTHER;
  drawList();
});
byId("download").addEventListener("click", downloadLabels);
byId("discard").addEventListener("click", () => {
  corrections.clear();
  downloaded = true;
  drawAll();
});
byId("missed").addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
byId("missed").addEventListener("click", correctSelection);
document.addEventListener("selectionchange", offerCorrection);
document.addEventListener("keydown", onKey);
addEventListener("beforeunload", (event) => {
  if (!downloaded) event.preventDefault();
});

state.page = audited[Number(location.hash.slice(1)) - 1] ?? null;
drawAll();
if (!state.page && matching.length) choose(matching[0]);
