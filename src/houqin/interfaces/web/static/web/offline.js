// Forms that survive a lost connection. A form marked data-queue is put into a queue on this phone first and sent from
// there, with one key (``once``) for as long as it takes: whatever the server has already written under that key it answers
// with again, so nothing is written twice, even where the answer was lost on its way. Without this file they are
// ordinary forms.
(function () {
  "use strict";
  var panel = document.getElementById("queue");
  if (!panel || !window.indexedDB || !window.fetch || !window.FormData) return;
  var net = document.getElementById("net"), list = document.getElementById("queue-list");
  var said = document.getElementById("queue-said"), login = document.getElementById("queue-login");
  var me = document.documentElement.dataset.person, words = panel.dataset;
  var QUEUE = "application/vnd.houqin.queue+json", RETRY = 20000, PATIENCE = 30000;
  var sending = false, submitted = {};

  // The queue -------------------------------------------------------------------------------------------------------

  var opening = new Promise(function (resolve, reject) {
    var asked = indexedDB.open("houqin", 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore("queue", { keyPath: "once" }); };
    asked.onsuccess = function () { resolve(asked.result); };
    asked.onerror = function () { reject(asked.error); };
  });

  function store(mode, work) {
    return opening.then(function (book) {
      return new Promise(function (resolve, reject) {
        var going = book.transaction("queue", mode), asked = work(going.objectStore("queue"));
        going.oncomplete = function () { resolve(asked && asked.result); };
        going.onerror = going.onabort = function () { reject(going.error); };
      });
    });
  }
  function all() {
    return store("readonly", function (queue) { return queue.getAll(); }).then(function (items) {
      return items.sort(function (one, other) { return one.at - other.at; });
    });
  }
  function keep(item) { return store("readwrite", function (queue) { return queue.put(item); }); }
  function forget(once) { return store("readwrite", function (queue) { return queue.delete(once); }); }

  function newKey() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    return Array.prototype.map.call(window.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return (256 + byte).toString(16).slice(1);
    }).join("");
  }

  // What happened when: the server's clock as last heard, so that a phone that goes fast writes nothing in the future.
  function now() { return Date.now() + Number(window.localStorage.getItem("houqin-clock") || 0); }
  function moment(ms) { return new Date(ms + 8 * 3600000).toISOString().slice(0, 19).replace("T", " "); }

  // From form to queue ------------------------------------------------------------------------------------------------

  function saying(form) {
    if (form.dataset.text) return form.dataset.text;
    return (form.dataset.says || "").split(" ").map(function (name) {
      var value = new FormData(form).get(name);
      return typeof value === "string" ? value : "";
    }).filter(Boolean).join(" · ");
  }

  function take(form) {
    var corrects = form.dataset.corrects || "", fields = [], pressed = now();
    var photos = form.kept || {};
    new FormData(form).forEach(function (value, name) {
      if (name === "csrfmiddlewaretoken" || name === "once") return;
      if (value instanceof File) {
        if (value.size) fields.push([name, value, value.name]);
        else (photos[name] || []).forEach(function (photo) { fields.push([name, photo[1], photo[2]]); });
        return;
      }
      var input = form.querySelector("[data-moment][name='" + name + "']");
      fields.push([name, input && !value ? (input.dataset.moment === "day" ? moment(pressed).slice(0, 10) : moment(pressed)) : value]);
    });
    return {
      once: corrects || newKey(), person: me, action: form.getAttribute("action") || window.location.pathname + window.location.search,
      kind: form.dataset.queue, title: form.dataset.title, text: saying(form), hides: form.dataset.hides || "",
      after: form.dataset.after || "", at: pressed, state: "waiting", said: [], fields: fields
    };
  }

  function blank(form) {
    delete form.dataset.corrects;
    form.kept = null;
    form.reset();
    form.querySelectorAll(".shots").forEach(function (shots) { shots.replaceChildren(); });
    form.querySelectorAll(".is-invalid").forEach(function (input) { input.classList.remove("is-invalid"); });
    form.querySelectorAll(".from-queue").forEach(function (note) { note.remove(); });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-queue]") || event.defaultPrevented) return;
    event.preventDefault();
    var item = take(form);
    // Long enough for a double click, short enough for the next visitor.
    window.setTimeout(function () { delete form.dataset.sent; }, 600);
    submitted[item.once] = true;
    keep(item).then(function () {
      blank(form);
      return draw();
    }).then(send).catch(function () {
      // A phone that keeps nothing (private window, full) sends as every browser does.
      form.submit();
    });
  });

  // What is shown -----------------------------------------------------------------------------------------------------

  function button(label, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-small";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function draw() {
    return all().then(function (items) {
      panel.hidden = items.length === 0;
      document.getElementById("queue-count").textContent = items.length;
      list.replaceChildren.apply(list, items.map(function (item) {
        var line = document.createElement("li"), what = document.createElement("span"), bold = document.createElement("b");
        bold.textContent = item.title || item.kind;
        what.append(bold, " " + item.text + " · " + moment(item.at).slice(11, 16));
        line.append(what);
        line.dataset.once = item.once;
        if (item.state === "refused") {
          if (formOf(item)) line.append(button(words.correct, function () { correct(item); }));
          line.append(button(words.drop, function () {
            if (window.confirm(words.sure)) forget(item.once).then(draw);
          }));
          item.said.forEach(function (sentence) {
            var refused = document.createElement("p");
            refused.className = "refused";
            refused.textContent = sentence;
            line.append(refused);
          });
        } else if (item.person !== me) {
          var other = document.createElement("small");
          other.className = "quiet";
          other.textContent = words.others;
          line.append(other);
        }
        return line;
      }));
      document.querySelectorAll("[data-hidden-by-queue]").forEach(function (row) {
        row.hidden = false;
        row.removeAttribute("data-hidden-by-queue");
      });
      items.forEach(function (item) {
        var row = item.hides && item.hides.charAt(0) === "#" && item.state !== "refused" && document.getElementById(item.hides.slice(1));
        if (row) { row.hidden = true; row.setAttribute("data-hidden-by-queue", ""); }
      });
      drawPending(items);
    });
  }

  // A visitor signed in without a connection can be signed out before the first form has left the phone.
  function drawPending(items) {
    document.querySelectorAll("[data-pending]").forEach(function (holder) {
      holder.querySelectorAll(".is-pending").forEach(function (line) { line.remove(); });
      items.filter(function (item) { return item.kind === holder.dataset.pending && item.person === me; }).forEach(function (item) {
        var left = items.some(function (other) { return other.after === item.once; });
        if (left) return;
        var line = document.createElement("li"), pass = document.createElement("span"), what = document.createElement("span");
        var name = document.createElement("b"), note = document.createElement("small");
        line.className = "is-pending";
        pass.className = "pass";
        pass.textContent = value(item, "pass_number") || "—";
        what.className = "what";
        name.textContent = value(item, "name");
        note.textContent = holder.dataset.pendingNote + " · " + moment(item.at).slice(11, 16);
        what.append(name, note);
        line.append(pass, what, button(holder.dataset.pendingLabel, function () {
          var pressed = now(), item_ = {
            once: newKey(), person: me, action: item.action, kind: "leave", title: holder.dataset.pendingLabel, text: value(item, "name"),
            hides: "", after: item.once, at: pressed, state: "waiting", said: [],
            fields: [["do", "leave"], ["visit_once", item.once], ["left_at", moment(pressed)]]
          };
          keep(item_).then(draw).then(send);
        }));
        holder.prepend(line);
      });
    });
  }

  function value(item, name) {
    var found = item.fields.find(function (field) { return field[0] === name; });
    return found ? String(found[1]) : "";
  }

  function formOf(item) { return document.querySelector("form[data-queue='" + item.kind + "']:not([data-text])"); }

  // Put a refused form back under the hand that wrote it; it keeps its key, because nothing was written under it.
  function correct(item) {
    var form = formOf(item);
    if (!form) return;
    blank(form);
    form.dataset.corrects = item.once;
    form.kept = {};
    item.fields.forEach(function (field) {
      if (field[1] instanceof Blob) {
        (form.kept[field[0]] = form.kept[field[0]] || []).push(field);
        return;
      }
      form.querySelectorAll("[name='" + field[0] + "']").forEach(function (input) {
        if (input.type === "radio" || input.type === "checkbox") input.checked = input.value === field[1];
        else if (input.type !== "hidden" || input.hasAttribute("data-moment")) input.value = field[1];
      });
    });
    var note = document.createElement("div"), first = null;
    note.className = "said error from-queue";
    note.tabIndex = -1;
    note.setAttribute("role", "alert");
    item.said.forEach(function (sentence) {
      var paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      note.append(paragraph);
    });
    form.prepend(note);
    Object.keys(item.wrong || {}).forEach(function (name) {
      var input = form.querySelector("[name='" + name + "']:not([type=hidden])");
      if (!input) return;
      input.classList.add("is-invalid");
      var folded = input.closest("details");
      if (folded) folded.open = true;
      first = first || input;
    });
    note.scrollIntoView({ block: "start" });
    (first || note).focus({ preventScroll: true });
  }

  // From queue to server -----------------------------------------------------------------------------------------------

  function asked(address, options) {
    var patience = new AbortController(), timer = window.setTimeout(function () { patience.abort(); }, PATIENCE);
    return fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store", redirect: "manual", signal: patience.signal }, options))
      .finally(function () { window.clearTimeout(timer); });
  }

  function reachable(is) { net.hidden = is; }

  function standing() {
    return asked(words.standing, { headers: { Accept: "application/json" } }).then(function (response) {
      if (!response.ok) throw new Error("down");
      return response.json();
    }).then(function (facts) {
      window.localStorage.setItem("houqin-clock", String(facts.now - Date.now()));
      return facts;
    });
  }

  function one(item, facts) {
    var body = new FormData();
    item.fields.forEach(function (field) {
      if (field[1] instanceof Blob) body.append(field[0], field[1], field[2]); else body.append(field[0], field[1]);
    });
    body.append("once", item.once);
    return asked(item.action, { method: "POST", body: body, headers: { Accept: QUEUE, "X-CSRFToken": facts.csrf } }).then(function (response) {
      var is_told = (response.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      if (!is_told || response.status >= 500) throw new Error("down");
      return response.json().then(function (answer) {
        if (response.ok) return forget(item.once).then(function () { return true; });
        // Too often: it may be sent again later as it is.
        if (response.status === 429) throw new Error("down");
        item.state = "refused";
        item.said = answer.said;
        item.wrong = answer.fields;
        return keep(item).then(function () {
          if (submitted[item.once]) correct(item);
          return false;
        });
      });
    });
  }

  function send() {
    if (sending) return Promise.resolve();
    sending = true;
    said.textContent = "";
    login.hidden = true;
    var written = 0;
    return (navigator.locks ? navigator.locks.request("houqin-queue", { ifAvailable: true }, function (lock) { return lock ? work() : null; }) : work())
      .catch(function (error) {
        reachable(!(error instanceof TypeError) && error.name !== "AbortError");
        if (error.message === "down") said.textContent = words.down;
      }).then(function () { sending = false; return draw(); }).then(function () { if (written) return refresh(); });

    function work() {
      return all().then(function (items) {
        return standing().then(function (facts) {
          reachable(true);
          var mine = items.filter(function (item) { return item.state === "waiting" && item.person === String(facts.person); });
          if (!facts.person && items.length) {
            said.textContent = words.signin;
            login.href = words.login + "?next=" + encodeURIComponent(window.location.pathname + window.location.search);
            login.hidden = false;
          }
          return mine.reduce(function (before, item) {
            return before.then(function () {
              // What hangs on a form that is still here waits for it.
              return all().then(function (left) {
                if (item.after && left.some(function (other) { return other.once === item.after; })) return false;
                return one(item, facts);
              }).then(function (is_written) { if (is_written) written += 1; });
            });
          }, Promise.resolve());
        });
      });
    }
  }

  // What the server knows by now, without touching a form somebody is typing in.
  function refresh() {
    var parts = document.querySelectorAll("[data-live]");
    if (!parts.length) return Promise.resolve();
    return asked(window.location.href, { headers: { Accept: "text/html" } }).then(function (response) {
      if (!response.ok) throw new Error("down");
      return response.text();
    }).then(function (page) {
      var fresh = new DOMParser().parseFromString(page, "text/html");
      parts.forEach(function (part) {
        var found = fresh.getElementById(part.id);
        if (found) part.replaceWith(document.importNode(found, true));
      });
      return draw();
    }).catch(function () { /* the next connection brings it */ });
  }

  // Keeping the page ---------------------------------------------------------------------------------------------------

  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(words.worker).then(function () { return navigator.serviceWorker.ready; }).then(function (worker) {
      var wanted = performance.getEntriesByType("resource").map(function (one_) { return one_.name; }).filter(function (name) {
        return name.indexOf(window.location.origin + "/static/") === 0;
      });
      var answers = new MessageChannel();
      answers.port1.onmessage = function () { document.documentElement.dataset.kept = "1"; };
      worker.active.postMessage({ keep: [window.location.href].concat(wanted) }, [answers.port2]);
    }).catch(function () { /* without https there is no worker: the queue works, the page itself must be reachable */ });
  }

  document.getElementById("queue-send").addEventListener("click", send);
  window.addEventListener("online", send);
  window.addEventListener("offline", function () { reachable(false); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  window.setInterval(function () { all().then(function (items) { if (items.length || !net.hidden) send(); }); }, RETRY);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  draw().then(send);
})();
