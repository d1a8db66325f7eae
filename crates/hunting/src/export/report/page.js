// Filtering, sorting and unfolding. Without this script everything is there too: it only hides, orders and opens.
"use strict";
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const controls = document.getElementById("controls");

if (controls) {
  const text = document.getElementById("filter");
  const severity = document.getElementById("severity");
  const hunt = document.getElementById("hunt");
  const events = document.getElementById("events");
  const shown = document.getElementById("shown");
  const items = all("[data-hunt]").map((element) => ({
    element,
    words: element.textContent.toLowerCase(),
    isEvent: element.classList.contains("event"),
    isFinding: element.tagName === "ARTICLE",
  }));
  const findings = items.filter((item) => item.isFinding).length;

  const apply = () => {
    const wanted = text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const { element, words, isEvent, isFinding } of items) {
      const fits =
        (severity.value === "" || element.dataset.severity === severity.value) &&
        (hunt.value === "" || element.dataset.hunt === hunt.value) &&
        (!isEvent || !events || events.checked) &&
        wanted.every((word) => words.includes(word));
      element.hidden = !fits;
      if (fits && isFinding) left += 1;
    }
    shown.textContent = `${left} of ${findings} findings`;
  };
  for (const control of [text, severity, hunt, events]) {
    if (control) control.addEventListener("input", apply);
  }
  document.getElementById("unfold").addEventListener("click", () => all("#findings details").forEach((one) => { one.open = true; }));
  document.getElementById("fold").addEventListener("click", () => all("#findings details").forEach((one) => { one.open = false; }));
  controls.hidden = false;
  apply();
}

const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
const isTime = (text) => /^\d{4}-\d\d-\d\dT/.test(text);
// Fractions of seconds are no whole numbers, and they are written as far as they go.
const order = (text) => text.replace(/Z$/, "");
const compare = (a, b) => (isTime(a) && isTime(b) ? (order(a) < order(b) ? -1 : Number(order(a) > order(b))) : words(a, b));
for (const table of all("table.sortable")) {
  const heads = all("thead th", table);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      // A cell may say in an attribute how it is to be ordered.
      const key = (row) => row.cells[column].dataset.order ?? row.cells[column].textContent;
      const body = table.tBodies[0];
      const rows = Array.from(body.rows, (row) => ({ row, key: key(row) }));
      rows.sort((a, b) => (down ? compare(b.key, a.key) : compare(a.key, b.key)));
      body.append(...rows.map(({ row }) => row));
    });
  });
}

// A link to a finding that is folded or filtered away still gets there.
window.addEventListener("hashchange", () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) {
    target.hidden = false;
    target.scrollIntoView();
  }
});
