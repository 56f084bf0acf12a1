// ODK's own web engine fills in a form and writes the submission.
//
//   node fill.mjs FORM FOLDER-OF-LISTS ANSWERS SUBMISSION
//
// ANSWERS is JSON: [[path, answer], …] in order; a path counts the turns of repeats from 1 and makes missing ones:
// "/data/ikm[1]/aspiration[2]/text". Fails with a sentence when an answer is not kept, or when the form ends up
// invalid.
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { JSDOM } from "jsdom";

const [form, folder, answers, place] = process.argv.slice(2);
const window = new JSDOM("").window;
for (const name of [
  "window",
  "document",
  "Node",
  "Element",
  "Document",
  "DOMParser",
  "XMLSerializer",
  "Text",
  "Attr",
  "Comment",
  "CDATASection",
  "ProcessingInstruction",
  "DocumentFragment",
  "XPathResult",
  "XMLDocument",
  "NodeFilter",
]) {
  globalThis[name] = name === "window" ? window : window[name];
}
// Its parser of expressions is WebAssembly that asks where it runs: as in a browser, it loads itself from its own
// bundle.
await fetch("data:,"); // Node's own fetch asks for its version too, but only the first time
const versions = Object.getOwnPropertyDescriptor(process, "versions");
Object.defineProperty(process, "versions", { value: {}, configurable: true });
const { createInstance } = await import("@getodk/xforms-engine");
Object.defineProperty(process, "versions", versions);

async function list(address) {
  const content = await readFile(join(folder, basename(String(address))), "utf8");
  return new Response(content, { headers: { "Content-Type": "text/csv" } });
}

const { root } = await createInstance(await readFile(form, "utf8"), {
  form: { fetchFormAttachment: list },
});

function fail(why) {
  console.error(why);
  process.exit(1);
}

function child(node, name) {
  const found = node.currentState.children?.find(
    (one) =>
      one.currentState.reference
        .split("/")
        .pop()
        .replace(/\[\d+\]$/, "") === name,
  );
  return found ?? fail(`no ${name} under ${node.currentState.reference}`);
}

function at(path) {
  let node = root;
  for (const step of path.split("/").slice(2)) {
    const [, name, turn] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step);
    node = child(node, name);
    if (node.nodeType.startsWith("repeat-range")) {
      while (node.currentState.children.length < Number(turn ?? 1)) node.addInstances();
      node = node.currentState.children[Number(turn ?? 1) - 1];
    }
  }
  return node;
}

for (const [path, answer] of JSON.parse(await readFile(answers, "utf8"))) {
  const node = at(path);
  if (node.nodeType === "select") node.selectValue(answer);
  else if (node.nodeType === "upload")
    node.setValue(new File(["foto"], answer, { type: "image/jpeg" }));
  else node.setValue(answer);
  if (node.currentState.instanceValue === "" && node.nodeType !== "upload")
    fail(`not kept: ${path} ${answer}`);
}
const wrong = root.validationState.violations;
if (wrong.length)
  fail(
    wrong
      .map(
        (one) => `${one.reference}: ${one.violation.message?.asString ?? one.violation.condition}`,
      )
      .join("\n"),
  );
const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
const data = payload.data[0] ?? payload.data;
await writeFile(place, Buffer.from(await data.get("xml_submission_file").arrayBuffer()));
