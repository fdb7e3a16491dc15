(function () {
  "use strict";
  var themes = {
    light: {primary: "#0b5cad", soft: "rgba(11,92,173,0.16)", second: "#b54708", muted: "#7a869a",
            third: "#1a7f64", fourth: "#7a4fb5", fifth: "#a03050", ink: "#1d2939", line: "#e4e7ec"},
    dark: {primary: "#7db8f5", soft: "rgba(125,184,245,0.2)", second: "#f7b267", muted: "#8c98ab",
           third: "#6fd3b4", fourth: "#c3a5f2", fifth: "#f497b0", ink: "#e6e9ef", line: "#2c3646"}
  };
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function draw(name) {
    var theme = themes[name];
    document.querySelectorAll(".chart").forEach(function (place) {
      var text = document.getElementById(place.id + "-data").textContent;
      var figure = JSON.parse(text.replace(/"@([a-z]+)"/g, function (_, role) {
        return JSON.stringify(theme[role]);
      }));
      var layout = figure.layout;
      layout.font = {family: "system-ui, sans-serif", size: 13, color: theme.ink};
      layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
      layout.margin = {l: 62, r: 16, t: 12, b: 48};
      layout.legend = {orientation: "h", y: 1.12, x: 0};
      ["xaxis", "yaxis"].forEach(function (axis) {
        layout[axis] = Object.assign({gridcolor: theme.line, zeroline: false, linecolor: theme.line,
                                      automargin: true},
                                     layout[axis]);
      });
      Plotly.react(place, figure.data, layout,
                   {displayModeBar: false, responsive: true, staticPlot: false});
    });
  }
  function now() { draw(dark.matches ? "dark" : "light"); }
  now();
  dark.addEventListener("change", now);
  window.addEventListener("beforeprint", function () { draw("light"); });
  window.addEventListener("afterprint", now);
})();
