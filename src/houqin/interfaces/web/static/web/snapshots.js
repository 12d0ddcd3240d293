// A phone's photo of 8 MB is made as small as a repairer needs before it is sent, and shown. Without this file the photo
// itself is sent.
(function () {
  "use strict";
  var LONGEST = 1600;

  function shrink(file) {
    if (!/^image\//.test(file.type) || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      if (share === 1 && file.size < 700000 && /jpeg|png|webp/.test(file.type)) return file;
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * share);
      canvas.height = Math.round(picture.height * share);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) {
          resolve(blob ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", 0.82);
      });
    }).catch(function () { return file; });
  }

  function show(input) {
    var list = document.querySelector(input.dataset.shows || "#none");
    if (!list) return;
    list.replaceChildren.apply(list, Array.prototype.map.call(input.files, function (file) {
      var line = document.createElement("li"), picture = document.createElement("img");
      picture.alt = file.name;
      picture.src = URL.createObjectURL(file);
      line.append(picture);
      return line;
    }));
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches("input[type=file][data-shrink]") || input.dataset.shrinking) return;
    var button = input.form && input.form.querySelector("button:not([type=button])");
    if (button) button.disabled = true;
    Promise.all(Array.prototype.map.call(input.files, shrink)).then(function (files) {
      try {
        var carrier = new DataTransfer();
        files.forEach(function (file) { carrier.items.add(file); });
        input.dataset.shrinking = "1";
        input.files = carrier.files;
      } finally {
        delete input.dataset.shrinking;
        if (button) button.disabled = false;
        show(input);
      }
    });
  });
})();
