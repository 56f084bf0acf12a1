// Corrections of the registered data of an IKM.
import { t } from "./language.js";
import { h } from "./dom.js";
import { InvalidInput, autosaveForm, field, wholeOf } from "./form.js";
import { MAX_PEOPLE } from "./tables.js";

const PEOPLE = { most: MAX_PEOPLE, units: ["orang", "org"] };
const PROFILE_LENGTH = 200; // maximum lengths of the register's columns
const PROFILE_FIELDS = [
  ["phone", t`Nomor HP`],
  ["address", t`Alamat`],
  ["commodity", t`Komoditas`],
  ["workers_male", t`Pekerja laki-laki`],
  ["workers_female", t`Pekerja perempuan`],
];

export function profileSection(ctx, business) {
  if (business.isNew) return null;
  const current = (name) =>
    business[name] === undefined || business[name] === null ? "" : String(business[name]);
  const shown = PROFILE_FIELDS.filter(([name]) => name in business);
  const forms = shown.map(([name, label]) =>
    autosaveForm(
      ctx,
      {
        key: `data/${business.id}/${name}`,
        submit: t`Simpan`,
        className: "inline",
        build: (values) => {
          const isNumber = name.startsWith("workers");
          const value = isNumber
            ? wholeOf(values.value.trim(), "value", label, PEOPLE)
            : values.value.trim();
          if (value === undefined || String(value) === current(name))
            throw new InvalidInput(t`Belum ada yang berubah.`, "value");
          return [
            {
              kind: "profile",
              label: `${business.name}: ${label}`,
              body: {
                business: business.id,
                field: name,
                base: business[name] === undefined ? null : business[name],
                value,
              },
            },
          ];
        },
      },
      field(label, "value", {
        placeholder: current(name),
        longest: PROFILE_LENGTH,
        help: current(name) ? t`Di kantor: ${current(name)}` : t`Belum diketahui kantor`,
      }),
    ),
  );
  return {
    refresh: () => {},
    forms,
    node: h("section", null, h("details", null, h("summary", null, t`Betulkan data IKM`), forms)),
  };
}
