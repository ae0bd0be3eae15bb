/* The report page: photos go one by one as they are chosen, words wait in a draft, nothing is lost. */

import { Answered, Refused, all, deliver, flush, missing, patienceFor, put, refusal, remove, sendVoice } from "./outbox.js";
import { counters } from "./ui.js";

const LONGEST_SIDE = 1600, MOST_PHOTOS = 9, PATIENCE = [2000, 6000, 15000];

const FOLLOW = 4000; // how long the page stays for photos that are nearly there
const NEVER_KEPT = ["photo", "photos", "voice", "voice_file"]; // photos and voice are kept beside the fields
const WHO = ["name", "team", "company", "phone"]; // kept only once Send was pressed

let form, parcels, sending, unsent, waits, speaking, soon; // waits: Send was pressed, the phone keeps it

const say = (name, n, m) => form.dataset[name].replace("{n}", n).replace("{m}", m);
const newTile = () => part("sent-photo").content.firstElementChild.cloneNode(true);
const part = (id) => document.getElementById(id);
const fileInputs = () => [part("camera"), part("album")];
const field = (name) => form.elements[name];
const key = () => field("submission_key").value;
const pause = (time) => new Promise((resume) => {
  setTimeout(resume, time);
  form.addEventListener("hazard:hurry", resume, { once: true });
});

function start() {
  form = part("report");
  parcels = [];
  sending = unsent = waits = false;
  moveInputs();
  form.addEventListener("submit", send);
  for (const kind of ["input", "change"]) form.addEventListener(kind, keepSoon);
  form.addEventListener("change", askNearby);
  for (const label of form.querySelectorAll("label[for^=identity-]")) label.addEventListener("click", () => setTimeout(focusName));
  part("voice_file").addEventListener("change", () => { speaking = speak(); });
  comeBack();
  for (const input of fileInputs()) {
    input.addEventListener("change", () => take(input));
    if (input.files.length) take(input); // chosen before this script had come
  }
  counters(document);
  report();
}

/* With scripts the inputs lie under their big buttons, so keyboard and focus follow the eye. */
function moveInputs() {
  for (const input of [...fileInputs(), part("voice_file")]) form.querySelector(`.takes [for=${input.id}], .speak[for=${input.id}]`).append(input);
}

/* A name asked for is typed next: no touch in between. */
function focusName() {
  if (field("identity").value !== "anonymous" && !field("name")?.value) field("name")?.focus();
}

/* ---- what is known at this place ---- */

async function askNearby(event) {
  if (!["category", "place"].includes(event.target.name)) return;
  const asked = new URLSearchParams({ poster: field("poster").value, place: field("place")?.value ?? "", category: field("category").value });
  try {
    const answer = await fetch(`/report/nearby?${asked}`);
    if (answer.ok) part("nearby").innerHTML = await answer.text();
  } catch { /* a hint only */ }
}

/* ---- voice ---- */

async function speak() {
  const [file] = part("voice_file").files;
  if (!file) return;
  const before = [...part("spoken").children];
  part("voice_file").disabled = true;
  part("spoken").textContent = form.dataset.wait;
  try {
    addVoice(await sendVoice(field("csrf_token").value, key(), file));
    part("voice_file").value = "";
    trouble("");
  } catch (error) {
    part("spoken").replaceChildren(...before);
    if (error instanceof Refused) part("voice_file").value = "";
    trouble(error instanceof Answered ? error.message : form.dataset.offline); // the form still carries the file
  }
  part("voice_file").disabled = false;
  keepSoon();
}

function addVoice({ id, words }) {
  const note = part("voice-note").content.firstElementChild.cloneNode(true);
  note.querySelector("input").value = id;
  note.querySelector("span").textContent = words;
  part("spoken").replaceChildren(note);
}

