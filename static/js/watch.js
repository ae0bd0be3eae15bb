/* The watch screen sounds until what is urgent has been touched. Plain old script: old tablets run it. */
(function () {
  "use strict";
  var body = document.getElementById("watch");
  var arm = document.getElementById("arm");
  var silent = document.getElementById("silent");
  var loggedOut = document.getElementById("logged-out");
  var late = Number(body.getAttribute("data-late")) * 1000;
  var Audio = window.AudioContext || window.webkitAudioContext;
  var context = null;
  var answered = Date.now();
  var out = false;
  var ticks = 0;

  function armed() {
    return context !== null && context.state === "running";
  }

  function tone(pitch, from, length) {
    var oscillator = context.createOscillator();
    var gain = context.createGain();
    var at = context.currentTime + from;
    oscillator.type = "square";
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.linearRampToValueAtTime(0.6, at + 0.03);
    gain.gain.setValueAtTime(0.6, at + length - 0.05);
    gain.gain.linearRampToValueAtTime(0.0001, at + length);
    oscillator.connect(gain);
    gain.connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + length);
  }

  function wake() {
    if (Audio && context === null) context = new Audio();
    if (context !== null && context.state !== "running") context.resume();
    if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(function () {});
  }

  function remember() {
    try { localStorage.setItem("watch-armed", "yes"); } catch (error) { /* private mode: armed until reload */ }
  }

  function wasArmed() {
    try { return localStorage.getItem("watch-armed") === "yes"; } catch (error) { return false; }
  }

  /* Once a second: an emergency and a silent server sound on and on, "soon" every fifteen seconds. */
  function tick() {
    var list = document.getElementById("alarms");
    var sound = list ? list.getAttribute("data-sound") : "";
    var dead = out || Date.now() - answered > late;
    ticks += 1;
    arm.hidden = armed();
    silent.hidden = out || !dead;
    loggedOut.hidden = !out;
    body.setAttribute("data-armed", armed() ? "yes" : "no");
    body.setAttribute("data-heard", dead ? "silent" : sound || "");
    document.title = (dead || sound ? "● " : "") + document.title.replace(/^● /, "");
    if (!armed()) return;
    if (sound === "emergency") {
      tone(880, 0, 0.4);
      tone(660, 0.45, 0.4);
    } else if (dead && ticks % 5 === 0) {
      tone(330, 0, 0.8);
    } else if (sound === "urgent" && ticks % 15 === 0) {
      tone(660, 0, 0.3);
      tone(880, 0.35, 0.3);
    }
  }

  arm.addEventListener("click", function () {
    wake();
    remember();
    if (context !== null) tone(880, 0.1, 0.2);
    tick();
  });
  document.addEventListener("click", function () { if (wasArmed()) wake(); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden && wasArmed()) wake(); });
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    out = true;
    event.preventDefault();
    tick();
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful && !event.detail.xhr.getResponseHeader("HX-Redirect")) answered = Date.now();
    tick();
  });
  document.addEventListener("htmx:afterSettle", tick);
  if (wasArmed()) wake();
  setInterval(tick, 1000);
  tick();
})();
