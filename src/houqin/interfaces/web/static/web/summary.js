// A summary edited where it reads. Without this file every section has a form of its own; this one fills and sends it.
(function () {
  "use strict";

  var editing = document.querySelector("[data-editing]");
  if (!editing) return;
  var words = editing.dataset;
  var inserting = document.querySelector("[data-insert]");
  // Sections with something typed that has not been kept yet, and the last place the cursor stood.
  var unsaved = new Set();
  var cursor = null;

  function ready(section) {
    var written = section.querySelector("[data-written]");
    written.contentEditable = "true";
    written.setAttribute("role", "textbox");
    written.setAttribute("aria-multiline", "true");
    var first = written.querySelector("h2, p");
    written.setAttribute("aria-label", first ? first.textContent.slice(0, 30) : "");
  }

  // Chips as they are written in brackets, all else as its words.
  function told(node) {
    var text = "";
    node.childNodes.forEach(function (one) {
      if (one.nodeType === Node.TEXT_NODE) text += one.data;
      else if (one.nodeType === Node.ELEMENT_NODE) {
        if (one.dataset.mark !== undefined) text += "〔" + one.dataset.mark + "〕";
        else if (one.tagName === "BR") text += "\n";
        else text += told(one) + (one.tagName === "DIV" || one.tagName === "P" ? "\n" : "");
      }
    });
    return text.replace(/\u00a0/g, " ");
  }

  function fill(section) {
    var written = section.querySelector("[data-written]");
    var heading = written.querySelector("[data-heading]");
    var form = section.querySelector("form");
    var body = written.cloneNode(true);
    if (body.querySelector("[data-heading]")) body.querySelector("[data-heading]").remove();
    if (form.elements.heading) form.elements.heading.value = heading ? told(heading).trim() : "";
    form.elements.text.value = told(body);
    return form;
  }

  function say(section, text, wrong) {
    var state = section.querySelector("[data-state]");
    state.textContent = text;
    state.classList.toggle("wrong", Boolean(wrong));
  }

  function save(section) {
    if (!unsaved.has(section) || section.dataset.saving) return Promise.resolve();
    var form = fill(section);
    var sent = form.elements.text.value + (form.elements.heading ? form.elements.heading.value : "");
    section.dataset.saving = "1";
    say(section, words.saving);
    return fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) {
        return answer.text().then(function (text) { return { ok: answer.ok, status: answer.status, text: text }; });
      })
      .then(function (answer) {
        delete section.dataset.saving;
        if (!answer.ok) { say(section, answer.status === 422 ? answer.text : words.offline, true); return; }
        var fresh = document.createElement("template");
        fresh.innerHTML = answer.text;
        var standing = fresh.content.getElementById("standing");
        if (standing) document.getElementById("standing").replaceWith(standing);
        var again = fresh.content.querySelector("[data-section]");
        fill(section);
        var now = form.elements.text.value + (form.elements.heading ? form.elements.heading.value : "");
        // A section that was taken out moves all that follow it.
        if (!again || again.querySelector("form").elements.was.value === "") { window.location.reload(); return; }
        if (now !== sent || section.contains(document.activeElement)) {
          ["was", "marks"].forEach(function (name) {
            form.elements[name].value = again.querySelector("[name=" + name + "]").value;
          });
          if (now === sent) { unsaved.delete(section); say(section, words.saved); }
          return;
        }
        unsaved.delete(section);
        section.replaceWith(again);
        ready(again);
        if (window.htmx) window.htmx.process(again);
        say(again, words.saved);
      })
      .catch(function () { delete section.dataset.saving; say(section, words.offline, true); });
  }

  editing.querySelectorAll("[data-section]").forEach(ready);
  if (inserting) inserting.hidden = false;

  editing.addEventListener("input", function (event) {
    var section = event.target.closest("[data-section]");
    if (!section) return;
    unsaved.add(section);
    say(section, words.unsaved);
  });
  // Pasted text comes as words: no colours, no tables.
  editing.addEventListener("paste", function (event) {
    if (!event.target.closest("[data-written]")) return;
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  editing.addEventListener("focusout", function (event) {
    var section = event.target.closest("[data-section]");
    var chosen = window.getSelection();
    if (section && chosen.rangeCount && section.contains(chosen.anchorNode)) cursor = chosen.getRangeAt(0).cloneRange();
    if (section && !section.contains(event.relatedTarget) && !(inserting && inserting.contains(event.relatedTarget))) save(section);
  });
  window.setInterval(function () { unsaved.forEach(save); }, 20000);
  window.addEventListener("beforeunload", function (event) {
    if (unsaved.size) { event.preventDefault(); event.returnValue = ""; }
  });
  // What leads away keeps what was typed first.
  document.addEventListener("click", function (event) {
    var leaving = event.target.closest("[data-leave]");
    if (!leaving || !unsaved.size) return;
    event.preventDefault();
    Promise.all(Array.from(unsaved).map(save)).then(function () {
      if (!unsaved.size) window.location.href = leaving.href;
    });
  });

  if (inserting) {
    inserting.querySelector("input").addEventListener("change", function (event) {
      var name = event.target.value.trim();
      if (!name || !cursor) return;
      var chip = document.createElement("span");
      chip.className = "chip";
      chip.contentEditable = "false";
      chip.dataset.mark = name;
      chip.textContent = name;
      cursor.deleteContents();
      cursor.insertNode(chip);
      event.target.value = "";
      var section = chip.closest("[data-section]");
      unsaved.add(section);
      save(section);
    });
  }
})();
