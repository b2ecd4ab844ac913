// The data, what is chosen at the moment, and the few ways in which anything reaches the document.
const run = JSON.parse(document.getElementById("run").textContent);
const audited = JSON.parse(document.getElementById("audited").textContent);
audited.forEach((page, index) => {
  page.index = index;
  page.findings ??= [];
});

const state = {
  language: remembered("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en"),
  theme: remembered("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
  search: "",
  status: null,
  category: null,
  place: null,
  sort: "score",
  ascending: false,
  shown: 200,
  page: null,
  finding: -1,
};

function remembered(key) {
  try {
    return localStorage.getItem(`detector-report-${key}`);
  } catch {
    return null; // a browser that keeps nothing for local files
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(`detector-report-${key}`, value);
  } catch {
    // the choice then lasts as long as the window
  }
}

const byId = (id) => document.getElementById(id);

// An element of the report. Text enters as text, never as markup; attributes come from here, never from a page.
function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function drawing(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// Characters that are not seen, or that turn the text around: shown as a small label, each shut in so that it acts on nothing else.
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

function pageText(text) {
  if (!UNSEEN.test(text)) return [text];
  return text.split(new RegExp(`(${UNSEEN.source})`, "u")).filter(Boolean).map((part) => {
    if (!UNSEEN.test(part)) return part;
    const code = part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return element("span", { class: "unseen", "data-code": code, title: `U+${code}` }, part);
  });
}

const isolated = (text, attributes = {}) => element("bdi", attributes, ...pageText(text));
