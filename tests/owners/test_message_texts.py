"""The office's own WhatsApp texts: checked, shown before they are saved, sent, and the standard text again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.owners.message_texts import invitation_text, reminder_text
from sambang.papers.message_texts import PREVIEW_VALUES, STANDARD_TEXTS, check_placeholders
from sambang.papers.models import MessageText
from sambang.registry.models import Business

DAY = datetime(2022, 5, 1, 3, tzinfo=UTC)


def change(client: Client, council: Council, text: str, kind: str = "invitation", **data: str) -> tuple[int, str]:
    response = client.post(reverse("papers:message_change", args=[council.pk, kind]), {"text": text, **data})
    return response.status_code, response.content.decode()


@pytest.mark.django_db
def test_the_offices_own_text_is_sent_until_it_is_taken_back(
    signed_in: Callable[[Person], Client], sleman: Council, rina: Person, business: Business
) -> None:
    client = signed_in(rina)
    own = "Halo {pemilik}, silakan buka {tautan} sampai {sampai}."
    status, page = change(client, sleman, own, preview="1")
    assert status == 200 and "Halo Suminah, silakan buka" in page and not MessageText.objects.exists()
    assert change(client, sleman, own)[0] == 302
    assert invitation_text(business, "https://x/", DAY) == (
        f"Halo {business.owner.name}, silakan buka https://x/ sampai 1 Mei 2022."
    )
    assert "teks kantor" in client.get(reverse("papers:message_list", args=[sleman.pk])).content.decode()
    assert "belum kami terima" in reminder_text(business, date(2022, 3, 1), has_link=True)  # another message
    assert change(client, sleman, "")[0] == 302
    assert "ini tautan pribadi Anda" in invitation_text(business, "https://x/", DAY)
    assert change(client, sleman, STANDARD_TEXTS[MessageText.Kind.INVITATION].replace("\n", "\r\n"))[0] == 302
    assert not MessageText.objects.exists()  # the standard text is not the office's own


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Halo {pemilik}", "Tulis {tautan}"),
        ("Halo {nama}, buka {tautan}", "{nama} tidak dikenal"),
        ("Halo {pemilik, buka {tautan}", "kurung kurawal"),
    ],
)
def test_a_text_that_would_reach_nobody_is_refused(
    signed_in: Callable[[Person], Client], sleman: Council, rina: Person, text: str, error: str
) -> None:
    client = signed_in(rina)
    for data in ({}, {"preview": "1"}):
        status, page = change(client, sleman, text, **data)
        assert status == 422 and error in page
    assert not MessageText.objects.exists()


@pytest.mark.parametrize("kind", MessageText.Kind)
def test_the_standard_texts_pass_their_own_check(kind: MessageText.Kind) -> None:
    check_placeholders(kind, STANDARD_TEXTS[kind])
    assert all(f"{{{name}}}" in STANDARD_TEXTS[kind] for name in PREVIEW_VALUES[kind])


@pytest.mark.django_db
def test_a_name_with_braces_is_sent_as_it_is(business: Business) -> None:
    business.name = "Jahit {tautan}"
    assert "(Jahit {tautan})" in invitation_text(business, "https://x/", DAY)


@pytest.mark.django_db
def test_an_officer_and_another_council_change_no_text(
    signed_in: Callable[[Person], Client], sleman: Council, sari: Person, citra: Person
) -> None:
    assert change(signed_in(sari), sleman, "Halo {tautan}")[0] == 403
    assert change(signed_in(citra), sleman, "Halo {tautan}")[0] == 404
