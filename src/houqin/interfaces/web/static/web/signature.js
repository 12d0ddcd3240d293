// A box to sign in: finger, pen or mouse. Without this file one signs with the stamp or with the button alone.
(function () {
  "use strict";

  document.querySelectorAll("[data-needs-pad]").forEach(function (one) { one.hidden = false; });

  document.querySelectorAll("[data-pad]").forEach(function (pad) {
    var canvas = pad.querySelector("canvas");
    var held = pad.querySelector("input[type=hidden]");
    var paper = canvas.getContext("2d");
    var last = null;

    function fresh() {
      paper.clearRect(0, 0, canvas.width, canvas.height);
      paper.lineCap = paper.lineJoin = "round";
      paper.strokeStyle = "#14203c";
    }
    function where(event) {
      var box = canvas.getBoundingClientRect();
      return { x: (event.clientX - box.left) * canvas.width / box.width, y: (event.clientY - box.top) * canvas.height / box.height };
    }
    function draw(to, pressure) {
      paper.lineWidth = 3 + 4 * (pressure || 0.5);
      paper.beginPath();
      paper.moveTo(last.x, last.y);
      paper.lineTo(to.x, to.y);
      paper.stroke();
      last = to;
    }
    function keep() {
      held.value = canvas.toDataURL("image/png");
      pad.classList.add("has-ink");
    }

    canvas.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = where(event);
      draw({ x: last.x + 0.1, y: last.y }, event.pressure);
      pad.classList.add("has-ink");
      pad.classList.remove("is-wrong");
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!last) return;
      var moves = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (moves.length ? moves : [event]).forEach(function (one) { draw(where(one), one.pressure); });
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () {
        if (!last) return;
        last = null;
        keep();
      });
    });
    pad.querySelector("[data-clear]").addEventListener("click", function () {
      fresh();
      held.value = "";
      pad.classList.remove("has-ink");
    });

    fresh();
    if (held.value.indexOf("data:image/png;base64,") === 0) {
      // The form came back for another reason: what was drawn stays.
      var before = new Image();
      before.onload = function () { paper.drawImage(before, 0, 0); pad.classList.add("has-ink"); };
      before.src = held.value;
    }
  });

  document.querySelectorAll("section[data-signing]").forEach(function (part) {
    var choices = Array.from(part.querySelectorAll("input[name=signing]"));
    function settle() {
      var chosen = choices.find(function (one) { return one.checked; });
      part.querySelectorAll("[data-shown-for]").forEach(function (one) {
        one.hidden = !chosen || one.dataset.shownFor !== chosen.value;
      });
    }
    // On a phone one signs by hand, unless one chose otherwise or keeps a stamp.
    var untouched = part.querySelector("[data-unless-touched]");
    if (untouched && untouched.checked && matchMedia("(pointer: coarse)").matches) {
      choices.forEach(function (one) { one.checked = one.value === "drawn"; });
    }
    choices.forEach(function (one) { one.addEventListener("change", settle); });
    settle();
    part.closest("form").addEventListener("submit", function (event) {
      var chosen = choices.find(function (one) { return one.checked; });
      var pad = part.querySelector("[data-pad]");
      if (!chosen || chosen.value !== "drawn" || pad.querySelector("input").value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      pad.classList.add("is-wrong");
      pad.scrollIntoView({ block: "center" });
    }, true);
  });
})();
