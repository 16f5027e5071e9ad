// Makes the pages of khabar serve faster to use. They work without it: forms and links do everything.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("script");
  const kind = document.body.dataset.page;
  const live = document.getElementById("live");
  const byId = (id) => document.getElementById(id);

  /** Tell users of screen readers what changed on the page. */
  function announce(text) {
    live.textContent = "";
    // Screen readers do not read a text that replaces itself at once, so set it a moment later.
    setTimeout(() => { live.textContent = text; }, 50);
  }

  // ---- search as you type ------------------------------------------------------------------------------------

  const form = byId("search-form");
  const box = byId("q");
  const results = byId("results");
  let asking = null;
  let timer = 0;
  let shown = location.search;

  /** The parameters of a form, without empty fields and the first choices of lists, which are the defaults. */
  function addressOf(formElement) {
    const asked = new URLSearchParams();
    for (const field of formElement.elements) {
      if (!field.name || field.value === "" || (field.tagName === "SELECT" && field.selectedIndex === 0)) continue;
      if (field.disabled || (field.type === "checkbox" && !field.checked)) continue;
      asked.append(field.name, field.value);
    }
    return asked;
  }

  async function refresh() {
    const asked = addressOf(form);
    const address = `?${asked}`;
    if (address === shown) return;
    if (asking) asking.abort();
    asking = new AbortController();
    const mine = asking;
    results.classList.add("busy");
    results.setAttribute("aria-busy", "true");
    asked.append("part", "results");
    try {
      const answer = await fetch(`/?${asked}`, { signal: mine.signal, headers: { Accept: "text/html" } });
      if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
      const markup = await answer.text();
      if (mine !== asking) return;
      // The server escapes everything that comes from articles.
      results.innerHTML = markup;
      shown = address;
      history.replaceState(null, "", byId("query-problems").dataset.address);
      document.title = box.value.trim() ? `${box.value.trim()} – khabar` : "khabar";
      const count = byId("found-count");
      announce(count ? results.dataset.updated.replace("%s", count.dataset.count) : byId("query-problems").textContent.trim());
      afterResults();
    } catch (error) {
      if (error.name !== "AbortError") announce(results.dataset.failed);
    } finally {
      if (mine === asking) {
        results.classList.remove("busy");
        results.removeAttribute("aria-busy");
      }
    }
  }

  if (form && results) {
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(refresh, wait); };
    form.addEventListener("input", (event) => {
      if (event.isComposing) return;
      later(event.target === box ? 220 : 500);
    });
    form.addEventListener("change", (event) => { if (event.target.matches("select, [type=checkbox]")) later(0); });
  }

  // ---- completion: a combobox with a list, as the ARIA Authoring Practices describe it -----------------------

  const list = byId("completions");
  let options = [];
  let active = -1;
  let completing = null;
  let waiting = 0;

  function closeList() {
    clearTimeout(waiting);
    if (completing) completing.abort();
    if (!list || list.hidden) return;
    list.hidden = true;
    list.replaceChildren();
    options = [];
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  /** The word before the cursor, with its start and end. */
  function wordAtCursor() {
    const end = box.selectionEnd ?? box.value.length;
    const before = box.value.slice(0, end);
    const start = before.search(/[^\s"«»“”():+\-=!]*$/u);
    return { start, end, word: before.slice(start) };
  }

  async function openList() {
    const { word } = wordAtCursor();
    if ([...word].length < 2) { closeList(); return; }
    if (completing) completing.abort();
    completing = new AbortController();
    try {
      const answer = await fetch(`/complete?${new URLSearchParams({ prefix: word })}`, { signal: completing.signal });
      if (!answer.ok) { closeList(); return; }
      const found = await answer.json();
      if (document.activeElement !== box || !found.length) { closeList(); return; }
      options = found.map((each, place) => {
        const item = document.createElement("li");
        item.id = `completion-${place}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const name = document.createElement("bdi");
        name.textContent = each.word;
        const count = document.createElement("span");
        count.className = "number";
        count.textContent = each.paragraphs.toLocaleString("en");
        item.append(name, count);
        item.dataset.word = each.word;
        item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(place); });
        return item;
      });
      list.replaceChildren(...options);
      // Announced once, not with every letter.
      if (list.hidden) announce(results.dataset.completions.replace("%s", String(options.length)));
      list.hidden = false;
      active = -1;
      box.setAttribute("aria-expanded", "true");
      box.removeAttribute("aria-activedescendant");
    } catch (error) {
      if (error.name !== "AbortError") closeList();
    }
  }

  function move(step) {
    if (!options.length) return;
    if (active >= 0) options[active].setAttribute("aria-selected", "false");
    active = active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length;
    options[active].setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", options[active].id);
  }

  function choose(place) {
    const { start, end } = wordAtCursor();
    const word = options[place].dataset.word;
    const rest = box.value.slice(end);
    box.value = box.value.slice(0, start) + word + (rest.startsWith(" ") ? rest : ` ${rest}`);
    const cursor = start + word.length + 1;
    closeList();
    box.focus();
    box.setSelectionRange(cursor, cursor);
    refresh();
  }

  if (box && list) {
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", "completions");
    box.addEventListener("input", (event) => {
      clearTimeout(waiting);
      if (!event.isComposing) waiting = setTimeout(openList, 120);
    });
    box.addEventListener("blur", closeList);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) { if (event.key === "ArrowDown") openList(); return; }
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        choose(active);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        closeList();
      } else if (event.key === "Enter") {
        closeList();
      }
    });
  }

  // ---- the timeline as a filter: drag over bars, or arrows with Shift -----------------------------------------

  function brush(chart) {
    const bars = [...chart.querySelectorAll("a[data-first]")];
    if (!bars.length) return;
    let from = -1;
    let to = -1;
    let dragging = false;
    const between = () => [Math.min(from, to), Math.max(from, to)];
    const show = () => {
      const [low, high] = between();
      bars.forEach((bar, place) => bar.classList.toggle("chosen", place >= low && place <= high && from >= 0));
    };
    const say = () => {
      const [low, high] = between();
      announce(chart.dataset.said.replace("%1", bars[low].dataset.first).replace("%2", bars[high].dataset.last));
    };
    const go = () => {
      const [low, high] = between();
      location.href = chart.dataset.brush.replace("FIRST", bars[low].dataset.first).replace("LAST", bars[high].dataset.last);
    };
    const at = (event) => {
      const frame = chart.querySelector("svg").getBoundingClientRect();
      const place = Math.floor((event.clientX - frame.left) / frame.width * bars.length);
      return Math.max(0, Math.min(bars.length - 1, place));
    };
    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      from = to = at(event);
      dragging = true;
    });
    chart.addEventListener("pointermove", (event) => {
      if (!dragging) return;
      const now = at(event);
      if (now === to) return;
      // Captured only now, so that a click on one bar still follows its link.
      if (!chart.hasPointerCapture(event.pointerId)) chart.setPointerCapture(event.pointerId);
      to = now;
      show();
    });
    chart.addEventListener("pointerup", () => {
      if (!dragging) return;
      dragging = false;
      if (from !== to) go();
    });
    chart.addEventListener("pointercancel", () => { dragging = false; from = to = -1; show(); });
    chart.addEventListener("click", (event) => { if (from !== to) event.preventDefault(); }, true);
    // The Tab key stops once; the arrow keys move from bar to bar.
    bars.forEach((bar, place) => bar.setAttribute("tabindex", place === bars.length - 1 ? "0" : "-1"));
    chart.addEventListener("keydown", (event) => {
      const here = bars.indexOf(document.activeElement);
      if (here < 0) return;
      const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -here, End: bars.length - 1 - here };
      if (event.key in steps) {
        event.preventDefault();
        const next = Math.max(0, Math.min(bars.length - 1, here + steps[event.key]));
        bars[here].setAttribute("tabindex", "-1");
        bars[next].setAttribute("tabindex", "0");
        bars[next].focus();
        if (event.shiftKey) {
          if (from < 0) from = here;
          to = next;
          say();
        } else {
          from = to = -1;
        }
        show();
      } else if (event.key === "Enter" && from >= 0 && from !== to) {
        event.preventDefault();
        go();
      } else if (event.key === "Escape") {
        from = to = -1;
        show();
      }
    });
  }

  function afterResults() {
    document.querySelectorAll(".chart").forEach(brush);
  }
  afterResults();

  // ---- stars without leaving the page -------------------------------------------------------------------------

  document.addEventListener("submit", async (event) => {
    const star = event.target.closest("form.star");
    if (!star || !star.querySelector("[aria-pressed]")) return;
    event.preventDefault();
    const button = star.querySelector("button");
    const flag = star.elements.on;
    const fields = new URLSearchParams(new FormData(star));
    try {
      const answer = await fetch(star.action, { method: "POST", body: fields, redirect: "manual" });
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
      const on = flag.value === "1";
      flag.value = on ? "0" : "1";
      button.setAttribute("aria-pressed", String(on));
      button.textContent = (on ? "★" : "☆") + button.textContent.slice(1);
    } catch {
      star.submit();
    }
  });

  // ---- the query builder shows the query as it is written ------------------------------------------------------

  const builder = byId("build-form");
  if (builder) {
    let building = null;
    builder.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        if (building) building.abort();
        building = new AbortController();
        const asked = addressOf(builder);
        asked.append("part", "query");
        try {
          const answer = await fetch(`/build?${asked}`, { signal: building.signal });
          if (answer.ok) byId("built").innerHTML = await answer.text();
        } catch { /* The button does the same. */ }
      }, 150);
    });
  }

  // ---- copying -------------------------------------------------------------------------------------------------

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      // Without a secure address there is no clipboard: select the text for Ctrl-C.
      getSelection().selectAllChildren(source);
      return;
    }
    announce(button.dataset.copied);
    const said = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = said; }, 1500);
  });

  // ---- keys ----------------------------------------------------------------------------------------------------

  const KEYS_OFF = "khabar-keys-off";
  const keys = byId("keys-on");
  if (keys) {
    keys.checked = !localStorage.getItem(KEYS_OFF);
    keys.addEventListener("change", () => {
      if (keys.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "1");
    });
  }

  const hits = () => [...document.querySelectorAll("li.hit")];
  const current = () => {
    const inside = document.activeElement && document.activeElement.closest("li.hit");
    return hits().indexOf(inside || document.querySelector("li.hit.here"));
  };

  function goTo(place) {
    const all = hits();
    if (!all.length) return;
    const next = all[Math.max(0, Math.min(all.length - 1, place))];
    all.forEach((each) => each.classList.toggle("here", each === next));
    const link = next.querySelector("a.go");
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  const typing = (element) => element && (element.isContentEditable || element.matches("input, textarea, select"));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || localStorage.getItem(KEYS_OFF)) return;
    const turn = (rel) => {
      const link = document.querySelector(`main a[rel=${rel}]`);
      if (link) link.click();
    };
    // The position of a key counts too: on an Arabic keyboard, «j» types «ت».
    const key = event.key.length === 1 && /[a-z]/i.test(event.key) ? event.key.toLowerCase()
      : { KeyJ: "j", KeyK: "k", KeyS: "s", KeyN: "n", KeyP: "p" }[event.code] || event.key;
    if (key === "/" || (event.code === "Slash" && !event.shiftKey)) {
      if (box) { box.focus(); box.select(); } else location.href = "/";
    } else if (key === "?" || key === "؟") {
      location.href = document.querySelector('.top a[href^="/help"]').href;
    } else if (key === "j") {
      goTo(current() + 1);
    } else if (key === "k") {
      goTo(Math.max(0, current() - 1));
    } else if (key === "s") {
      const here = hits()[current()];
      const button = (here || (kind === "article" ? document : null))?.querySelector("form.star button");
      if (!button) return;
      button.click();
    } else if (key === "n") {
      turn("next");
    } else if (key === "p") {
      turn("prev");
    } else {
      return;
    }
    event.preventDefault();
  });
})();
