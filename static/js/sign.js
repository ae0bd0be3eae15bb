/* A finger signature: drawn black on white, sent as a picture with the form. */

for (const form of document.querySelectorAll("form[data-sign]")) {
  const canvas = form.querySelector("canvas"), pen = canvas.getContext("2d");
  const missing = form.querySelector("[data-missing]");
  let drawn = 0;

  const wipe = () => {
    drawn = 0;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  };
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...spot(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...spot(event));
    pen.stroke();
    drawn += 1;
  });
  form.querySelector("[data-wipe]").addEventListener("click", wipe);
  form.addEventListener("submit", (event) => {
    missing.hidden = drawn >= 8;
    if (drawn < 8) return event.preventDefault();
    form.elements.drawing.value = canvas.toDataURL("image/png");
  });
  wipe();
  form.hidden = false;
}
