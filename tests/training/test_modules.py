"""The learning modules: complete, in short sentences, readable without an account, printable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from sambang.training.modules import MODULES_FOLDER, LearningModule, ModuleFileError, learning_modules, read_module

TOPICS = ["foto", "keterangan", "harga", "kemasan", "lokapasar", "whatsapp", "promosi", "aman"]
MODULES = list(learning_modules().values())
MAX_SENTENCE_WORDS = 12  # words
VALID = (MODULES_FOLDER / "1-foto.toml").read_text(encoding="utf-8")


def test_every_topic_has_its_module() -> None:
    assert [module.slug.split("-")[1] for module in MODULES][: len(TOPICS)] == TOPICS


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.slug)
def test_every_sentence_is_short(module: LearningModule) -> None:
    texts = [module.goal, module.practice, *(text for step in module.steps for text in step.sentences)]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.?!:]) ", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > MAX_SENTENCE_WORDS] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.slug)
def test_page_shows_every_step_to_a_stranger(module: LearningModule, client: Client, db: None) -> None:
    response = client.get(reverse("training:module_detail", args=[module.slug]))
    assert response.status_code == 200
    page = response.content.decode()
    for step in module.steps:
        assert f'alt="{step.picture_text}"' in page
        assert all(sentence in page for sentence in step.sentences)
        assert finders.find(f"training/modules/{step.picture}")


def test_list_names_the_modules_in_the_language_of_the_reader(client: Client, db: None) -> None:
    address = reverse("training:module_list")
    assert "Foto yang menjual" in client.get(address).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Photos that sell" in client.get(address).content.decode()


def test_unknown_module_is_not_found(client: Client, db: None) -> None:
    assert client.get(reverse("training:module_detail", args=["entah"])).status_code == 404
    assert client.get(reverse("training:module_paper", args=["entah"])).status_code == 404


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.slug)
def test_paper_holds_the_same_sentences(module: LearningModule, client: Client, db: None, tmp_path: Path) -> None:
    response = client.get(reverse("training:module_paper", args=[module.slug]))
    assert response["Content-Type"] == "application/pdf"
    file = tmp_path / "module.pdf"
    file.write_bytes(response.content)
    text = without_space("".join(page.extract_text() for page in PdfReader(file).pages))
    assert all(without_space(sentence) in text for step in module.steps for sentence in step.sentences)


def without_space(text: str) -> str:
    """A line of the paper may end inside a word with a hyphen."""
    return "".join(text.split())


def write_module(folder: Path, text: str) -> Path:
    for picture in MODULES_FOLDER.glob("foto-*.svg"):
        (folder / picture.name).write_bytes(picture.read_bytes())
    path = folder / "9-baru.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_office_adds_a_module_by_its_file(tmp_path: Path) -> None:
    assert read_module(write_module(tmp_path, VALID)).slug == "9-baru"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title = ", "bukan TOML"),
        (VALID.replace("title = ", "judul = "), "title belum diisi"),
        (VALID.split("[[steps]]", maxsplit=1)[0], "tidak berisi langkah"),
        (VALID.replace("foto-latar.svg", "tak-ada.svg"), "tak-ada.svg tidak ada"),
        (VALID.replace("foto-latar.svg", "../latar.svg"), "../latar.svg tidak ada"),
        (VALID.replace("sentences", "kalimat"), "tidak berisi kalimat"),
        (VALID.rpartition("[[questions]]")[0], "tepat 3 pertanyaan"),
        (VALID.replace("right = 3", "right = 4"), "nomor yang benar"),
    ],
)
def test_a_module_file_that_cannot_be_used_is_explained(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ModuleFileError, match=re.escape(problem)) as refused:
        read_module(write_module(tmp_path, text))
    assert "9-baru.toml" in str(refused.value)
