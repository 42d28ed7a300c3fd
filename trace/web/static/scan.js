// Camera, photographs made small, scanners that type. All words stand in the page; without script its forms do the work.

const IDS =
  "scan camera view camera-said confirm confirm-number confirm-check again shoot stop photo-form photo sending cancel ask";
const parts = Object.fromEntries(IDS.split(" ").map((id) => [id, document.getElementById(id)]));

// -- photographs --

const LONGEST_SIDE = 2000;
const SMALL = 600_000;

async function shrink(file) {
  // Also what makes a JPEG of a format that only this device reads, such as HEIC.
  if (/jpeg|png|webp/.test(file.type) && file.size < SMALL) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const small = await toJpeg(picture, picture.width * scale, picture.height * scale);
    picture.close();
    return small ?? file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

async function toJpeg(picture, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, width), height: Math.max(1, height) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob && new File([blob], "photo.jpg", { type: "image/jpeg" });
}

let wanted = 0;

async function sendPhoto(file) {
  const mine = ++wanted;
  parts.sending.hidden = false;
  const small = await shrink(file);
  if (mine !== wanted) return; // cancelled meanwhile
  try {
    if (small !== file) put(small);
  } catch {
    // an old browser sends the large one
  }
  parts["photo-form"].submit();
}

function put(file) {
  const list = new DataTransfer();
  list.items.add(file);
  parts.photo.files = list.files;
}

function takeBack() {
  wanted += 1;
  window.stop();
  parts.sending.hidden = true;
  parts.photo.value = "";
  parts.photo.focus();
}

if (parts["photo-form"]) {
  parts["photo-form"].classList.add("quick");
  parts.photo.addEventListener("change", () => parts.photo.files.length && sendPhoto(parts.photo.files[0]));
  parts.cancel.addEventListener("click", takeBack);
  window.addEventListener("pageshow", (event) => {
    if (wanted && !event.persisted) return; // chosen while the page was loading
    parts.sending.hidden = true;
    parts.photo.value = ""; // the same photo may be chosen again
  });
}

// -- the camera --

const FORMATS = ["ean_13", "ean_8", "upc_a", "itf", "code_128", "data_matrix", "qr_code"];
const GROUPS = { 8: [4], 12: [1, 6, 11], 13: [1, 7], 14: [1, 3, 8, 13] };
let stream = null;
let opening = 0;
let detector = null;

async function makeDetector() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const known = await BarcodeDetector.getSupportedFormats();
    const formats = FORMATS.filter((name) => known.includes(name));
    return formats.includes("ean_13") ? new BarcodeDetector({ formats }) : null;
  } catch {
    return null;
  }
}

function tell(name) {
  parts["camera-said"].textContent = parts["camera-said"].dataset[name];
}

async function openCamera() {
  const mine = ++opening;
  parts.camera.hidden = false;
  parts.confirm.hidden = true;
  parts["camera-said"].textContent = "";
  try {
    const opened = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
    if (mine !== opening) return stopTracks(opened); // closed while the browser asked
    closeCamera();
    stream = opened;
    parts.camera.hidden = false;
    parts.view.srcObject = opened;
    parts.view.hidden = parts.stop.hidden = false;
    await parts.view.play();
  } catch (error) {
    if (mine !== opening && !stream) return;
    closeCamera();
    parts.camera.hidden = false; // its words stay readable
    parts.view.hidden = parts.shoot.hidden = parts.stop.hidden = true;
    tell(error.name === "NotAllowedError" ? "refused" : "none");
    parts["camera-said"].focus();
    return;
  }
  detector = await makeDetector();
  if (!stream) return;
  parts.shoot.hidden = false;
  tell(detector ? "looking" : "still");
  parts["camera-said"].focus();
  if (detector) look(stream, "");
}

const stopTracks = (some) => some?.getTracks().forEach((track) => track.stop());

function closeCamera() {
  opening += 1;
  stopTracks(stream);
  stream = null;
  parts.view.srcObject = null;
  parts.camera.hidden = true;
}

