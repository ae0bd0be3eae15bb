/* What is not sent yet waits on this phone for a day: whatever Send was pressed for, and drafts of named reports.
   Each carries its submission key, so it never arrives twice. Where others use the phone nothing is kept. */

const LIFE = 24 * 3600 * 1000, STORE = "outbox";
let opened;

export class Answered extends Error {} // in the server's words
export class Refused extends Answered {} // an answer that trying again does not change

const NEVER = [409, 413, 415, 422];
export const refusal = (status, words) => (NEVER.includes(status) ? new Refused(words) : new Answered(words));
export const patienceFor = (blob) => 60000 + blob.size / 10; // milliseconds: 10 kB a second at the least

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
export const missing = (entry) => entry.photos.filter((photo) => !photo.id && !photo.refused);

/* Sends what one entry still lacks: the report as soon as a word or a photo is there, the other photos after it. */
export async function deliver(entry, moved = () => {}) {
  if (entry.state === "waiting") {
    if (entry.voice && !entry.voice.id) await speak(entry);
    const shown = entry.photos.some((photo) => photo.id) || entry.voice;
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

async function sendReport(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const photo of entry.photos) if (photo.id) body.append("photo", photo.id);
  if (entry.voice) body.append("voice", entry.voice.id);
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
  try {
    Object.assign(photo, await sendFile("/report/photos", "photo", told(entry, "csrf_token"), entry.key, photo.blob), { blob: null });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    photo.refused = error.message;
  }
  await put(entry);
}

async function speak(entry) {
  try {
    entry.voice = await sendVoice(told(entry, "csrf_token"), entry.key, entry.voice.blob);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    entry.state = "refused";
    await put(entry);
    throw error;
  }
  await put(entry);
}

export const sendVoice = (token, key, blob) => sendFile("/report/voice", "voice_file", token, key, blob);

async function sendFile(address, name, token, key, blob, again = true) {
  const body = new FormData();
  for (const [field, value] of [["csrf_token", token], ["submission_key", key]]) body.append(field, value);
  body.append(name, blob, name);
  const gone = new AbortController(), patience = setTimeout(() => gone.abort(), patienceFor(blob));
  try {
    const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", signal: gone.signal });
    const told = await answer.json();
    if (answer.status === 201) return told;
    if (told.csrf_token && again) return sendFile(address, name, told.csrf_token, key, blob, false); // a day has passed
    throw refusal(answer.status, told.error);
  } finally {
    clearTimeout(patience);
  }
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
