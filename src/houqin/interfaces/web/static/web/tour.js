// The tour: one step at a time, beside what it speaks of. Without this file it is a list of links.
(function () {
  "use strict";

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function isVisible(element) { return element.getClientRects().length > 0; }

  // The tour: one step at a time, beside what it speaks of.
  function tour() {
    var card = document.querySelector("[data-tour-card]");
    if (!card) return;
    var steps = all("li", card), at = 0, pointed = null;
    var back = document.createElement("button"), next = document.createElement("button");
    [back, next].forEach(function (button) { button.type = "button"; button.className = "btn"; });
    back.textContent = card.dataset.back;
    next.textContent = card.dataset.next;
    function show() {
      steps.forEach(function (one, n) { one.hidden = n !== at; });
      back.disabled = at === 0;
      next.hidden = at === steps.length - 1;
      if (pointed) pointed.classList.remove("pointed");
      pointed = all(steps[at].dataset.points).filter(isVisible)[0] || null;
      if (pointed) pointed.classList.add("pointed");
    }
    back.addEventListener("click", function () { at -= 1; show(); });
    next.addEventListener("click", function () { at += 1; show(); });
    card.querySelector("form").prepend(back, next);
    card.classList.add("one-by-one");
    show();
  }
  document.addEventListener("DOMContentLoaded", tour);
})();
