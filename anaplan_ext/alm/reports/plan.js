
"use strict";
(() => {
  const form = document.getElementById("filter");
  const query = document.getElementById("query");
  const risky = document.getElementById("risky");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll("tr.change")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const sections = [...document.querySelectorAll("main > section")];
  function update() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      row.hidden = !fits || (risky.checked && !row.classList.contains("risky"));
      shown += row.hidden ? 0 : 1;
    });
    for (const section of sections) {
      section.hidden = !section.querySelector("tr.change:not([hidden])");
    }
    count.textContent = `${shown} of ${rows.length} changes`;
  }
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = rows.length === 0;
  update();
})();
