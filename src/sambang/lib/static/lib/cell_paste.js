// Pastes a block of a spreadsheet into a table of fields: <table data-paste-cells>. A block that begins with names goes
// to the form <form data-paste-block>, which finds the rows by their names.
const table = document.querySelector("table[data-paste-cells]");
const block = document.querySelector("form[data-paste-block]");

const hasName = (cells) => cells.length > 1 && /\p{L}{2}/u.test(cells[0]) && !/\d/.test(cells[0]);
const cellsOf = (row) => Array.from(row.querySelectorAll("input[type=text]"));

function fill(target, lines) {
  const rows = Array.from(table.querySelectorAll("tr")).filter((row) => cellsOf(row).length > 0);
  const top = rows.indexOf(target.closest("tr"));
  const left = cellsOf(rows[top]).indexOf(target);
  lines.forEach((cells, down) => {
    const fields = rows[top + down] ? cellsOf(rows[top + down]) : [];
    cells.forEach((cell, across) => {
      const field = fields[left + across];
      if (field) field.value = cell.trim();
    });
  });
  target.form.dispatchEvent(new Event("input"));
  target.form.dispatchEvent(new Event("change"));
}

table?.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!event.target.matches("input[type=text]") || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const lines = text.split(/\r?\n/).map((line) => line.split("\t"));
  if (block && lines.every(hasName)) {
    block.querySelector("textarea").value = text;
    block.requestSubmit();
  } else fill(event.target, lines);
});