/* A recording that waited on this phone goes back into its field. */
function speakAgain(blob) {
  const files = new DataTransfer();
  files.items.add(new File([blob], "voice", { type: blob.type }));
  part("voice_file").files = files.files;
  speaking = speak();
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
  keepSoon();
  for (const wait of [...PATIENCE, null]) {
    try {
      arrived(parcel, await upload(parcel));
      break;
    } catch (error) {
      if (error instanceof Refused || wait === null || sending) { failed(parcel, error); break; }
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

function upload(parcel, again = true) {
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("submission_key", form.elements.submission_key.value);
  body.append("photo", parcel.blob, "photo.jpg");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/report/photos");
    request.responseType = "json";
    request.timeout = patienceFor(parcel.blob);
    request.upload.onprogress = (event) => { parcel.tile.querySelector("progress").value = event.loaded / event.total; };
    request.onload = () => {
      const { error: words = form.dataset.again, csrf_token: fresh } = request.response ?? {};
      if (fresh) field("csrf_token").value = fresh; // the page was open for a day
      if (fresh && again) return resolve(upload(parcel, false));
      if (request.status === 201) resolve(request.response);
      else reject(refusal(request.status, words));
    };
    request.onerror = request.ontimeout = () => reject(new Answered(form.dataset.again));
    request.send(body);
  });
}

function arrived(parcel, { id, thumbnail }) {
  parcel.state = "sent";
  fill(parcel.tile, id, thumbnail);
  parcel.tile.querySelector("progress").remove();
  keepSoon();
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
  const refused = error instanceof Refused;
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

/* ---- what waits on this phone ---- */

const isShared = () => field("shared").checked;

function entryOf(state) {
  const fields = [...new FormData(form)].filter(([name]) => !NEVER_KEPT.includes(name) && (state !== "draft" || !WHO.includes(name)));
  const ids = [...form.querySelectorAll("#sent input:checked:enabled")].map((box) => ({ id: box.value, thumbnail: box.nextElementSibling.src }));
  return {
    key: key(), at: Date.now(), path: location.pathname, place: form.dataset.place, state, fields,
    photos: [...ids, ...late().map(({ blob }) => ({ id: null, blob }))], voice: voiceNow(),
  };
}

const late = () => parcels.filter((parcel) => ["going", "failed"].includes(parcel.state) && parcel.blob);

function voiceNow() {
  const sent = part("spoken").querySelector("input:checked"), [blob] = part("voice_file").files;
  return sent ? { id: sent.value, words: sent.nextElementSibling.textContent } : blob ? { blob } : null;
}

function keepSoon() {
  clearTimeout(soon);
  soon = setTimeout(keepDraft, 1000);
}

/* Of an unnamed report nothing is kept before it is sent. */
async function keepDraft() {
  clearTimeout(soon);
  if (isShared()) return remove(key());
  if (sending || waits) return;
  const draft = entryOf("draft"), named = new FormData(form).get("identity") === "named";
  const empty = !field("description").value.trim() && !draft.photos.length && !draft.voice;
  if (!named || empty) return remove(key());
  await put(draft);
}

async function comeBack() {
  const entries = await all();
  const wanted = location.hash.startsWith("#draft=") ? location.hash.slice(7) : "";
  if (wanted) history.replaceState(null, "", location.pathname);
  const here = entries.filter((entry) => entry.state === "draft" && entry.path === location.pathname);
  const touched = field("description").value || parcels.length || voiceNow() || document.querySelector("main [role=alert]:not([hidden])");
  const own = entries.find((entry) => entry.key === wanted) ?? (here.length === 1 && !touched ? here[0] : null);
  if (own) restore(own);
  list();
  work();
}

function restore(entry) {
  form.reset();
  part("sent").replaceChildren();
  parcels = [];
  for (const box of form.querySelectorAll("[type=radio], [type=checkbox]")) box.checked = false;
  for (const [name, value] of entry.fields) {
    if (name === "csrf_token") continue; // the page's own is fresh
    for (const input of form.querySelectorAll(`[name="${name}"]`))
      if (["radio", "checkbox"].includes(input.type)) input.checked ||= input.value === value;
      else input.value = value;
  }
  field("place")?.closest("details")?.toggleAttribute("open", Boolean(field("place").value));
  for (const photo of entry.photos)
    if (photo.id) addSent(photo.id, photo.thumbnail);
    else if (photo.blob) takeBlob(photo.blob);
  if (entry.voice?.id) addVoice(entry.voice);
  else if (entry.voice) speakAgain(entry.voice.blob);
  part("restored").textContent = form.dataset.restored;
  part("restored").hidden = false;
  report();
}

function takeBlob(blob) {
  const parcel = { file: blob, blob, input: part("album"), tile: makeTile(blob) };
  parcels.push(parcel);
  parcel.way = dispatch(parcel);
}

async function list() {
  const box = part("outbox");
  const entries = (await all()).filter((entry) => entry.key !== key() && entry.state !== "photos");
  box.querySelector("ul").replaceChildren(...entries.map(lineOf));
  box.hidden = !entries.length;
}

function lineOf(entry) {
  const line = part("outbox-line").content.firstElementChild.cloneNode(true);
  const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  line.querySelector("b").textContent = entry.place || when.format(entry.at);
  line.querySelector(".hint").textContent = `${when.format(entry.at)} · ${part("outbox").dataset[entry.state]}`;
  const [open, drop] = line.querySelectorAll("button");
  open.textContent = part("outbox").dataset[entry.state === "sent" ? "receipt" : "open"];
  open.addEventListener("click", () => (entry.state === "sent" ? showReceipt(entry) : resume(entry)));
  drop.addEventListener("click", async () => { await remove(entry.key); list(); });
  return line;
}

async function resume(entry) {
  await keepDraft();
  location.assign(`${entry.path}#draft=${entry.key}`);
  if (entry.path === location.pathname) location.reload();
}

/* The same form again shows the same receipt; photos that are not there yet follow from it. */
async function showReceipt(entry) {
  try {
    await deliver({ ...entry, state: "waiting", photos: [] });
    await onlyPhotos(entry, missing(entry));
    location.assign("/receipt");
  } catch {
    trouble(form.dataset.offline);
  }
}

const work = () => flush(key(), list);

/* ---- sending ---- */

async function send(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  part("send").setAttribute("aria-disabled", "true");
  trouble("");
  report();
  form.dispatchEvent(new Event("hazard:hurry"));
  clearTimeout(soon);
  const safe = waits = !isShared() && await packed();
  if (speaking) await speaking.then(() => safe && packed());
  if (!safe) await Promise.all(parcels.map((parcel) => parcel.way));
  else if (!isTold()) await oneThere();
  report();
  try {
    await settle(await fetch(form.action, { method: "POST", body: content(safe && isTold()), credentials: "same-origin" }), safe);
  } catch {
    await notSent();
  }
}

/* Something the desk can read, see or hear is with the server, or goes in the form. */
const isTold = () => field("description").value.trim() || voiceNow() || form.querySelector("#sent input:checked:enabled");

/* Waits until one photo has arrived, or none can; the others follow. */
const oneThere = () => new Promise((resume) => {
  for (const parcel of parcels) parcel.way.then(() => parcel.state === "sent" && resume());
  Promise.all(parcels.map((parcel) => parcel.way)).then(resume);
});

/* Keeps the whole report on the phone before it goes; says whether it is there. */
async function packed() {
  await Promise.all(parcels.map(async (parcel) => { parcel.blob ??= await shrink(parcel.file); }));
  return put(entryOf("waiting"));
}

/* Photos that are on their way follow the report where the phone keeps them; else they go with it. */
function content(follow) {
  const body = new FormData(form);
  body.delete("photos");
  if (part("spoken").querySelector("input")) body.delete("voice_file");
  if (!follow) for (const parcel of parcels) if (parcel.state === "failed") body.append("photos", parcel.blob, "photo.jpg");
  return body;
}

async function settle(answer, safe) {
  if (answer.redirected) {
    if (safe) await Promise.race([Promise.all(parcels.map((parcel) => parcel.way)), new Promise((resume) => setTimeout(resume, FOLLOW))]);
    await leave(safe);
    return location.assign(answer.url);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("report")) return notSent(page.querySelector("[role=alert]")?.textContent);
  await remove(key());
  const onTheirWay = late();
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  start();
  for (const { blob } of onTheirWay) takeBlob(blob);
  const alert = document.querySelector("main [role=alert]:not([hidden])");
  alert?.scrollIntoView({ block: "center" });
}

/* The report is there; photos that are not go on from the receipt. */
const leave = (safe) => onlyPhotos(entryOf("photos"), safe ? late() : []);

/* Neither words nor a name stay with them. */
function onlyPhotos(entry, photos) {
  if (!photos.length) return remove(entry.key);
  const fields = entry.fields.filter(([name]) => ["csrf_token", "submission_key"].includes(name));
  const before = entry.photos.filter((photo) => photo.id).length;
  return put({ ...entry, state: "photos", fields, before, voice: null, photos: photos.map(({ blob }) => ({ id: null, blob })) });
}

async function notSent(words) {
  sending = false;
  unsent = !words;
  part("send").removeAttribute("aria-disabled");
  report();
  const kept = (await all()).some((entry) => entry.key === key());
  trouble(`${kept ? form.dataset.saved : form.dataset.kept}\n${words ?? form.dataset.offline}`);
}

function trouble(words) {
  part("trouble").hidden = !words;
  part("trouble").textContent = words;
}

/* The network is back: what was in hand goes first. */
function retry() {
  for (const parcel of parcels) if (parcel.state === "failed") parcel.way = dispatch(parcel);
  if (unsent) form.requestSubmit();
  work();
}

addEventListener("online", retry);
setInterval(() => unsent && !sending && navigator.onLine && retry(), 30000);
addEventListener("pageshow", (event) => event.persisted && sending && location.reload());
start();
