// Comforts only: every page can be read and every form sent without this file.
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    var target = event.target;
    var typing = target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      // In a register the list's own field; everywhere else the house's.
      var find = document.getElementById("q") || document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      var finder = document.getElementById("finder");
      if (finder && finder.showModal) {
        event.preventDefault();
        if (!finder.open) finder.showModal();
        document.getElementById("finder-q").select();
      }
    }
    // In the list of hits the arrows go up and down, and Enter in the field opens the first.
    var hits = target.closest("#finder, #found");
    if (hits && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      var links = Array.prototype.slice.call((hits.closest("#finder") || hits).querySelectorAll(".hits a"));
      var at = links.indexOf(target) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      if (at >= 0 && at < links.length) links[at].focus();
      else if (at < 0 && document.getElementById("finder-q")) document.getElementById("finder-q").focus();
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach(function (menu) {
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      });
      var panel = document.getElementById("panel");
      if (panel && panel.childElementCount) panel.replaceChildren();
    }
  });

  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
    var closer = event.target.closest("[data-close]");
    if (closer) {
      event.preventDefault();
      document.querySelector(closer.dataset.close).replaceChildren();
    }
    var shutter = event.target.closest("[data-shut]");
    if (shutter) document.querySelector(shutter.dataset.shut).close();
    // Beside an open dialog is outside of it.
    if (event.target.matches("dialog.finder")) event.target.close();
    var printer = event.target.closest("[data-print]");
    if (printer) { event.preventDefault(); window.print(); }
    var all = event.target.closest("[data-check-all]");
    if (all) {
      document.querySelectorAll(all.dataset.checkAll).forEach(function (box) { box.checked = all.checked; });
    }
  });

  // A form is sent once; the server's key catches what slips through.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 4000);
  });

  // An address says what was asked, not what was left empty.
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get") return;
    var parameters = event.detail.parameters;
    Object.keys(parameters).forEach(function (name) {
      if (parameters[name] === "") delete parameters[name];
    });
  });

  // Selects that filter a list apply themselves.
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-apply]")) event.target.form.requestSubmit();
  });

  function settle(root) {
    var wrong = root.querySelector(".is-invalid, .said.error");
    if (wrong) wrong.focus({ preventScroll: false });
  }
  document.addEventListener("DOMContentLoaded", function () { settle(document); });
  document.addEventListener("htmx:afterSwap", function (event) { settle(event.target); });
})();
