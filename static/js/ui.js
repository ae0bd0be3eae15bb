/* What every page may use; each piece finds its own marks and needs no page to call it. */

document.documentElement.classList.add("js");

export function counters(root) {
  for (const counter of root.querySelectorAll("[data-counts]")) {
    const area = document.getElementById(counter.dataset.counts);
    if (!area || counter.dataset.ready) continue;
    const most = Number(area.dataset.max);
    const show = () => {
      const length = [...area.value].length; // code points, as the server counts
      counter.textContent = `${length}/${most}`;
      counter.classList.toggle("over", length > most);
      counter.hidden = length < most / 10;
    };
    counter.dataset.ready = "yes";
    area.addEventListener("input", show);
    show();
  }
}

function guardDoubleTap(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.id === "report") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => release(form), 8000); // a lost answer must not lock the page
  event.submitter?.setAttribute("aria-disabled", "true");
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

/* A ready sentence: <button type="button" data-insert="name of a field of its form" data-words="…"> */
function insertWords(button) {
  const area = button.form.elements[button.dataset.insert];
  area.value = area.value.trim() ? `${area.value.trimEnd()}\n${button.dataset.words}` : button.dataset.words;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

/* Without scripts the same links open and shut the dialog by its address. */
function showOrShut(event, { opens, shuts }) {
  const dialog = document.getElementById(opens ?? shuts);
  if (!dialog.showModal || location.hash === `#${dialog.id}`) return;
  event.preventDefault();
  opens ? dialog.showModal() : dialog.close();
}

function onClick(event) {
  const target = event.target.closest("[data-insert], [data-print], [data-opens], [data-shuts], .toast button");
  if (!target) return;
  if (target.dataset.opens || target.dataset.shuts) showOrShut(event, target.dataset);
  else if (target.dataset.insert) insertWords(target);
  else if ("print" in target.dataset) print();
  else target.closest(".toast").remove();
}

function dressToasts() {
  const box = document.getElementById("toast");
  for (const toast of box?.querySelectorAll(".toast:not([data-ready])") ?? []) {
    toast.dataset.ready = "yes";
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.setAttribute("aria-label", box.dataset.close);
    toast.append(close);
    if (toast.getAttribute("role") === "status") setTimeout(() => toast.remove(), 8000);
  }
}

/* The picture on the receipt leads to /follow#CODE: the code goes by POST and leaves the address. */
function codeFromAddress() {
  const form = document.querySelector("[data-code-from-address]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!form || !code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.requestSubmit ? form.requestSubmit() : form.submit();
}

counters(document);
dressToasts();
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest" });
document.addEventListener("submit", guardDoubleTap);
document.addEventListener("click", onClick);
document.addEventListener("htmx:afterRequest", (event) => event.target.closest("form") && release(event.target.closest("form")));
document.addEventListener("htmx:afterSettle", () => { counters(document); dressToasts(); });
addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form[data-sent]").forEach(release));
codeFromAddress();
