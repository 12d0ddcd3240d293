// Draws each chart from the table beside it. Without this file the tables stand open and say the same.
(function () {
  "use strict";
  if (!window.echarts) return;
  var drawn = [];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // The numbers of a table: heads, labels, and per column its values and where each leads.
  function read(table) {
    var heads = Array.prototype.map.call(table.querySelectorAll("thead th"), function (cell) {
      return { label: cell.textContent, isBefore: cell.hasAttribute("data-before") };
    });
    var labels = [];
    var columns = heads.map(function () { return []; });
    table.querySelectorAll("tbody tr").forEach(function (row) {
      labels.push(row.querySelector("th").textContent);
      row.querySelectorAll("td").forEach(function (cell, at) {
        var link = cell.querySelector("a");
        columns[at].push({ value: Number(cell.dataset.v), text: cell.textContent, link: link ? link.href : "" });
      });
    });
    return { heads: heads, labels: labels, columns: columns };
  }

  function palette() {
    return [colour("--accent"), colour("--due"), colour("--wait"), colour("--done"), colour("--late")];
  }

  function option(place, told) {
    var lies = place.dataset.shape === "bars";
    var colours = palette();
    var ink = colour("--ink"), quiet = colour("--quiet"), rule = colour("--rule"), paper = colour("--paper");
    var font = getComputedStyle(document.body).fontFamily;
    var words = { type: "category", data: told.labels, inverse: lies, axisTick: { show: false },
      axisLine: { lineStyle: { color: rule } },
      axisLabel: { color: quiet, fontFamily: font, interval: 0, hideOverlap: !lies, width: lies ? 132 : undefined, overflow: lies ? "truncate" : "none" } };
    var numbers = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: rule } }, splitNumber: 4,
      axisLabel: { color: quiet, fontFamily: font, hideOverlap: true, formatter: function (value) {
        return value >= 10000 ? Math.round(value / 1000) / 10 + place.dataset.wan : String(value);
      } } };
    var shade = -1;
    var series = told.heads.map(function (head, at) {
      if (!head.isBefore) shade += 1;
      var one = colours[shade % colours.length];
      return { type: "bar", name: head.label, barMaxWidth: 26, barGap: "12%", stack: place.dataset.shape === "stack" ? "one" : undefined,
        itemStyle: { color: one, opacity: head.isBefore ? 0.32 : 1, borderRadius: lies ? [0, 3, 3, 0] : [3, 3, 0, 0] },
        emphasis: { itemStyle: { opacity: head.isBefore ? 0.55 : 0.85 } },
        data: told.columns[at].map(function (cell) {
          return { value: cell.value, cursor: cell.link ? "pointer" : "default" };
        }) };
    });
    return { animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 250,
      textStyle: { fontFamily: font, color: ink },
      grid: { left: 4, right: 18, top: told.heads.length > 1 ? 34 : 12, bottom: 4, containLabel: true },
      legend: { show: told.heads.length > 1, top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: quiet, fontFamily: font }, type: "scroll" },
      // Drawn on the canvas: the policy of this site forbids the styles of a box of HTML.
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, backgroundColor: paper, borderColor: rule,
        textStyle: { color: ink, fontFamily: font },
        formatter: function (points) {
          return points[0].axisValueLabel + "\n" + points.map(function (point) {
            return point.seriesName + "  " + told.columns[point.seriesIndex][point.dataIndex].text;
          }).join("\n");
        } },
      xAxis: lies ? numbers : words, yAxis: lies ? words : numbers, series: series };
  }

  function draw(place) {
    var card = place.closest(".chart-card");
    var told = read(card.querySelector("table"));
    if (place.dataset.shape === "bars") place.classList.add("rows-" + Math.min(12, Math.max(3, told.labels.length)));
    place.classList.add("is-drawn");
    card.querySelector("details").removeAttribute("open");
    var chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(place, told));
    chart.on("click", function (point) {
      var link = told.columns[point.seriesIndex][point.dataIndex].link;
      if (link) window.location.assign(link);
    });
    drawn.push({ chart: chart, place: place, told: told });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-chart]").forEach(draw);
    window.addEventListener("resize", function () { drawn.forEach(function (one) { one.chart.resize(); }); });
    new MutationObserver(function () {
      drawn.forEach(function (one) { one.chart.setOption(option(one.place, one.told), true); });
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  });
})();
