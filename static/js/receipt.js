/* Photos that follow their report go on from the receipt, one by one. */

import { all, deliver } from "./outbox.js";

const line = document.getElementById("following");
const again = line.querySelector("button");
const count = line.querySelector("span");

function show(entry) {
  const sent = entry.photos.filter((photo) => photo.id || photo.refused).length + (entry.before ?? 0);
  count.textContent = line.dataset.sent.replace("{n}", sent).replace("{m}", entry.photos.length + (entry.before ?? 0));
  line.hidden = false;
}

async function goOn() {
  again.hidden = true;
  for (const entry of await all()) {
    if (entry.state !== "photos") continue;
    show(entry);
    try {
      await deliver(entry, show);
    } catch {
      again.hidden = false;
    }
  }
}

again.addEventListener("click", goOn);
addEventListener("online", goOn);
goOn();
