// What a page does beyond being read: search, colors and text size, short texts at words and notes, copied addresses.
// Everything else works without this file. Nothing typed or chosen leaves the reader's device.
(() => {
  "use strict";
  const html = document.documentElement;
  const root = html.dataset.content_root || "";
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const make = (name, props = {}) => Object.assign(document.createElement(name), props);
  const keep = (key, value) => {
    try {
      if (value) localStorage.setItem(key, value);
      else localStorage.removeItem(key);
    } catch { /* a browser may refuse to keep anything; the choice then lasts for this page */ }
  };
  const script = (path) => new Promise((done, failed) => {
    document.head.append(make("script", { src: root + path, onload: done, onerror: failed, async: false }));
  });

  // Colors and text size, kept for the next page
  for (const [name, fallback] of [["theme", "auto"], ["size", ""]]) {
    const now = html.dataset[name] || fallback;
    for (const radio of all(`input[name="hb-${name}"]`)) {
      radio.checked = radio.value === (now === "auto" ? "" : now);
      radio.addEventListener("change", () => {
        html.dataset[name] = radio.value || fallback;
        keep(`hb-${name}`, radio.value);
      });
    }
  }

  // The address of a record in a list that stands on several pages now: its line on the overview says which, so go there at once
  let named = "";
  try {
    named = decodeURIComponent(location.hash.slice(1));
  } catch {
    // an address with a broken % leads nowhere
  }
  const line = named && document.getElementById(named)?.closest(".hb-lines > li");
  if (line) location.replace(line.querySelector("a").href.replace(/#.*/, location.hash));

  // Search: its files are asked for when a search field is first used; search/scorer.js in them then answers every key
  const dialog = document.getElementById("pst-search-dialog");
  const fields = all('.bd-search input[name="q"]');
  let ready = null;
  let typed = [];
  const load = async () => {
    // Sphinx would keep the words in this browser to mark them on the next page; what someone looked up here is nobody's business.
    window.SPHINX_HIGHLIGHT_ENABLED = false;
    window._highlightText = () => {};
    const files = ["documentation_options", "doctools", "searchtools", "language_data"].map((name) => script(`_static/${name}.js`));
    // Sphinx's search fills the fields from the address when it starts; what was typed until then must stay.
    files[2].then(() => { for (const [field, words] of typed) if (words) field.value = words; });
    await Promise.all(files);
    await script("searchindex.js");
  };
  const need = (field) => {
    typed = fields.map((each) => [each, each.value]);
    if (ready) return;
    ready = load();
    ready.then(() => { if (field?.value) field.dispatchEvent(new Event("input", { bubbles: true })); }, () => {
      ready = null;
      field?.form.after(make("p", { className: "search-summary", role: "alert", textContent: "Search could not be loaded. Please try again." }));
    });
  };
  for (const field of fields) {
    if (field.value) need(field); // typed before this file was there
    field.addEventListener("input", () => need(field));
    if (field.closest("dialog")) field.addEventListener("focus", () => need(field));
    // A form that is sent would tell the host of this copy what was looked for.
    field.form.addEventListener("submit", (event) => { event.preventDefault(); need(field); });
  }
  const open = (event) => {
    event.preventDefault();
    if (dialog && !dialog.open) dialog.showModal();
    const field = (dialog || document).querySelector(".bd-search input");
    field.focus();
    field.select();
  };
  for (const button of all(".search-button__button")) button.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") open(event);
  });
  dialog?.querySelector(".hb-close").addEventListener("click", () => dialog.close());
  // Browsers spend the first Escape on emptying the field.
  dialog?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    dialog.close();
  });
  dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  if (!dialog && fields.length) {
    fields[0].focus();
    if (new URLSearchParams(location.search).get("q") || location.hash.startsWith("#q=")) need();
  }

  // Short texts at glossary words and source notes: on hover, on focus, and on the first tap
  const TIP = '.hb-term[href*="glossary.html#term-"], [role="doc-noteref"]';
  const tip = make("div", { id: "hb-tip", className: "hb-tip", role: "tooltip", popover: "manual" });
  let at = null;
  let timer = 0;
  let terms = null;
  const canTip = "showPopover" in tip;
  if (canTip) document.body.append(tip);

  const text = async (link) => {
    const anchor = decodeURIComponent(link.hash.slice(1));
    if (!anchor.startsWith("term-")) {
      const note = document.getElementById(anchor)?.querySelector("p");
      return note ? note.textContent.trim() : "";
    }
    terms ||= script("_static/terms.js").then(() => new Map(handbookTerms.flatMap(([names, said]) => names.split(" ").map((name) => [name, said]))));
    return (await terms).get(anchor.slice(5)) || "";
  };
  const hide = () => {
    clearTimeout(timer);
    if (at) at.removeAttribute("aria-describedby");
    at = null;
    if (canTip && tip.matches(":popover-open")) tip.hidePopover();
  };
  const show = async (link) => {
    clearTimeout(timer);
    if (at === link) return;
    hide();
    at = link;
    const words = await text(link).catch(() => "");
    if (!words || at !== link) return;
    tip.textContent = words;
    link.setAttribute("aria-describedby", tip.id);
    tip.showPopover();
    const box = [...link.getClientRects()].pop() || link.getBoundingClientRect();
    const below = box.bottom + 6 + tip.offsetHeight < innerHeight || box.top < tip.offsetHeight + 6;
    tip.style.top = `${below ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`;
    tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
  };
  const later = (action, wait) => { clearTimeout(timer); timer = setTimeout(action, wait); };
  const linkOf = (event) => (event.target.closest ? event.target.closest(TIP) : null);
  if (canTip) {
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const link = linkOf(event);
      if (link) later(() => show(link), at ? 0 : 250);
      else if (tip.contains(event.target)) clearTimeout(timer);
      else if (at && document.activeElement !== at) later(hide, 250);
      else clearTimeout(timer);
    });
    document.addEventListener("focusin", (event) => {
      const link = linkOf(event);
      if (link && link.matches(":focus-visible")) show(link);
      else hide();
    });
    let touched = null;
    document.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "touch" ? linkOf(event) : null;
      if (at && !linkOf(event) && !tip.contains(event.target)) hide();
    });
    document.addEventListener("click", (event) => {
      const link = linkOf(event);
      if (link && link === touched && at !== link) {
        event.preventDefault();
        show(link);
      } else if (link) hide();
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    addEventListener("scroll", hide, { passive: true });
  }

  // The menu over the page closes when the keyboard leaves it, so that focus is never behind it
  for (const panel of all("nav[popover]")) {
    panel.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !panel.contains(event.relatedTarget) && panel.matches(":popover-open")) panel.hidePopover();
    });
    panel.addEventListener("click", (event) => {
      if (event.target.closest("a") && panel.matches(":popover-open")) panel.hidePopover();
    });
  }
  // The address of a heading, copied
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".headerlink");
    if (!link || !navigator.clipboard) return;
    navigator.clipboard.writeText(link.href).then(() => {
      link.dataset.copied = "copied";
      setTimeout(() => delete link.dataset.copied, 1600);
    }, () => {});
  });

  // Which heading is being read
  const inToc = new Map(all(".bd-sidebar-secondary a").map((link) => [link.hash.slice(1), link]));
  const spots = [...inToc.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
  if (spots.length && "IntersectionObserver" in window) {
    // The place watched reaches from the top of the page to a third of the screen: the last heading in it is being read.
    // Asking each heading where it stands would make the browser lay out the whole page before its first paint.
    const passed = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) passed.add(target);
        else passed.delete(target);
      }
      const now = spots.findLast((spot) => passed.has(spot)) || spots[0];
      for (const [id, link] of inToc) {
        if (id === now.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "1000000px 0px -70% 0px" });
    for (const spot of spots) watch.observe(spot);
  }

  // Tables that are wider than their place can be moved by keyboard; measured after the page is laid out, never before
  if ("ResizeObserver" in window) {
    const wide = new ResizeObserver((entries) => {
      for (const { target: place } of entries) {
        if (place.scrollWidth > place.clientWidth + 1) {
          place.tabIndex = 0;
          place.setAttribute("role", "region");
          place.setAttribute("aria-label", place.querySelector("caption .caption-text")?.textContent || "Table");
        } else for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name);
      }
    });
    for (const place of all(".pst-scrollable-table-container")) wide.observe(place);
  }

  // On paper: closed parts open, and links carry the address they have on the web
  const home = document.querySelector('link[rel="canonical"]')?.href || location.href;
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const part of closed) part.open = true;
    for (const link of all("main a[href]:not(.headerlink, .hb-term)")) {
      const target = link.getAttribute("href");
      if (!target.startsWith("#") && link.textContent.trim() !== target) link.dataset.print = new URL(target, home).href;
    }
  });
  addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
})();
