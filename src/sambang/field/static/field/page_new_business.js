// Registering an IKM that is not in the register yet.
import { t } from "./language.js";
import { InvalidInput, field, autosaveForm } from "./form.js";
import { h } from "./dom.js";
import { LENGTHS } from "./tables.js";

const LINES = 6;

export function newBusinessPage(ctx, visitId) {
  const visit = ctx.data.visit(visitId);
  const back = visit ? `#/kunjungan/${visit.id}` : "#/";
  if (!visit)
    return { title: t`IKM baru`, back, node: h("p", null, t`Kunjungan ini tidak ada di HP.`) };
  const { units } = ctx.data.bundle;
  const lines = h("div", null);
  const more = h("button", { type: "button", onclick: () => addLine() }, t`+ Produk lain`);

  function addLine() {
    const index = lines.children.length;
    lines.append(
      h(
        "div",
        { class: "pair" },
        field(index ? t`Produk ${index + 1}` : t`Produk`, `product-${index}`, {
          longest: LENGTHS.business.name,
        }),
        field(t`Satuan`, `unit-${index}`, {
          kind: "select",
          options: units.map((unit) => [unit, unit]),
        }),
      ),
    );
    more.hidden = lines.children.length >= LINES;
  }
  addLine();

  const form = autosaveForm(
    ctx,
    {
      key: `baru/${visit.id}`,
      submit: t`Simpan IKM baru`,
      build: (values) => {
        if (!values.name.trim()) throw new InvalidInput(t`Tulis nama usahanya.`, "name");
        if (!values.owner_name.trim())
          throw new InvalidInput(t`Tulis nama pemiliknya.`, "owner_name");
        const products = [];
        for (let index = 0; index < lines.children.length; index += 1) {
          const name = (values[`product-${index}`] || "").trim();
          if (name)
            products.push({ line: crypto.randomUUID(), name, unit: values[`unit-${index}`] });
        }
        const business = crypto.randomUUID();
        const body = {
          business,
          cluster: visit.cluster.id,
          name: values.name.trim(),
          owner_name: values.owner_name.trim(),
          lines: products,
        };
        for (const name of ["phone", "commodity"])
          if (values[name].trim()) body[name] = values[name].trim();
        return [{ kind: "business", label: t`IKM baru: ${body.name}`, body }];
      },
      saved: async ([item]) => {
        await ctx.refresh();
        ctx.go(`#/ikm/${visit.id}/${item.body.business}`);
      },
    },
    field(t`Nama usaha`, "name", { longest: LENGTHS.business.name }),
    field(t`Nama pemilik`, "owner_name", { longest: LENGTHS.business.name }),
    field(t`Nomor HP`, "phone", { kind: "tel", longest: LENGTHS.business.phone }),
    field(t`Komoditas`, "commodity", {
      longest: LENGTHS.business.commodity,
      help: t`Misalnya: konveksi, batik, mebel`,
    }),
    lines,
    more,
  );
  form.addEventListener("restored", ({ detail }) => {
    const last = Object.keys(detail).filter(
      (name) => name.startsWith("product-") && detail[name],
    ).length;
    while (lines.children.length < Math.min(LINES, last)) addLine();
    for (const input of lines.querySelectorAll("[name]"))
      if (input.name in detail) input.value = detail[input.name];
  });
  return { title: t`IKM baru`, back, node: h("div", null, form) };
}
