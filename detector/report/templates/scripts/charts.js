// Charts as inline SVG. Each row is also a button that narrows the list to the pages it counts.
const ROW = 40;

function drawCharts() {
  drawProportions();
  drawBars(byId("categories"), run.categories, categoryWords, "category");
  drawBars(byId("places"), run.places, placeWords, "place");
  byId("charts").hidden = run.summary.findings === 0;
}

function drawProportions() {
  const total = run.summary.pages;
  const strip = drawing("svg", { class: "strip", width: "100%", height: "8", role: "img", "aria-label": countsOf(run.summary) });
  let at = 0;
  for (const status of ["injected", "suspicious", "unreadable", "clean"]) {
    const share = total ? (100 * run.summary[status]) / total : 0;
    if (share) strip.append(drawing("rect", { x: `${at}%`, width: `${share}%`, height: "8", class: `fill-${status}` }));
    at += share;
  }
  byId("proportions").replaceChildren(strip);
}

function drawBars(place, rows, nameOf, filter) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  const chart = drawing("svg", { class: "bars", width: "100%", height: String(rows.length * ROW), role: "group" });
  rows.forEach((row, index) => chart.append(drawRow(row, index, most, nameOf(row.name), filter)));
  const legend = element("p", { class: "legend" }, element("span", { class: "key seen" }), say("visible"), element("span", { class: "key unseen-key" }), say("hidden"));
  place.replaceChildren(chart, legend);
}

function drawRow(row, index, most, name, filter) {
  const full = (100 * row.count) / most;
  const hidden = (100 * row.hidden) / most;
  const narrow = () => narrowTo(filter, state[filter] === row.name ? null : row.name);
  const attributes = {
    class: "bar", tabindex: "0", role: "button", "aria-pressed": String(state[filter] === row.name),
    "aria-label": say("narrowTo", { name, n: number(row.count) }), "data-name": row.name, click: narrow,
    keydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      narrow();
      document.querySelector(`#${filter === "category" ? "categories" : "places"} .bar:nth-child(${index + 1})`)?.focus();
    },
  };
  const y = index * ROW;
  return drawing("g", attributes,
    drawing("rect", { class: "hit", x: "0", y: String(y), width: "100%", height: String(ROW) }),
    drawing("text", { x: "0", y: String(y + 16) }, name),
    drawing("text", { x: "100%", y: String(y + 16), "text-anchor": "end", class: "figure" }, number(row.count)),
    drawing("rect", { class: "track", x: "0", y: String(y + 24), width: "100%", height: "6", rx: "3" }),
    drawing("rect", { class: "seen", x: "0", y: String(y + 24), width: `${full}%`, height: "6", rx: "3" }),
    drawing("rect", { class: "unseen-bar", x: `${full - hidden}%`, y: String(y + 24), width: `${hidden}%`, height: "6", rx: "3" }));
}
