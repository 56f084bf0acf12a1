import { ENGLISH } from "/static/field/english.js";
import { language, setLanguage, t, translate } from "/static/field/language.js";
import { equal } from "./check.mjs";

export function an_indonesian_text_is_its_own_key() {
  equal([language, document.documentElement.lang], ["id", "id"]);
  equal(t`${3} dari ${4} IKM tercatat`, "3 dari 4 IKM tercatat");
  equal(translate("Kunjungan"), "Kunjungan");
}

export async function the_chosen_language_is_that_of_the_next_start() {
  setLanguage("en");
  const next = await import("/static/field/language.js?next");
  equal(next.language, "en");
  equal(next.t`${3} dari ${4} IKM tercatat`, "3 of 4 IKM recorded");
  equal(next.t`${"{2}"} dari ${4} IKM tercatat`, "{2} of 4 IKM recorded");
  equal(next.translate("bukan teks aplikasi"), "bukan teks aplikasi");
  equal(Object.values(ENGLISH).every(Boolean), true);
}

export async function the_office_s_language_is_taken_only_where_none_was_chosen() {
  setLanguage("id");
  const next = await import("/static/field/language.js?other");
  next.adoptLanguage("en");
  equal((await import("/static/field/language.js?third")).language, "id");
}
