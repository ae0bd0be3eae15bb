/* What was written waits on this phone for a day: never a name or a phone number, and nothing of an anonymous report. */

const LIFE = 24 * 3600 * 1000;
const KEY = `hazard-draft:${location.pathname}`;
const WORDS = ["place", "description", "suggestion", "spot", "found_at"];
const CHOICES = ["category", "urgency", "done_already", "identity", "desk", "about"];

let soon;

export function keepSoon(form) {
  clearTimeout(soon);
  soon = setTimeout(() => keep(form), 1000);
}

/* Says whether the draft is on the phone now. */
export function keep(form) {
  const data = new FormData(form);
  if (data.get("identity") !== "named") return forget();
  const draft = { at: Date.now(), key: data.get("submission_key"), fields: {} };
  for (const name of [...WORDS, ...CHOICES]) draft.fields[name] = data.getAll(name);
  draft.photos = [...form.querySelectorAll("#sent input:checked:enabled")].map((box) => [box.value, box.nextElementSibling.src]);
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
    return true;
  } catch {
    return false; // storage is full or switched off
  }
}

export function forget() {
  clearTimeout(soon);
  try { localStorage.removeItem(KEY); } catch { /* switched off: nothing was kept */ }
  return false;
}

/* Fills an untouched form; the key comes back too, so what did arrive is not reported twice. */
export function restore(form, addPhoto) {
  const draft = read();
  if (!draft || form.elements.description.value || document.querySelector("main [role=alert]:not([hidden])")) return;
  if (!draft.photos.length && !draft.fields.description[0]) return;
  form.elements.submission_key.value = draft.key;
  for (const name of WORDS) if (form.elements[name]) form.elements[name].value = draft.fields[name]?.[0] ?? "";
  for (const name of CHOICES)
    for (const box of form.querySelectorAll(`[name=${name}]`)) box.checked = (draft.fields[name] ?? []).includes(box.value);
  for (const [id, thumbnail] of draft.photos) addPhoto(id, thumbnail);
  const line = document.getElementById("restored");
  line.textContent = form.dataset.restored;
  line.hidden = false;
}

function read() {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY));
    return draft && Date.now() - draft.at < LIFE ? draft : forget();
  } catch {
    return null;
  }
}
