// Filters, sorting and copying. Every page is complete without it.
(() => {
  "use strict";
  const list = document.getElementById("list");
  const find = (name) => document.getElementById(name);
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  if (list) {
    const rows = [...list.querySelectorAll(".row")];
    const [search, sort, lined, picked, shown, nobody] = ["search", "sort", "lined", "picked", "shown", "nobody"].map(find);
    const games = [...document.querySelectorAll(".game")];

    const filter = () => {
      const words = plain(search.value).split(/\s+/).filter(Boolean);
      const chosen = games.filter((game) => game.getAttribute("aria-pressed") === "true").map((game) => game.dataset.game);
      let count = 0;
      for (const row of rows) {
        const keep = words.every((word) => row.dataset.name.includes(word))
          && (!chosen.length || chosen.includes(row.dataset.game))
          && (!lined?.checked || "lined" in row.dataset) && (!picked?.checked || "picked" in row.dataset);
        row.hidden = !keep;
        count += keep;
      }
      for (const group of list.querySelectorAll(".group")) group.hidden = !group.querySelector(".row:not([hidden])");
      shown.textContent = `${count.toLocaleString("en-US")} player${count === 1 ? "" : "s"}`;
      nobody.hidden = count > 0;
    };

    const order = () => {
      const key = sort.value;
      const compare = key === "name"
        ? (a, b) => a.dataset.name.localeCompare(b.dataset.name)
        : (a, b) => b.dataset[key] - a.dataset[key] || b.dataset.points - a.dataset.points;
      list.append(...rows.sort(compare));
    };

    search.addEventListener("input", filter);
    sort?.addEventListener("change", order);
    lined?.addEventListener("change", filter);
    picked?.addEventListener("change", filter);
    for (const game of games) {
      game.addEventListener("click", () => {
        game.setAttribute("aria-pressed", String(game.getAttribute("aria-pressed") !== "true"));
        filter();
      });
    }
    find("reset").addEventListener("click", () => {
      search.value = "";
      for (const box of [lined, picked]) if (box) box.checked = false;
      for (const game of games) game.setAttribute("aria-pressed", "false");
      filter();
      search.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.target.matches("input, select, textarea")) {
        event.preventDefault();
        search.focus();
      }
    });
  }

  async function copy(button) {
    const { text } = button.dataset;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page opened from a folder may be refused the clipboard; a selected field may still be copied.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    const label = button.firstChild;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = "Copy"; }, 1600);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".copy");
    if (button) copy(button);
  });

  for (const heat of document.querySelectorAll(".heat")) {
    const dates = heat.dataset.dates.split(" ");
    const tip = heat.querySelector(".tip");
    const dateAt = (event) => {
      const strip = event.target.closest?.("svg");
      if (!strip) return null;
      const box = strip.getBoundingClientRect();
      const place = Math.floor(((event.clientX - box.left) / box.width) * dates.length);
      return { date: dates[Math.min(Math.max(place, 0), dates.length - 1)], row: strip.parentElement, rect: event.target.closest("rect") };
    };
    heat.addEventListener("pointermove", (event) => {
      const at = dateAt(event);
      tip.hidden = !at;
      if (!at) return;
      const status = at.rect ? at.rect.getAttribute("class").replaceAll("_", " ") : "not recorded";
      tip.textContent = `${at.date} · ${at.row.querySelector(".label").textContent} · ${status}`;
      const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
      tip.style.left = `${Math.max(left, 4)}px`;
      tip.style.top = `${event.clientY + 16}px`;
    });
    heat.addEventListener("pointerleave", () => { tip.hidden = true; });
    if ("linked" in heat.dataset) {
      heat.addEventListener("click", (event) => {
        const at = dateAt(event);
        if (at) location.href = `dates/${at.date}.html`;
      });
    }
  }
})();
