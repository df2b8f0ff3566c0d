// What a browser with scripts adds to worklists and to the page of a referral; both work without.
"use strict";

(() => {
  // A list hears that it has changed, and says so without moving what one reads.
  const changed = document.querySelector("[data-changes]");
  if (changed && "EventSource" in globalThis) {
    const address = new URL(changed.dataset.changes, location.href);
    let source = null;
    const listen = () => {
      if (source || changed.firstChild || document.hidden) return;
      source = new EventSource(address);
      source.addEventListener("changed", (event) => {
        address.searchParams.set("since", event.data);
        stop();
        const words = document.createElement("p");
        const link = document.createElement("a");
        link.href = location.href;
        link.textContent = "Show";
        words.append("The list has changed. ", link);
        changed.replaceChildren(words);
      });
      // Whoever was refused is not asked again; a connection that was lost the browser makes anew by itself.
      source.addEventListener("error", () => { if (source && source.readyState === EventSource.CLOSED) source = null; });
    };
    const stop = () => { if (source) source.close(); source = null; };
    // A tab that nobody looks at holds no connection: a browser has few of them.
    document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
    addEventListener("pagehide", stop);
    listen();
  }

  // All of the page are chosen, or none when all are.
  const all = document.querySelector("[data-choose-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const boxes = [...document.querySelectorAll("input[form=choose][name=urn]")];
      const on = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = on;
    });
  }

  // Pictures: nearer, brighter, with more contrast.
  for (const view of document.querySelectorAll("[data-view]")) {
    const adjust = view.querySelector("[data-adjust]");
    const stage = view.querySelector(".stage");
    const picture = stage.querySelector("img");
    const inputs = [...adjust.querySelectorAll("[data-set]")];
    const value = (name) => Number(adjust.querySelector(`[data-set="${name}"]`).value);
    let zoom = 100;
    const show = () => {
      picture.style.filter = `brightness(${value("brightness")}%) contrast(${value("contrast")}%)`;
      const next = value("zoom");
      if (next === zoom) return;
      // What is in the middle stays there.
      const middle = [stage.scrollLeft + stage.clientWidth / 2, stage.scrollTop + stage.clientHeight / 2];
      stage.classList.toggle("near", next > 100);
      picture.style.width = next > 100 ? `${next}%` : "";
      stage.scrollTo((middle[0] * next) / zoom - stage.clientWidth / 2, (middle[1] * next) / zoom - stage.clientHeight / 2);
      zoom = next;
    };
    adjust.hidden = false;
    adjust.addEventListener("input", show);
    adjust.querySelector("[data-reset]").addEventListener("click", () => { for (const input of inputs) input.value = input.defaultValue; show(); });
  }

  // A link to a move opens it, and begins at its first input.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#act.']");
    const act = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act.open = true;
    act.scrollIntoView({ block: "nearest" });
    (act.querySelector("input:checked, input:not([type=hidden]), select, textarea, a, button") || act.querySelector("summary")).focus();
  }, true);

  // Shortcuts: single keys, which rest while one types, and which can be switched off for good.
  const keys = new Map();
  for (const one of document.querySelectorAll("[data-shortcut]")) keys.set(one.dataset.shortcut, one);
  if (keys.size === 0) return;
  const storage = "shortcuts";
  const recall = () => { try { return localStorage.getItem(storage) !== "off"; } catch { return true; } };
  let on = recall();
  const box = document.querySelector("[data-shortcuts-on]");
  const help = document.querySelector("[data-help]");
  const dialog = document.getElementById("shortcuts");
  const mark = () => { for (const key of document.querySelectorAll(".decisions kbd")) key.hidden = !on; };
  mark();
  if (box) {
    box.checked = on;
    box.addEventListener("change", () => {
      on = box.checked;
      try { localStorage.setItem(storage, on ? "on" : "off"); } catch { /* it holds for this page */ }
      mark();
    });
  }
  if (help && dialog) {
    help.hidden = false;
    help.addEventListener("click", () => dialog.showModal());
  }
  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (event.target.closest("input:not([type=radio], [type=checkbox], [type=range]), select, textarea, [contenteditable], dialog")) return;
    const target = keys.get(event.key.toLowerCase());
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
