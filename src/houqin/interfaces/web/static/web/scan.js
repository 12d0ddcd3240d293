// Scan with the camera: the browser's own decoder where it has one, else one of ours, loaded only here. Without a camera
// the field below does the same.
(function () {
  "use strict";
  var box = document.getElementById("camera");
  if (!box) return;
  var view = document.getElementById("view"), told = box.querySelector(".told"), opened = false;

  function say(words) { told.textContent = words; }

  // Only codes of this house are followed, wherever a code on the street may point.
  function open(text) {
    if (opened) return true;
    var found = /\/q\/([0-9A-Za-z-]{10,64})\/?(?:[?#].*)?$/.exec(text) || /^([2-9A-HJ-NP-Z]{20})$/.exec(text);
    if (!found) { say(box.dataset.foreign); return false; }
    opened = true;
    if (navigator.vibrate && navigator.userActivation && navigator.userActivation.hasBeenActive) navigator.vibrate(60);
    window.location.assign("/q/" + encodeURIComponent(found[1]));
    return true;
  }

  function failed(error) {
    box.classList.add("is-off");
    box.hidden = false;
    view.replaceChildren();
    say(error && /NotAllowed|Permission/.test(String(error.name || error)) ? box.dataset.denied : box.dataset.none);
  }

  function withBrowser(kinds) {
    return navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false }).then(function (stream) {
      var video = document.createElement("video"), detector = new window.BarcodeDetector({ formats: kinds });
      video.setAttribute("playsinline", "");
      video.muted = true;
      video.srcObject = stream;
      view.replaceChildren(video);
      window.addEventListener("pagehide", function () { stream.getTracks().forEach(function (track) { track.stop(); }); });
      return video.play().then(function () {
        say(box.dataset.aim);
        (function look() {
          if (opened) return;
          detector.detect(video).then(function (codes) {
            codes.some(function (code) { return open(code.rawValue); });
          }).catch(function () { /* a frame that cannot be read is followed by another */ }).then(function () {
            window.setTimeout(look, 120);
          });
        })();
      });
    });
  }

  function withOurs() {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = box.dataset.decoder;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    }).then(function () {
      var reader = new window.Html5Qrcode("view", { formatsToSupport: [window.Html5QrcodeSupportedFormats.QR_CODE], verbose: false });
      return reader.start({ facingMode: "environment" }, { fps: 8 }, open, function () { /* nothing in this frame */ });
    }).then(function () { say(box.dataset.aim); });
  }

  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  box.hidden = false;
  say(box.dataset.waiting);
  var known = window.BarcodeDetector && window.BarcodeDetector.getSupportedFormats
    ? window.BarcodeDetector.getSupportedFormats() : Promise.resolve([]);
  known.then(function (kinds) {
    return kinds.indexOf("qr_code") >= 0 ? withBrowser(["qr_code"]) : withOurs();
  }).catch(failed);
})();
