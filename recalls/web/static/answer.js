// Answering a recall: says at once how the figures of a batch add up against what came.
"use strict";

const PARTS = ["on_hand", "returned", "destroyed", "sold", "corrected", "shipped_on", "lost"];
const FINEST = 1e6; // figures have at most six places after the point

function addUp(goods, told) {
  let sum = 0;
  let typed = false;
  for (const name of PARTS) {
    const field = goods.querySelector(`input[name$=".${name}"]`);
    if (!field || field.value.trim() === "") continue;
    const value = Number(field.value.normalize("NFKC"));
    if (!Number.isFinite(value)) { told.textContent = ""; return; }
    typed = true;
    sum += Math.round(value * FINEST);
  }
  const left = Math.round(Number(goods.dataset.came) * FINEST) - sum;
  const words = left === 0 ? goods.dataset.fits : left > 0 ? goods.dataset.open : goods.dataset.above;
  told.textContent = typed ? words.replace("{number}", String(Math.abs(left) / FINEST)) : "";
}

for (const goods of document.querySelectorAll("fieldset.goods[data-came]")) {
  const told = document.createElement("output");
  told.className = "source";
  goods.querySelector(".figures").after(told);
  goods.addEventListener("input", () => addUp(goods, told));
  addUp(goods, told);
}
