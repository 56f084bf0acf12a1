from __future__ import annotations

import pytest

from sambang.lib.documents import document_response


@pytest.mark.parametrize(
    ("name", "is_download", "content_type", "disposition"),
    [
        ("label.pdf", None, "application/pdf", 'inline; filename="label.pdf"'),
        ("lampiran.pdf", True, "application/pdf", 'attachment; filename="lampiran.pdf"'),
        ("kiriman.xml", None, "text/xml", 'attachment; filename="kiriman.xml"'),
        ("batik “tulis”.png", None, "image/png", "inline; filename*=utf-8''batik%20%E2%80%9Ctulis%E2%80%9D.png"),
    ],
)
def test_the_name_gives_the_type_and_what_the_browser_does(
    name: str, is_download: bool | None, content_type: str, disposition: str
) -> None:
    response = document_response(b"isi", name, is_download=is_download)
    assert (response.content, response["Content-Type"]) == (b"isi", content_type)
    assert response["Content-Disposition"] == disposition


def test_an_unknown_ending_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        document_response(b"", "berkas.exe")
