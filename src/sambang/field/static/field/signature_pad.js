// A signature drawn by finger. Strokes are stored as points, so that a draft survives; the image is made at the end.
import { t } from "./language.js";
import { h } from "./dom.js";
import { encodeCanvas } from "./images.js";

const WIDTH = 640;
const HEIGHT = 280;

/** {node, strokes(), restore(strokes), clear(), png(), isEmpty()}; `onStroke` is called after each stroke. */
export function signaturePad(onStroke) {
  const canvas = h("canvas", {
    class: "sign",
    width: WIDTH,
    height: HEIGHT,
    role: "img",
    "aria-label": t`Tempat tanda tangan: tulis dengan jari`,
  });
  const context = canvas.getContext("2d");
  let strokes = [];
  let stroke = null;

  function pointOf(event) {
    const frame = canvas.getBoundingClientRect();
    return [
      Math.round(((event.clientX - frame.left) * WIDTH) / frame.width),
      Math.round(((event.clientY - frame.top) * HEIGHT) / frame.height),
    ];
  }

  function draw() {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.lineWidth = 4;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#14201a";
    for (const points of strokes) {
      context.beginPath();
      context.moveTo(points[0][0], points[0][1]);
      for (const [x, y] of points.slice(1)) context.lineTo(x, y);
      if (points.length === 1) context.lineTo(points[0][0] + 1, points[0][1]);
      context.stroke();
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [pointOf(event)];
    strokes.push(stroke);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    stroke.push(pointOf(event));
    draw();
  });
  const end = () => {
    if (!stroke) return;
    stroke = null;
    onStroke(strokes);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  draw();
  return {
    node: canvas,
    strokes: () => strokes,
    isEmpty: () => strokes.every((points) => points.length < 3),
    restore: (saved) => {
      strokes = saved;
      draw();
    },
    clear: () => {
      strokes = [];
      draw();
      onStroke(strokes);
    },
    png: () => encodeCanvas(canvas, "image/png"),
  };
}
