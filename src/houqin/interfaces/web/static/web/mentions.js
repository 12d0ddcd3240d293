// After an @ in a comment: people who may read this paper. Without this file one writes the name oneself.
(function () {
  "use strict";

  document.querySelectorAll("textarea[data-mentions]").forEach(function (text) {
    var list = document.getElementById("mentionable");
    var asked = 0;

    // What stands between the last @ and the cursor, or null.
    function begun() {
      var found = /[@＠]([^\s@＠，。；：、！？,.;:!?]{0,12})$/.exec(text.value.slice(0, text.selectionStart));
      return found ? found[1] : null;
    }
    function shut() { list.hidden = true; list.replaceChildren(); }

    text.addEventListener("input", function () {
      var typed = begun();
      var turn = ++asked;
      if (typed === null) { shut(); return; }
      window.setTimeout(function () {
        if (turn !== asked) return;
        fetch(text.dataset.mentions + "?q=" + encodeURIComponent(typed), { headers: { "X-Requested-With": "fetch" } })
          .then(function (answer) { return answer.ok ? answer.text() : ""; })
          .then(function (html) {
            if (turn !== asked) return;
            list.innerHTML = html;
            list.hidden = !html.trim();
          });
      }, 180);
    });
    list.addEventListener("click", function (event) {
      var chosen = event.target.closest("[data-mention]");
      if (!chosen) return;
      var until = text.selectionStart;
      var from = until - (begun() || "").length;
      text.setRangeText(chosen.dataset.mention + " ", from, until, "end");
      shut();
      text.focus();
    });
    text.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" && !list.hidden) {
        var first = list.querySelector("button");
        if (first) { event.preventDefault(); first.focus(); }
      }
      if (event.key === "Escape") shut();
    });
  });
})();
