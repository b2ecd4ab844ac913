// Verdicts on whole sites: what repeats over their pages. A page that is named is chosen in the list below.
const EVIDENCE_SHOWN = 12;

function drawSites() {
  const place = byId("sites");
  place.hidden = run.sites.length === 0;
  place.replaceChildren(element("h2", {}, say("sites")), ...run.sites.map(drawSite));
}

function drawSite(site) {
  const counts = { pages: number(site.pages), injected: number(site.injected), suspicious: number(site.suspicious) };
  const left = site.evidence.length - EVIDENCE_SHOWN;
  return element("details", { class: "site", open: site.verdict !== "clean" },
    element("summary", {}, element("span", { class: `status ${site.verdict}`, title: statusWords(site.verdict), role: "img", "aria-label": statusWords(site.verdict) }),
      site.name ? isolated(site.name) : say("thesePages"), element("span", { class: "quiet-text" }, say("siteCounts", counts))),
    site.evidence.length ? element("ul", { class: "evidences" }, ...site.evidence.slice(0, EVIDENCE_SHOWN).map(drawEvidence)) : element("p", { class: "quiet-text" }, say("siteClean")),
    left > 0 ? element("p", { class: "quiet-text" }, say("moreEvidence", { n: number(left) })) : null);
}

function drawEvidence(evidence) {
  const hidden = evidence.visibility !== "visible" ? ` · ${placeWords(evidence.visibility)}` : "";
  return element("li", { class: "evidence" },
    element("p", { class: `evidence-kind ${evidence.verdict}` }, inLanguage(own(run.wording.evidence, evidence.kind), evidence.kind)),
    evidence.what ? element("p", { class: "what", dir: "auto" }, isolated(evidence.what)) : null,
    element("p", { class: "quiet-text" }, evidence[state.language]),
    evidence.where ? element("p", { class: "position" }, element("code", {}, isolated(evidence.where)), hidden) : null,
    element("p", { class: "examples" }, ...evidence.examples.map(drawExample)));
}

function drawExample(name) {
  const page = audited.find((candidate) => candidate.name === name);
  return page ? element("button", { type: "button", class: "chip", click: () => { choose(page); byId("page").scrollIntoView({ block: "start" }); } }, isolated(name))
    : element("span", { class: "quiet-text" }, isolated(name));
}
