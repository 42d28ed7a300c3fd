// The desk: comfort on top of pages that work without it.

// -- scanning line by line: the form is sent and drawn again without leaving the page --

const goods = document.getElementById("goods");
const scan = goods?.elements.scan;
let sending = Promise.resolve();

async function redraw(button, body, text) {
  const answer = await fetch(button.formAction, { method: "POST", body, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("goods");
  if (!fresh) return goods.submit(); // signed out, or worse: the server says so in a page
  document.getElementById("lines").replaceWith(page.getElementById("lines"));
  const entry = (root) => root.querySelector("#scan").closest(".entry");
  const wrong = entry(fresh).querySelector(".mistake");
  entry(goods).querySelector(".mistake")?.remove();
  entry(goods).classList.toggle("wrong", Boolean(wrong));
  if (wrong) scan.setAttribute("aria-invalid", "true");
  else scan.removeAttribute("aria-invalid");
  if (wrong) scan.before(wrong);
  if (!wrong) return;
  wrong.setAttribute("role", "alert");
  if (!scan.value) scan.value = text; // what was typed stays; the next scan takes its place
  scan.select();
}

function onSubmit(event) {
  const button = event.submitter;
  if (!button?.hasAttribute("formaction")) return;
  event.preventDefault();
  const text = scan.value;
  if (button.id === "add") scan.value = "";
  // one after the other: a scanner is faster than the network, and each answer holds all the lines
  sending = sending.then(async () => {
    const body = new FormData(goods, button);
    if (button.id === "add") body.set("scan", text);
    try {
      await redraw(button, body, text);
    } catch {
      scan.value = text; // no network: nothing is lost
    }
  });
  scan.focus();
}

if (goods) goods.addEventListener("submit", onSubmit);

// -- the camera, where the browser reads codes by itself --

const camera = document.getElementById("camera");
const view = document.getElementById("camera-view");
let stream = null;

function closeCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  view.hidden = true;
}

async function look(detector, seen) {
  if (!stream) return;
  const found = await detector.detect(view).catch(() => []);
  const text = found.length === 1 ? found[0].rawValue : "";
  if (text && text === seen.candidate && text !== seen.taken) {
    scan.value = text.replace(/^\x1d+/, ""); // read twice the same
    seen.taken = text;
    goods.requestSubmit(document.getElementById("add"));
  }
  if (!text) seen.taken = ""; // it left the picture: the next one may be the same again
  seen.candidate = text;
  setTimeout(look, 200, detector, seen);
}

async function openCamera() {
  if (stream) return closeCamera();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    look(new BarcodeDetector(), { candidate: "", taken: "" });
  } catch {
    closeCamera();
    camera.hidden = true;
  }
}

if (camera && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
  camera.hidden = false;
  camera.addEventListener("click", openCamera);
  window.addEventListener("pagehide", closeCamera);
}

// -- a photograph, where there is a camera and no such browser: the server reads it --

const way = document.getElementById("photo-way");
const live = camera && !camera.hidden;

async function readPhoto(file, field, said) {
  const body = new FormData();
  body.set("csrf", document.querySelector(".who [name=csrf]").value);
  body.set("photo", file);
  said.textContent = said.dataset.reading;
  try {
    const answer = await fetch(way.dataset.address, { method: "POST", body, credentials: "same-origin" });
    const read = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("photo-read");
    said.textContent = read ? read.textContent : said.dataset.failed;
    if (!read?.dataset.code) return;
    const number = field.inputMode === "numeric" && read.dataset.gtin; // a field for the number alone
    field.value = number || read.dataset.code;
    if (field === scan) goods.requestSubmit(document.getElementById("add"));
    else field.focus();
  } catch {
    said.textContent = said.dataset.failed;
  }
}

function offerPhoto(field) {
  const offered = way.content.cloneNode(true).firstElementChild;
  const chosen = offered.querySelector("input");
  chosen.addEventListener("change", async () => {
    if (chosen.files.length) await readPhoto(chosen.files[0], field, offered.querySelector("p"));
    chosen.value = ""; // the same picture may be chosen again
  });
  (field.closest(".entry") ?? field.parentElement).append(offered);
}

if (way && matchMedia("(pointer: coarse)").matches) {
  for (const field of document.querySelectorAll("[data-scan]")) if (field !== scan || !live) offerPhoto(field);
}

// -- what was counted against what was stated --

const places = (text) => (text.split(".")[1] ?? "").length;

function compare(input) {
  const said = input.nextElementSibling;
  const [stated, counted] = [input.dataset.stated, input.value.trim().replace(/[,，]/g, "")];
  const known = /^\d+(\.\d+)?$/.test(counted);
  const difference = Number(counted) - Number(stated);
  const size = Math.abs(difference).toFixed(Math.max(places(stated), places(counted)));
  const words = difference < 0 ? said.dataset.short : said.dataset.over;
  said.textContent = known && Number(size) ? words.replace("#", size) : "";
}

for (const input of document.querySelectorAll("[data-stated]")) {
  input.addEventListener("input", () => compare(input));
  compare(input);
}

// -- the focus, and scanners that type the group separator as Ctrl and ] --

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey || event.key !== "]" || !event.target.matches?.("[data-scan]")) return;
  event.preventDefault();
  event.target.setRangeText("\u241d", event.target.selectionStart, event.target.selectionEnd, "end");
});

const wrong = document.querySelector("main [aria-invalid]") ?? document.querySelector(".mistakes");
if (wrong) wrong.focus();
else if (matchMedia("(hover: hover) and (pointer: fine)").matches) document.querySelector("main form.narrow [data-scan]")?.focus({ preventScroll: true });
