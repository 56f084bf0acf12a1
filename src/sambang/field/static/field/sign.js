// A signature drawn by finger: strokes are kept as numbers, so a draft of it survives; the picture is made at the end.
import { h } from "./dom.js";
import { bytesFrom } from "./pictures.js";

const WIDTH = 640;
const HEIGHT = 280;

/** {node, strokes(), restore(strokes), clear(), png(), isEmpty()}; `changed` is called after each stroke. */
export function pad(changed) {
  const canvas = h("canvas", {
    class: "sign",
    width: WIDTH,
    height: HEIGHT,
    role: "img",
    "aria-label": "Tempat tanda tangan: tulis dengan jari",
  });
  const pen = canvas.getContext("2d");
  let strokes = [];
  let stroke = null;

  function place(event) {
    const frame = canvas.getBoundingClientRect();
    return [
      Math.round(((event.clientX - frame.left) * WIDTH) / frame.width),
      Math.round(((event.clientY - frame.top) * HEIGHT) / frame.height),
    ];
  }

  function draw() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#14201a";
    for (const points of strokes) {
      pen.beginPath();
      pen.moveTo(points[0][0], points[0][1]);
      for (const [x, y] of points.slice(1)) pen.lineTo(x, y);
      if (points.length === 1) pen.lineTo(points[0][0] + 1, points[0][1]);
      pen.stroke();
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [place(event)];
    strokes.push(stroke);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    stroke.push(place(event));
    draw();
  });
  const end = () => {
    if (!stroke) return;
    stroke = null;
    changed(strokes);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  draw();
  return {
    node: canvas,
    strokes: () => strokes,
    isEmpty: () => strokes.every((points) => points.length < 3),
    restore: (kept) => {
      strokes = kept;
      draw();
    },
    clear: () => {
      strokes = [];
      draw();
      changed(strokes);
    },
    png: () => bytesFrom(canvas, "image/png"),
  };
}
