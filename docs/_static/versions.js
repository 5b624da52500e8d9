/* The menu of versions works without this file. This adds: the section you are in is kept, Escape closes the menu, and
   the menu goes away where the other versions cannot be reached (one folder copied alone, or opened from a disk). */
(function () {
  "use strict";
  var nav = document.querySelector(".hb-version[data-hb-switcher]");
  var menu = nav && nav.querySelector(".hb-version-menu");
  if (!nav) return;

  function keepSection() {
    nav.querySelectorAll("a.hb-version-same").forEach(function (link) {
      var own = link.getAttribute("data-hb-own");
      if (own === null) {
        own = link.hash;
        link.setAttribute("data-hb-own", own);
      }
      link.hash = own || location.hash;
    });
  }
  keepSection();
  window.addEventListener("hashchange", keepSection);
  if (!menu) return;
  var summary = menu.querySelector("summary");

  function hide() {
    var inside = menu.contains(document.activeElement);
    menu.hidden = true;
    var line = nav.querySelector(".hb-version-line a");
    if (inside && line) line.focus();
  }
  if (location.protocol === "file:") {
    hide();
    return;
  }

  var asked = false;
  function ask() {
    if (asked) return;
    asked = true;
    fetch(nav.getAttribute("data-hb-switcher"))
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (versions) {
        if (!Array.isArray(versions) || !versions.length) throw new Error("empty");
      })
      .catch(hide);
  }
  summary.addEventListener("pointerenter", ask);
  summary.addEventListener("focus", ask);
  menu.addEventListener("toggle", ask);
  menu.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      summary.focus();
    }
  });
  document.addEventListener("click", function (event) {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
})();
