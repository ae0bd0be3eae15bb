/* Photos that follow their report go on from the receipt, one by one, and try again by themselves. */

import { all, deliver } from "./outbox.js";

const PATIENCE = [2000, 5000, 15000, 30000]; // the last one again and again, while the page is open
const line = document.getElementById("following");
const again = line.querySelector("button");
const count = line.querySelector("span");

function show(entry) {
  const sent = entry.photos.filter((photo) => photo.id).length + entry.before;
  const refused = entry.photos.flatMap((photo) => photo.refused ?? []);
  count.textContent = [line.dataset.sent.replace("{n}", sent).replace("{m}", entry.photos.length + entry.before), ...refused].join("\n");
  line.hidden = false;
}

let going = false, tries = 0;

async function goOn() {
  if (going) return;
  going = again.hidden = true;
  const left = await isLeft();
  going = false;
  again.hidden = !left;
  if (left) setTimeout(goOn, PATIENCE[Math.min(tries++, PATIENCE.length - 1)]);
}

/* Says whether something could not be sent. */
async function isLeft() {
  let left = false;
  for (const entry of await all()) {
    if (entry.state !== "photos") continue;
    show(entry);
    try {
      await deliver(entry, show);
    } catch {
      left = true;
    }
  }
  return left;
}

again.addEventListener("click", goOn);
addEventListener("online", goOn);
goOn();
