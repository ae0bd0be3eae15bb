/* Blacking out with the finger: dragging over the photo draws a box, touching a box takes it away.
   Without scripts the grid of fields does the same. */

const PARTS = 1000, LEAST = 12;

for (const frame of document.querySelectorAll("[data-cover]")) {
  const sheet = frame.querySelector("[data-boxes]"), grid = frame.querySelector(".grid");
  const switcher = frame.parentElement.querySelector("[data-by-grid]");
  let begun = null, drawn = null;

  const spot = (event) => {
    const edge = sheet.getBoundingClientRect();
    const part = (at, from, length) => Math.round(Math.min(Math.max((at - from) / length, 0), 1) * PARTS);
    return [part(event.clientX, edge.left, edge.width), part(event.clientY, edge.top, edge.height)];
  };
  const place = (box, [left, top, width, height]) => {
    box.querySelector("input").value = [left, top, width, height].join(",");
    Object.assign(box.style, { left: `${left / 10}%`, top: `${top / 10}%`, width: `${width / 10}%`, height: `${height / 10}%` });
  };
  const add = (at) => {
    const box = document.getElementById("cover-box").content.firstElementChild.cloneNode(true);
    sheet.append(box);
    place(box, at);
    return box;
  };

  sheet.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    begun = spot(event);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!begun) return;
    const [x, y] = spot(event), [left, top] = begun;
    drawn ??= add([left, top, 0, 0]);
    place(drawn, [Math.min(x, left), Math.min(y, top), Math.abs(x - left), Math.abs(y - top)]);
  });
  for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => {
    const [, , width, height] = drawn ? drawn.querySelector("input").value.split(",").map(Number) : [];
    if (drawn && (width < LEAST || height < LEAST)) drawn.remove();
    begun = drawn = null;
  });
  sheet.addEventListener("click", (event) => event.target.closest("button")?.remove());

  const byHand = (hand) => {
    sheet.hidden = !hand;
    grid.hidden = hand;
  };
  for (const sent of sheet.querySelectorAll("input")) { // came back with a refused form
    add(sent.value.split(",").map(Number));
    sent.remove();
  }
  switcher.hidden = false;
  switcher.querySelector("button").addEventListener("click", () => byHand(sheet.hidden));
  byHand(!grid.querySelector(":checked"));
}
