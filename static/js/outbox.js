/* What is not sent yet waits on this phone for a day: whatever Send was pressed for, and drafts of named reports.
   Each carries its submission key, so it never arrives twice. Where others use the phone nothing is kept. */

const LIFE = 24 * 3600 * 1000, STORE = "outbox";
let opened;

export class Refused extends Error {} // an answer that trying again does not change

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("hazard", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
  return opened;
}

async function ask(mode, deed) {
  const box = (await open()).transaction(STORE, mode).objectStore(STORE);
  return new Promise((resolve, reject) => {
    const request = deed(box);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/* Says whether the entry is on the phone now. */
export async function put(entry) {
  try {
    await ask("readwrite", (box) => box.put(entry));
    return true;
  } catch {
    return false; // storage is full or switched off
  }
}

export async function remove(key) {
  try { await ask("readwrite", (box) => box.delete(key)); } catch { /* nothing was kept */ }
}

export async function all() {
  try {
    const entries = await ask("readonly", (box) => box.getAll());
    const old = entries.filter((entry) => Date.now() - entry.at > LIFE);
    await Promise.all(old.map((entry) => remove(entry.key)));
    return entries.filter((entry) => !old.includes(entry)).sort((one, other) => one.at - other.at);
  } catch {
    return [];
  }
}

const told = (entry, name) => entry.fields.find(([field]) => field === name)?.[1] ?? "";
const missing = (entry) => entry.photos.filter((photo) => !photo.id && !photo.refused);

/* Sends what one entry still lacks: the report as soon as a word or a photo is there, the other photos after it. */
export async function deliver(entry, moved = () => {}) {
  if (entry.state === "waiting") {
    const shown = entry.photos.some((photo) => photo.id) || told(entry, "voice");
    if (!told(entry, "description").trim() && !shown && missing(entry).length) await sendPhoto(entry, missing(entry)[0]);
    await sendReport(entry);
    entry.state = "sent";
    await put(entry);
    moved(entry);
  }
  for (const photo of missing(entry)) {
    await sendPhoto(entry, photo);
    moved(entry);
  }
  if (entry.state === "photos") await remove(entry.key);
}

export async function sendReport(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const photo of entry.photos) if (photo.id) body.append("photo", photo.id);
  const answer = await fetch("/report", { method: "POST", body, credentials: "same-origin" });
  if (answer.redirected || answer.status >= 500) {
    if (answer.redirected) return;
    throw new Error("later");
  }
  entry.state = "refused";
  await put(entry);
  throw new Refused();
}

async function sendPhoto(entry, photo) {
  const body = new FormData();
  for (const name of ["csrf_token", "submission_key"]) body.append(name, told(entry, name));
  body.append("photo", photo.blob, "photo.jpg");
  const gone = new AbortController(), patience = setTimeout(() => gone.abort(), 60000);
  const answer = await fetch("/report/photos", { method: "POST", body, credentials: "same-origin", signal: gone.signal });
  clearTimeout(patience);
  if (answer.status >= 500) throw new Error("later");
  if (answer.status === 201) Object.assign(photo, await answer.json(), { blob: null });
  else photo.refused = true;
  await put(entry);
}

/* Delivers everything that waits, but what the page has in hand; stops where the network does. */
export async function flush(inHand, moved) {
  for (const entry of await all()) {
    const waits = entry.state === "waiting" || ["photos", "sent"].includes(entry.state) && missing(entry).length;
    if (!waits || entry.key === inHand) continue;
    try {
      await deliver(entry, moved);
    } catch (error) {
      if (!(error instanceof Refused)) return;
      moved(entry);
    }
  }
}
