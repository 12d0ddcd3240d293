// Photos before they are sent: made smaller, shown, pasted, dropped; and looked at large. Without this file a form sends
// the files as they are and a photo opens as a page of its own.
(function () {
  "use strict";

  var LONGEST = 2000;
  var LARGEST = 20 * 1024 * 1024;
  var WORTH_IT = 600 * 1024;

  function isPhoto(file) { return /^image\/(jpeg|png|webp)$/.test(file.type); }

  // A photo as a screen needs it; the file itself where the browser cannot, or where it is small already.
  function smaller(file) {
    if (!isPhoto(file) || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (image) {
      var scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
      if (scale === 1 && file.size < WORTH_IT) return file;
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      var paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) { done(file); return; }
          done(new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }));
        }, "image/jpeg", 0.85);
      });
    }).catch(function () { return file; }); // not readable here: the server says what is wrong with it
  }

  function put(input, files) {
    var held = new DataTransfer();
    files.forEach(function (file) { held.items.add(file); });
    input.files = held.files;
  }

  function show(form, input) {
    var list = form.querySelector(".photos.picked");
    if (!list) return;
    list.querySelectorAll("img").forEach(function (image) { URL.revokeObjectURL(image.src); });
    list.replaceChildren();
    Array.from(input.files).forEach(function (file, place) {
      var item = document.createElement("li");
      if (isPhoto(file)) {
        var image = document.createElement("img");
        image.src = URL.createObjectURL(file);
        image.alt = "";
        item.append(image);
      }
      var name = document.createElement("span");
      name.textContent = file.name;
      if (file.size > LARGEST) {
        item.className = "is-wrong";
        name.textContent += " · " + (input.dataset.tooLarge || "");
      }
      var remove = document.createElement("button");
      remove.type = "button";
      remove.setAttribute("aria-label", "× " + file.name);
      remove.textContent = "×";
      remove.addEventListener("click", function () {
        put(input, Array.from(input.files).filter(function (_one, other) { return other !== place; }));
        show(form, input);
      });
      item.append(name, remove);
      list.append(item);
    });
    list.hidden = !input.files.length;
  }

  function add(form, input, files) {
    form.dataset.busy = "1";
    return Promise.all(files.map(smaller)).then(function (made) {
      put(input, input.multiple ? input.kept.concat(made) : made.slice(-1));
      input.kept = Array.from(input.files);
      show(form, input);
      delete form.dataset.busy;
    });
  }

  document.querySelectorAll("form[data-photos]").forEach(function (form) {
    var inputs = Array.from(form.querySelectorAll("input[type=file]"));
    var input = inputs.find(function (one) { return one.multiple; }) || inputs[0];
    if (!input) return;
    inputs.forEach(function (one) {
      one.kept = [];
      one.addEventListener("change", function () {
        var chosen = Array.from(one.files);
        var target = one.capture !== undefined && one.hasAttribute("capture") ? input : one;
        if (one !== target) one.value = "";
        // What was chosen before stays, as it would on a table.
        target.kept = target.kept.filter(function (file) { return chosen.indexOf(file) < 0; });
        add(form, target, chosen);
      });
    });
    var hint = input.dataset.drop && form.querySelector(".help:last-of-type");
    if (hint && matchMedia("(pointer: fine)").matches) hint.textContent += " " + input.dataset.drop;
    form.addEventListener("dragover", function (event) {
      if (!event.dataTransfer || Array.from(event.dataTransfer.types).indexOf("Files") < 0) return;
      event.preventDefault();
      form.classList.add("is-over");
    });
    form.addEventListener("dragleave", function () { form.classList.remove("is-over"); });
    form.addEventListener("drop", function (event) {
      form.classList.remove("is-over");
      if (!event.dataTransfer || !event.dataTransfer.files.length) return;
      event.preventDefault();
      add(form, input, Array.from(event.dataTransfer.files));
    });
    document.addEventListener("paste", function (event) {
      var files = event.clipboardData ? Array.from(event.clipboardData.files) : [];
      if (!files.length) return;
      event.preventDefault();
      add(form, input, files);
    });
    // Sent while a photo is still being made smaller: wait for it.
    form.addEventListener("submit", function (event) {
      if (!form.dataset.busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      var button = event.submitter;
      window.setTimeout(function () { form.requestSubmit(button); }, 150);
    }, true);
  });

  var links = Array.from(document.querySelectorAll("a[data-lightbox]"));
  if (!links.length || !window.HTMLDialogElement) return;
  var box = document.createElement("dialog");
  box.className = "lightbox";
  var large = document.createElement("img");
  var caption = document.createElement("p");
  var at = 0;
  function turn(to) {
    at = (to + links.length) % links.length;
    large.src = links[at].href;
    large.alt = caption.textContent = links[at].textContent.trim();
  }
  function button(name, sign, does) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = sign;
    made.addEventListener("click", does);
    return made;
  }
  box.append(large, caption, button("shut", "×", function () { box.close(); }));
  if (links.length > 1) {
    box.append(button("turn back", "‹", function () { turn(at - 1); }), button("turn on", "›", function () { turn(at + 1); }));
  }
  box.addEventListener("click", function (event) { if (event.target === box) box.close(); });
  box.addEventListener("keydown", function (event) {
    if (event.key === "ArrowLeft") turn(at - 1);
    if (event.key === "ArrowRight") turn(at + 1);
  });
  document.body.append(box);
  links.forEach(function (link, place) {
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      turn(place);
      box.showModal();
    });
  });
})();
