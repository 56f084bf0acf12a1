"""The English catalogue: every Indonesian sentence of the interface is the key, its translation the value.

    make messages                      take new sentences in, drop those that nothing says any more, compile, and write
                                       the phone's English texts (english.js)
    python tools/messages.py --check   fail if a page says something outside gettext, or if, once there is an English
                                       catalogue, a sentence in it is missing, unsure or not compiled

Babel does what the gettext programs would: nothing to install beside the packages of the lock.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sambang"
ENGINE_SENTENCES = ROOT / "src" / "sambang_stats" / "messages.py"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
# Sentences of Django that a form shows, with our own Indonesian wording; the key is the English one.
DJANGO_SAYS = SOURCE / "locale" / "id" / "LC_MESSAGES" / "django.po"
# The officer's app: t`Rencana ${day}` in a script is "Rencana {1}" in the catalogue; english.js is made of it.
PHONE = SOURCE / "field" / "static" / "field"
PHONE_ENGLISH = PHONE / "english.js"
TEXT_BROKEN = re.compile(r'" \+\n *"')  # where tools/phone_tables.py breaks a long text
PHONE_SHELL = SOURCE / "field" / "templates" / "field" / "shell.html"
PHONE_TABLES = ("KIND_LABELS", "SENTENCES", "QUESTIONS")  # of tables.js
LINE = 118
TAGGED = re.compile(r"(?<![\w$.])t`")
QUOTED = re.compile(r"""translate (?:"([^"]*)"|'([^']*)')""")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Words outside gettext that are the same in every language (each language is called by its own name).
SAME_EVERYWHERE = frozenset(
    {
        "bahasa",
        "indonesia",
        "english",
        "sambang",
        "whatsapp",
        "pdf",
        "csv",
        "xlsx",
        "rp",
        "nik",
        "nib",
        "npwp",
        "kbli",
        "ikm",
        "x",
    }
)
# Templates whose words stay outside gettext, and why.
UNTRANSLATED = {
    "templates/400.html": "Django shows it without a request, and so without the language that was chosen",
    "templates/500.html": "Django shows it when something broke: it may rest on nothing, the translations included",
}
SPOKEN_ATTRIBUTES = re.compile(
    r"""\b(?:alt|title|placeholder|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
MARKUP = re.compile(r"<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<[^>]*>|&[#\w]+;", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")


def templates() -> list[Path]:
    return sorted(
        path for path in SOURCE.rglob("templates/**/*.html") if not path.as_posix().endswith(tuple(UNTRANSLATED))
    )


def _modules() -> list[Path]:
    own = sorted(
        path for path in SOURCE.rglob("*.py") if not {"migrations", "tests"} & {*path.relative_to(SOURCE).parts}
    )
    return [*own, ENGINE_SENTENCES]


def source_messages() -> Catalog:
    """Every sentence that modules and templates pass through gettext, with its places."""
    catalogue = Catalog(locale="en", project="Sambang", charset="utf-8")
    for path in [*_modules(), *templates()]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # Brackets keep the tokenizer from reading the template's indentation as Python's.
            text = f"(\n{templatize(text, origin=path.name)}\n)"
        place = path.relative_to(ROOT).as_posix()
        for _, message, comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    for path in phone_scripts():
        for text in texts_of(path.read_text(encoding="utf-8")):
            catalogue.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def _without_markup(source: str) -> Iterator[tuple[int, str]]:
    """(line, visible text) for each stretch of a template outside tags, comments and translations."""
    kept, silent = [], ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK:
            if silent and word == f"end{silent}":
                silent = ""
            elif word in {"blocktranslate", "blocktrans", "comment", "verbatim"}:
                silent = word
        newlines = "\n" * token.contents.count("\n")
        kept.append(token.contents if token.token_type == TokenType.TEXT and not silent else f"\x00{newlines}")
    flat = "".join(kept)
    spoken = SPOKEN_ATTRIBUTES.sub(lambda found: f">{found[1] or found[2] or ''}<", flat)
    bare = MARKUP.sub(lambda found: "\x00" + "\n" * found[0].count("\n"), spoken)
    return ((number, line) for number, line in enumerate(bare.split("\n"), start=1))


def outside_gettext(path: Path) -> list[str]:
    """A sentence for each line of this template with visible text that does not pass through gettext."""
    source = path.read_text(encoding="utf-8")
    return [
        f"{path.relative_to(ROOT)}:{line}: words outside {{% translate %}}: {' '.join(words)}"
        for line, text in _without_markup(source)
        if (words := [word for word in WORD.findall(text) if word.lower() not in SAME_EVERYWHERE])
    ]


def phone_scripts() -> list[Path]:
    return sorted(path for path in PHONE.glob("*.js") if path not in {PHONE_ENGLISH, PHONE / "tables.js"})


def texts_of(script: str) -> Iterator[str]:
    """The message ids of the tagged templates of a script."""
    for found in TAGGED.finditer(script):
        yield _key(script, found.end())


def _key(script: str, start: int) -> str:
    key, place, values = "", start, 0
    while script[place] != "`":
        if script.startswith("${", place):
            values += 1
            key += f"{{{values}}}"
            place = _end_of_value(script, place + 2)
        else:
            key += script[place]
            place += 1
    return key


def _end_of_value(script: str, place: int) -> int:
    """The position after the brace that closes a `${…}` value."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(script[place], 0)
        place += 1
    return place


def shell_texts() -> Iterator[str]:
    for token in Lexer(PHONE_SHELL.read_text(encoding="utf-8")).tokenize():
        if token.token_type == TokenType.BLOCK and (found := QUOTED.match(token.contents)):
            yield found[1] or found[2]


def table_texts() -> Iterator[str]:
    tables = (PHONE / "tables.js").read_text(encoding="utf-8")
    for name in PHONE_TABLES:
        found = re.search(rf"export const {name} = (\{{.*?\}});$", tables, re.MULTILINE | re.DOTALL)
        assert found, name
        yield from json.loads(TEXT_BROKEN.sub("", found[1])).values()


def phone_english(catalogue: Catalog) -> dict[str, str]:
    """English by Indonesian text; texts without a translation are omitted."""
    texts = {text for path in phone_scripts() for text in texts_of(path.read_text(encoding="utf-8"))}
    texts |= {*shell_texts(), *table_texts()}
    found = {text: _translation(catalogue, text) for text in sorted(texts)}
    return {text: translation for text, translation in found.items() if translation}


def _translation(catalogue: Catalog, text: str) -> str:
    """The translation of a text; a table may capitalise the first letter of a message id."""
    message = catalogue.get(text)
    if message is not None:
        return str(message.string)
    small = catalogue.get(text[0].lower() + text[1:])
    return str(small.string)[0].upper() + str(small.string)[1:] if small and small.string else ""


def phone_module(catalogue: Catalog) -> str:
    lines = ["// Made by tools/messages.py from the catalogue django.po.", "export const ENGLISH = {"]
    for key, value in phone_english(catalogue).items():
        for part in (f"{json.dumps(key, ensure_ascii=False)}:", f"{json.dumps(value, ensure_ascii=False)},"):
            if lines[-1].startswith("  ") and len(lines[-1]) + len(part) < LINE:
                lines[-1] += f" {part}"
            else:
                lines.append(f"  {part}")
    return "\n".join([*lines, "};", ""])


def _read(path: Path = CATALOGUE) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def catalogue_errors() -> list[str]:
    """Errors of the English catalogue; none if there is no catalogue yet."""
    if not CATALOGUE.exists():
        return []
    known, found = _read(), []
    for message in source_messages():
        if not message.id:
            continue
        entry = known.get(message.id, message.context)
        place = message.locations[0][0]
        if entry is None or not entry.string or entry.string == ("", ""):
            found.append(f"{place}: not in English: {message.id}")
        elif entry.fuzzy:
            found.append(f"{place}: the English is unsure (fuzzy): {message.id}")
    for path in (CATALOGUE, DJANGO_SAYS):
        mo = path.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != _compiled(_read(path)):
            found.append(f"{mo.relative_to(ROOT)} is not what the catalogue compiles to: run `make messages`")
    if PHONE_ENGLISH.read_text(encoding="utf-8") != phone_module(known):
        found.append(f"{PHONE_ENGLISH.relative_to(ROOT)} is not what the catalogue says: run `make messages`")
    return found


def renew() -> None:
    """Rewrite the catalogue with its translations, and compile it."""
    catalogue = _read() if CATALOGUE.exists() else Catalog(locale="en", project="Sambang", charset="utf-8")
    catalogue.update(source_messages(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(
            file, catalogue, omit_header=False, include_lineno=False, sort_output=True, width=120, no_location=True
        )
    for path in (CATALOGUE, DJANGO_SAYS):
        path.with_suffix(".mo").write_bytes(_compiled(_read(path)))
    PHONE_ENGLISH.write_text(phone_module(catalogue), encoding="utf-8")
    missing = sum(1 for message in catalogue if message.id and not any(message.string or ()))
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(catalogue)} sentences, {missing} not yet in English")


def main() -> int:
    if "--check" not in sys.argv:
        renew()
        return 0
    pages = templates()
    assert pages, "no template was found: this check would pass by finding nothing"
    found = [sentence for path in pages for sentence in outside_gettext(path)] + catalogue_errors()
    print("\n".join(found) or f"every word of {len(pages)} templates passes through gettext")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
