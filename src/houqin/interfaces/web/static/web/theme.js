// Before the first paint: dark where the system is dark and nobody chose otherwise.
(function () {
  var root = document.documentElement;
  var query = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    if (/(?:^|; )theme=(light|dark)/.test(document.cookie)) return;
    root.setAttribute("data-bs-theme", query.matches ? "dark" : "light");
  }
  root.classList.add("js");
  follow();
  query.addEventListener("change", follow);
})();
