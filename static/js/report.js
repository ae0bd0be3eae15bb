/* The report page: photos go one by one as they are chosen, words wait in a draft, nothing is lost. */

import { forget, keep, keepSoon, restore } from "./draft.js";
import { counters } from "./ui.js";

const LONGEST_SIDE = 1600, MOST_PHOTOS = 9, PATIENCE = [2000, 6000, 15000];
const NEVER = [409, 413, 415, 422]; // answers that trying again does not change

let form, parcels, sending;

class Gone extends Error {} // this photo may still go through later

const say = (name, n, m) => form.dataset[name].replace("{n}", n).replace("{m}", m);
const newTile = () => part("sent-photo").content.firstElementChild.cloneNode(true);
const part = (id) => document.getElementById(id);
const fileInputs = () => [part("camera"), part("album")];
const pause = (time) => new Promise((resume) => {
  setTimeout(resume, time);
  form.addEventListener("hazard:hurry", resume, { once: true });
});

function start() {
  form = part("report");
  parcels = [];
  sending = false;
  moveInputs();
  restore(form, addSent);
  form.addEventListener("submit", send);
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => keepSoon(form));
  for (const input of fileInputs()) {
    input.addEventListener("change", () => take(input));
    if (input.files.length) take(input); // chosen before this script had come
  }
  counters(document);
  report();
}

/* With scripts the inputs lie under their big buttons, so keyboard and focus follow the eye. */
function moveInputs() {
  for (const input of fileInputs()) form.querySelector(`.shoot[for=${input.id}], .album[for=${input.id}]`).append(input);
}

/* ---- photos ---- */

function take(input) {
  const room = MOST_PHOTOS - part("sent").querySelectorAll("input:checked").length;
  const files = [...input.files];
  if (files.length > room) trouble(form.dataset.many);
  const fresh = files.slice(0, Math.max(room, 0)).map((file) => ({ file, input, tile: makeTile(file) }));
  parcels.push(...fresh);
  emptyWhenDone(input);
  for (const parcel of fresh) parcel.way = dispatch(parcel);
}

function makeTile(file) {
  const tile = newTile();
  tile.querySelector("img").src = URL.createObjectURL(file);
  tile.querySelector("input").disabled = true; // no id yet
  tile.append(Object.assign(document.createElement("progress"), { max: 1, value: 0 }));
  part("sent").append(tile);
  return tile;
}

async function dispatch(parcel) {
  parcel.tile.querySelector("button")?.remove();
  parcel.state = "going";
  report();
  parcel.blob ??= await shrink(parcel.file);
  for (const wait of [...PATIENCE, null]) {
    try {
      arrived(parcel, await upload(parcel));
      break;
    } catch (error) {
      if (!(error instanceof Gone) || wait === null || sending) { failed(parcel, error); break; }
      await pause(wait);
    }
  }
  emptyWhenDone(parcel.input);
  report();
}

async function shrink(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    return small && small.size < file.size ? small : file;
  } catch {
    return file; // the server can read more kinds than this phone
  }
}

function upload(parcel) {
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("submission_key", form.elements.submission_key.value);
  body.append("photo", parcel.blob, "photo.jpg");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/report/photos");
    request.responseType = "json";
    request.timeout = 60000;
    request.upload.onprogress = (event) => { parcel.tile.querySelector("progress").value = event.loaded / event.total; };
    request.onload = () => {
      const words = request.response?.error ?? form.dataset.again;
      if (request.status === 201) resolve(request.response);
      else reject(NEVER.includes(request.status) ? new Error(words) : new Gone(words));
    };
    request.onerror = request.ontimeout = () => reject(new Gone(form.dataset.again));
    request.send(body);
  });
}

function arrived(parcel, { id, thumbnail }) {
  parcel.state = "sent";
  fill(parcel.tile, id, thumbnail);
  parcel.tile.querySelector("progress").remove();
  keepSoon(form);
}

function fill(tile, id, thumbnail) {
  const box = tile.querySelector("input");
  box.value = id;
  box.disabled = false;
  const image = tile.querySelector("img");
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.src = thumbnail;
}

function addSent(id, thumbnail) {
  const tile = newTile();
  fill(tile, id, thumbnail);
  part("sent").append(tile);
}

function failed(parcel, error) {
  const refused = !(error instanceof Gone);
  parcel.state = refused ? "refused" : "failed";
  if (refused) trouble(error.message);
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: error.message });
  button.addEventListener("click", () => {
    if (!refused) return void (parcel.way = dispatch(parcel));
    parcel.tile.remove();
    trouble("");
  });
  parcel.tile.append(button);
}

/* An input keeps its files until each has been sent, so a form without this script still carries them. */
function emptyWhenDone(input) {
  if (parcels.every((parcel) => parcel.input !== input || ["sent", "refused"].includes(parcel.state))) input.value = "";
}

function report() {
  const counted = parcels.filter((parcel) => parcel.state !== "refused");
  const sent = counted.filter((parcel) => parcel.state === "sent").length;
  const going = counted.some((parcel) => parcel.state === "going");
  const line = part("sent-count");
  line.hidden = !counted.length;
  line.textContent = say("sent", sent, counted.length);
  const button = part("send");
  button.dataset.plain ??= button.textContent;
  button.textContent = going ? say("sending", sent, counted.length) : sending ? form.dataset.wait : button.dataset.plain;
}

/* ---- sending ---- */

async function send(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  part("send").setAttribute("aria-disabled", "true");
  trouble("");
  report();
  form.dispatchEvent(new Event("hazard:hurry"));
  await Promise.all(parcels.map((parcel) => parcel.way));
  report();
  try {
    settle(await fetch(form.action, { method: "POST", body: content(), credentials: "same-origin" }));
  } catch {
    notSent();
  }
}

function content() {
  const body = new FormData(form);
  body.delete("photos");
  for (const parcel of parcels) if (parcel.state === "failed") body.append("photos", parcel.blob, "photo.jpg");
  return body;
}

async function settle(answer) {
  if (answer.redirected) {
    forget();
    return location.assign(answer.url);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("report")) return notSent(page.querySelector("[role=alert]")?.textContent);
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  start();
  const alert = document.querySelector("main [role=alert]:not([hidden])");
  alert?.scrollIntoView({ block: "center" });
}

function notSent(words) {
  sending = false;
  part("send").removeAttribute("aria-disabled");
  report();
  const safe = keep(form) ? form.dataset.saved : form.dataset.kept;
  trouble(`${safe}\n${words ?? form.dataset.offline}`);
}

function trouble(words) {
  part("trouble").hidden = !words;
  part("trouble").textContent = words;
}

addEventListener("pageshow", (event) => event.persisted && sending && location.reload());
start();
