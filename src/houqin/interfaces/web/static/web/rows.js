// Tables under the keyboard and the mouse: going from row to row, choosing rows, cells that say what they are on a phone.
(function () {
  "use strict";

  var narrow = window.matchMedia("(max-width: 800px)");

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }

  // Keys

  function typing(target) { return target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"); }
  function rows() { return all("main table.rows tbody tr"); }
  function here() { return document.querySelector("main table.rows tr.here"); }

  function goTo(row) {
    var before = here();
    if (before) before.classList.remove("here");
    row.classList.add("here");
    var link = row.querySelector("a");
    if (!link) row.tabIndex = -1;
    (link || row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    var list = rows();
    if (!list.length) return false;
    var at = list.indexOf(here());
    var next = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1);
    goTo(list[next]);
    return true;
  }

  function follow(address) {
    var link = document.querySelector(address);
    if (link) link.click();
    return !!link;
  }

  var keys = {
    "j": function () { return step(1); },
    "k": function () { return step(-1); },
    "ArrowDown": function (target) { return !!target.closest("table.rows, .table-sheet") && step(1); },
    "ArrowUp": function (target) { return !!target.closest("table.rows, .table-sheet") && step(-1); },
    "Enter": function (target) {
      var row = here();
      var link = row && target === row && row.querySelector("a");
      if (link) link.click();
      return !!link;
    },
    "x": function () {
      var box = here() && here().querySelector("input[name=row]");
      if (box) { box.checked = !box.checked; count(); }
      return !!box;
    },
    "n": function () { return follow(".page-head .tools a.btn-primary, .menu-side [data-tour=start]"); },
    "g": function () { return follow(".side .brand"); },
    "?": function () {
      var dialog = document.getElementById("keys");
      if (dialog) dialog.showModal();
      return !!dialog;
    }
  };

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (Object.prototype.hasOwnProperty.call(keys, event.key) && keys[event.key](event.target)) event.preventDefault();
  });

  // Choosing rows

  function count() {
    all("form#many").forEach(function (form) {
      var boxes = all("tbody input[name=row]", form);
      var picked = boxes.filter(function (box) { return box.checked; }).length;
      var whole = form.querySelector("input[name=all]");
      form.classList.toggle("has-picked", picked > 0 || whole.checked);
      boxes.forEach(function (box) { box.closest("tr").classList.toggle("is-picked", box.checked || whole.checked); });
      var said = form.querySelector(".picked");
      said.textContent = whole.checked ? "" : said.dataset.said.replace("{n}", picked);
      var head = form.querySelector("[data-check-all]");
      if (head) {
        head.checked = picked > 0 && picked === boxes.length;
        head.indeterminate = picked > 0 && picked < boxes.length;
      }
    });
  }

  var last = null;
  document.addEventListener("click", function (event) {
    var box = event.target.closest("tbody input[name=row]");
    if (box) {
      var boxes = all("input[name=row]", box.closest("tbody"));
      if (event.shiftKey && last && boxes.indexOf(last) >= 0) {
        var ends = [boxes.indexOf(last), boxes.indexOf(box)].sort(function (a, b) { return a - b; });
        boxes.slice(ends[0], ends[1] + 1).forEach(function (one) { one.checked = box.checked; });
      }
      last = box;
    }
    if (box || event.target.matches("#many [data-check-all], #many input[name=all]")) count();
  });

  // Where rows become cards each cell says what it is, as its heading does.
  function label(root) {
    if (!narrow.matches) return;
    all("table.register:not([data-labelled])", root).forEach(function (table) {
      var heads = table.tHead && table.tHead.rows.length === 1 ? Array.prototype.slice.call(table.tHead.rows[0].cells) : [];
      if (!heads.length || heads.some(function (head) { return head.colSpan > 1; })) return;
      table.dataset.labelled = "1";
      all("tbody tr, tfoot tr", table).forEach(function (row) {
        if (row.cells.length !== heads.length) return;
        Array.prototype.forEach.call(row.cells, function (cell, at) {
          if (!cell.dataset.l && cell.textContent) cell.dataset.l = heads[at].textContent.trim();
        });
      });
    });
  }
  narrow.addEventListener("change", function () { label(document); });

  function settle() { label(document); count(); }
  document.addEventListener("DOMContentLoaded", settle);
  document.addEventListener("htmx:afterSwap", settle);
})();