async function look(mine, before) {
  if (stream !== mine) return;
  let found = [];
  try {
    found = await detector.detect(parts.view);
  } catch {
    detector = null; // it exists and does not work: the picture is taken by hand
    tell("still");
    return;
  }
  const text = found.length === 1 ? found[0].rawValue : "";
  if (stream !== mine) return;
  if (text && text === before) accept(found[0]); // read twice the same: a single look can misread
  else setTimeout(look, 150, mine, text);
}

function accept({ format, rawValue }) {
  const whole = /^(ean|upc|itf)/.test(format) || /^https?:/i.test(rawValue);
  // Detectors differ in what they make of the separator FNC1; where it is not seen, the server reads the same picture.
  if (!whole && !rawValue.includes("\x1d")) return shoot();
  confirmCode(rawValue.replace(/^\x1d+/, ""));
}

function confirmCode(code) {
  closeCamera();
  parts.camera.hidden = false;
  parts.view.hidden = parts.shoot.hidden = parts.stop.hidden = true;
  const ends = /^\d+$/.test(code) ? (GROUPS[code.length] ?? []) : [];
  const shown = [0, ...ends].map((start, i) => code.slice(start, ends[i])).join(" ");
  parts["confirm-number"].textContent = shown.replaceAll("\x1d", "␝");
  parts["confirm-check"].href = `${parts.ask.action}?${new URLSearchParams({ code })}`;
  parts.confirm.hidden = false;
  tell("read");
  parts["confirm-check"].focus();
}

async function shoot() {
  const { videoWidth, videoHeight } = parts.view;
  if (!videoWidth) return;
  const file = await toJpeg(parts.view, videoWidth, videoHeight);
  closeCamera();
  if (!file) return;
  put(file);
  sendPhoto(file);
}

if (parts.scan && navigator.mediaDevices?.getUserMedia) {
  parts.scan.hidden = false;
  parts.scan.addEventListener("click", openCamera);
  parts.again.addEventListener("click", openCamera);
  parts.shoot.addEventListener("click", shoot);
  parts.stop.addEventListener("click", () => {
    closeCamera();
    parts.scan.focus();
  });
  document.addEventListener("visibilitychange", () => document.hidden && stream && closeCamera());
  window.addEventListener("pagehide", closeCamera);
}

// -- scanners that type --

const SCANNER_MS = 50; // from key to key on average; no hand is as quick over eight of them
const PAUSE_MS = 500;
const A_CODE = /^(\]|\(|https?:|urn:|\d{12,14}$|\d{16})/i;
const { code, lot, serial } = parts.ask?.elements ?? {};
const first = [code, lot, serial].find((field) => field && field.type !== "hidden");
let [keys, began, last] = [0, 0, 0];
let typed = null;

function onKey(event) {
  const { target, timeStamp } = event;
  if (event.ctrlKey && event.key === "]" && target.setRangeText) {
    event.preventDefault(); // how many scanners type the group separator
    target.setRangeText("\u241d", target.selectionStart, target.selectionEnd, "end");
  }
  if (timeStamp - last > PAUSE_MS || event.repeat) [keys, began] = [0, timeStamp];
  keys += 1;
  last = timeStamp;
  typed = target;
}

function onAsk() {
  if (keys < 8 || (last - began) / keys > SCANNER_MS) return;
  sessionStorage.setItem("scanner", "1");
  if (first !== code && A_CODE.test(first.value)) {
    code.value = first.value; // the next pack instead of this one's lot
    first.value = "";
  } else if (typed !== code && code.value === code.defaultValue) return;
  for (const field of [lot, serial]) {
    if (field && field.value === field.defaultValue) field.value = ""; // it belonged to the pack before
  }
}

if (first) {
  parts.ask.addEventListener("keydown", onKey);
  parts.ask.addEventListener("submit", onAsk);
  const desk = matchMedia("(hover: hover) and (pointer: fine)").matches;
  const focus = first !== code || !document.querySelector(".answer, .card") || sessionStorage.getItem("scanner");
  const wrong = document.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
  else if (desk && focus) {
    first.focus({ preventScroll: true });
    first.select();
  }
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register(new URL("../sw.js", import.meta.url));
