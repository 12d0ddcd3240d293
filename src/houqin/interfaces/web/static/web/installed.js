// What a phone has kept of pages (names of visitors, a checklist) goes when nobody is logged in any more. What waits to be
// sent stays: it belongs to whoever wrote it.
(function () {
  "use strict";
  if (document.documentElement.dataset.person || !window.caches) return;
  caches.keys().then(function (names) {
    names.forEach(function (name) { if (name.indexOf("houqin-pages-") === 0) caches.delete(name); });
  });
})();
