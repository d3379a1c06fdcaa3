"use strict";
(() => {
  const { lang } = document.documentElement;
  const words = document.body.dataset;
  const numbers = new Intl.NumberFormat(lang);
  const plurals = new Intl.PluralRules(lang);
  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, at) => numbers.format(values[at]));

  // A button beside each command.
  const said = document.getElementById("said");
  const select = (code) => getSelection().selectAllChildren(code);
  const copy = async (code, button) => {
    let done = false;
    try {
      await navigator.clipboard.writeText(code.textContent);
      done = true;
    } catch {
      select(code);
      done = document.execCommand("copy");
    }
    said.textContent = button.textContent = done ? words.copied : words.selected;
    setTimeout(() => { button.textContent = words.copy; said.textContent = ""; }, 3000);
  };
  for (const code of document.querySelectorAll(".cmd")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.copy;
    button.setAttribute("aria-label", `${words.copy}: ${code.textContent}`);
    button.addEventListener("click", () => copy(code, button));
    if (code.parentElement.tagName === "TD") {
      const both = document.createElement("div");
      both.className = "copied";
      code.replaceWith(both);
      both.append(code);
    }
    code.after(button);
  }

  // The table of lessons: rows leave the page, and a page of those that match comes back.
  const table = document.getElementById("lessons");
  if (!table) return;
  const onPage = 100;
  const body = table.tBodies[0];
  const find = document.getElementById("find");
  const state = document.getElementById("state");
  const course = document.getElementById("course");
  const found = document.getElementById("found");
  const pager = document.getElementById("pager");
  const earlier = document.getElementById("earlier");
  const later = document.getElementById("later");
  const rows = document.getElementById("rows");
  const all = [...body.rows].map((row) => ({ row, text: "", state: row.dataset.s, course: row.dataset.c, ranks: [] }));
  let order = all;
  let matching = all;
  let first = 0;

  const show = (from) => {
    first = from;
    const shown = matching.slice(first, first + onPage);
    body.replaceChildren(...shown.map((lesson) => lesson.row));
    pager.hidden = matching.length <= onPage;
    earlier.disabled = first === 0;
    later.disabled = first + onPage >= matching.length;
    rows.textContent = fill(words.rows, first + 1, first + shown.length, matching.length);
  };
  const textOf = (lesson) => lesson.text ||= lesson.row.textContent.toLocaleLowerCase(lang);
  const filter = () => {
    const parts = find.value.toLocaleLowerCase(lang).split(/\s+/).filter(Boolean);
    matching = order.filter((lesson) => (!state.value || lesson.state === state.value)
      && (!course.value || lesson.course === course.value)
      && parts.every((part) => textOf(lesson).includes(part)));
    const form = plurals.select(matching.length);
    found.textContent = fill(words[form] ?? words.other, matching.length);
    show(0);
  };

  // The place of each row by a column: found once, for texts are slow to compare.
  const collator = new Intl.Collator(lang, { numeric: true });
  const rank = (column) => {
    if (all[0].ranks[column] !== undefined) return;
    const keys = new Map(all.map((lesson) => {
      const { v } = lesson.row.cells[column].dataset;
      return [lesson, v === undefined ? lesson.row.cells[column].textContent : Number(v)];
    }));
    const compare = typeof keys.get(all[0]) === "number"
      ? (one, other) => keys.get(one) - keys.get(other)
      : (one, other) => collator.compare(keys.get(one), keys.get(other));
    let last = null;
    let place = -1;
    for (const lesson of [...all].sort(compare)) {
      if (last === null || compare(last, lesson) !== 0) place++;
      lesson.ranks[column] = place;
      last = lesson;
    }
  };
  const heads = [...table.tHead.rows[0].cells];
  const sort = (column) => {
    const descending = heads[column].getAttribute("aria-sort") === "ascending";
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
    rank(column);
    const way = descending ? -1 : 1;
    order = [...all].sort((one, other) => way * (one.ranks[column] - other.ranks[column]));
    filter();
  };
  heads.forEach((head, column) => {
    if (head.dataset.sort === undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(column));
    head.replaceChildren(button);
  });
  heads[2].setAttribute("aria-sort", "ascending");

  find.addEventListener("input", filter);
  state.addEventListener("change", filter);
  course.addEventListener("change", filter);
  earlier.addEventListener("click", () => show(Math.max(0, first - onPage)));
  later.addEventListener("click", () => show(first + onPage));
  // Paper has no pages to turn.
  addEventListener("beforeprint", () => body.replaceChildren(...matching.map((lesson) => lesson.row)));
  addEventListener("afterprint", () => show(first));
  document.getElementById("tools").hidden = false;
  show(0);
})();
