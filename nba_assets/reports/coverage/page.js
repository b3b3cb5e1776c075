// Every text goes in as text, never as markup.
(() => {
  "use strict";
  const { statuses, seasons } = JSON.parse(document.getElementById("ledger").textContent);
  const plot = document.getElementById("calendar");
  const tip = document.getElementById("tip");
  const kept = document.getElementById("kept");
  let shown = null;

  const make = (tag, text = "", name = "") => {
    const node = document.createElement(tag);
    node.textContent = text;
    if (name) node.className = name;
    return node;
  };

  const dark = new Set(["FAIL", "BLOCKED", "OVERRIDDEN"]);
  const pill = (status) => {
    const node = make("span", status.name, "pill");
    node.style.background = status.colour;
    node.style.color = dark.has(status.name) ? "#fff" : "#1d2330";
    return node;
  };
  document.querySelectorAll(".pill[data-status]").forEach((node) => {
    node.replaceWith(pill(statuses.find((status) => status.name === node.dataset.status)));
  });

  const figure = (value) => (value === null ? "" : value.toLocaleString("en-US", { maximumFractionDigits: 2 }));
  // Rounded down: 0.9996 is not complete.
  const percent = (value) => (value === null ? "" : `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)} %`);

  const copyButton = (text) => {
    const button = make("button", "Copy", "copy");
    button.type = "button";
    button.dataset.text = text;
    return button;
  };

  function metricRows(table, date) {
    const known = table.metrics.filter((metric) => metric.code[date] !== null);
    const sorted = known
      .map((metric, place) => ({ metric, place }))
      .sort((a, b) => a.metric.code[date] - b.metric.code[date] || a.place - b.place)
      .map(({ metric }) => metric);
    const rows = make("table");
    const head = rows.insertRow();
    ["metric", "actual", "expected", "share", ""].forEach((word) => head.append(make("th", word)));
    sorted.forEach((metric) => {
      const line = rows.insertRow();
      const values = [metric.name, figure(metric.actual[date]), figure(metric.expected[date]), percent(metric.share[date])];
      values.forEach((word) => line.append(make("td", word)));
      const last = make("td");
      last.append(pill(statuses[metric.code[date]]));
      line.append(last);
    });
    return rows;
  }

  function describe(row, date, withButtons) {
    const season = seasons[shown];
    const table = season.tables[row];
    const note = season.notes[`${row},${date}`] || {};
    const text = (number) => season.texts[number];
    const box = make("div", "", "cell");
    const head = make("div", "", "cell-head");
    const worst = season.figure.data[0].z[row][date];
    head.append(worst === null ? make("span", "not in the ledger", "pill") : pill(statuses[worst]));
    head.append(make("b", table.name), make("span", season.dates[date]));
    box.append(head);
    if (worst !== null) box.append(metricRows(table, date));
    (note.cause || []).forEach((number) => box.append(make("p", `Cause: ${text(number)}`)));
    if (note.keys) box.append(make("p", `Missing: ${note.keys.join(", ")}`));
    (note.override_reason || []).forEach((number) => box.append(make("p", `Let through: ${text(number)}`)));
    (note.healed || []).forEach((number) => box.append(make("p", `Healed: ${text(number)}`)));
    (note.heal || []).forEach((number) => {
      const line = make("div", "", "command");
      line.append(make("code", text(number)));
      if (withButtons) line.append(copyButton(text(number)));
      box.append(line);
    });
    return box;
  }

  const place = (event) => ({ row: event.points[0].y, date: event.points[0].x });

  function showTip(event) {
    const { row, date } = place(event);
    tip.replaceChildren(describe(row, date, false));
    tip.hidden = false;
    const { clientX, clientY } = event.event;
    const { width, height } = tip.getBoundingClientRect();
    const left = clientX + 18 + width > innerWidth ? clientX - 18 - width : clientX + 18;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, Math.min(clientY + 14, innerHeight - height - 8))}px`;
  }

  function keep(event) {
    const { row, date } = place(event);
    kept.replaceChildren(describe(row, date, true));
    kept.hidden = false;
  }

  function outline(first, last) {
    const { dates } = seasons[shown];
    const from = dates.findIndex((day) => day >= first);
    const to = dates.findLastIndex((day) => day <= last);
    return {
      type: "rect", xref: "x", yref: "paper", x0: from - 0.5, x1: to + 0.5, y0: 0, y1: 1,
      line: { color: "#000000", width: 2 },
    };
  }

  function choose(name, range) {
    shown = name;
    kept.hidden = true;
    tip.hidden = true;
    document.querySelectorAll(".seasons button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.season === name));
    });
    const { data, layout } = seasons[name].figure;
    const shapes = [...(layout.shapes || []), ...(range ? [outline(range.first, range.last)] : [])];
    // On a resize plotly forgets the height of the layout and asks the element for its own.
    plot.style.height = `${layout.height}px`;
    Plotly.react(plot, data, { ...layout, shapes }, { responsive: true, displaylogo: false, displayModeBar: false });
  }

  async function copy(button) {
    const text = button.dataset.text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page opened from disk may be refused the clipboard; a selected field may still be copied.
      const field = make("textarea", text);
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = button.dataset.label || "Copy"; }, 1600);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.classList.contains("copy")) copy(button);
    if (button.dataset.season && button.dataset.first) {
      choose(button.dataset.season, { first: button.dataset.first, last: button.dataset.last });
      plot.scrollIntoView({ behavior: "smooth", block: "center" });
    } else if (button.dataset.season) {
      choose(button.dataset.season);
    }
  });

  if (plot) {
    const names = Object.keys(seasons);
    choose(names[names.length - 1]);
    plot.on("plotly_hover", showTip);
    plot.on("plotly_unhover", () => { tip.hidden = true; });
    plot.on("plotly_click", keep);
  }
})();
