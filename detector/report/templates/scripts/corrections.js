// "Not spam" and "missed this", kept until they are downloaded as labels.jsonl.
// A row names the page by its address, or its name where it has none, and by the SHA-256 of its decoded source in UTF-8. start and end
// count characters of that source; both are null for text that was pasted, which the training looks up in the page.
const corrections = new Map();
let downloaded = true;

const keyOf = (page, start, end, text, label) => JSON.stringify([page.index, start, end, start === null ? text : "", label]);
const isCorrected = (page, finding) => corrections.has(keyOf(page, finding.start, finding.end, finding.text, "clean"));
const missedOn = (page) => [...corrections].filter(([, row]) => row.page === page && row.label === "spam");

function correct(page, start, end, text, label) {
  const key = keyOf(page, start, end, text, label);
  if (!corrections.delete(key)) corrections.set(key, { page, start, end, text, label });
  downloaded = corrections.size === 0;
  showCorrections();
}

function showCorrections() {
  byId("corrections").hidden = corrections.size === 0;
  byId("corrected").textContent = sayCount("corrected", corrections.size);
}

const labelRow = ({ page, start, end, text, label }) =>
  JSON.stringify({ url: page.url ?? page.name, sha256: page.sha256 ?? null, start, end, text, label });

function downloadLabels() {
  const rows = [...corrections.values()].map((row) => labelRow(row) + "\n");
  const address = URL.createObjectURL(new Blob(rows, { type: "application/x-ndjson" }));
  element("a", { href: address, download: "labels.jsonl" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  downloaded = true;
}

// Where the selected text stands in the source: [start, end, text], or null.
function selectedSource() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !state.page) return null;
  const range = selection.getRangeAt(0);
  const pieces = [...byId("page").querySelectorAll(".piece")].filter((node) => range.intersectsNode(node));
  if (!pieces.length) return null;
  const parts = pieces.map((node) => {
    const piece = pieceOf.get(node);
    const inside = document.createRange();
    inside.selectNodeContents(node);
    if (node.contains(range.startContainer)) inside.setStart(range.startContainer, range.startOffset);
    const before = document.createRange();
    before.setStart(node, 0);
    before.setEnd(inside.startContainer, inside.startOffset);
    if (node.contains(range.endContainer)) inside.setEnd(range.endContainer, range.endOffset);
    const skipped = characters(before.toString());
    const text = inside.toString();
    // a piece with entities is longer in the source than on the page: then the whole piece is meant
    const exact = characters(piece.text) === piece.end - piece.start;
    return exact ? [piece.start + skipped, piece.start + skipped + characters(text), text] : [piece.start, piece.end, text];
  }).filter(([, , text]) => text.trim());
  return parts.length ? [parts[0][0], parts.at(-1)[1], parts.map(([, , text]) => text).join(" ")] : null;
}

// Offsets count code points; JavaScript's strings count UTF-16 units.
const characters = (text) => [...text].length;

function correctSelection() {
  const selected = selectedSource();
  if (!selected) return;
  const page = state.page;
  if (!corrections.has(keyOf(page, selected[0], selected[1], selected[2], "spam"))) correct(page, ...selected, "spam");
  getSelection().removeAllRanges();
  byId("missed").hidden = true;
  showMissed();
}

function offerCorrection() {
  const button = byId("missed");
  const selected = selectedSource();
  button.hidden = !selected;
  if (!selected) return;
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  button.style.left = `${Math.max(8, Math.min(box.left, innerWidth - button.offsetWidth - 8))}px`;
  button.style.top = `${Math.max(8, Math.min(box.bottom + 8, innerHeight - 48))}px`;
}
