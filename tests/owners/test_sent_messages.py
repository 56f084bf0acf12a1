"""Texts of the messages to owners."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from sambang.owners.message_texts import invitation_text, reminder_text
from sambang.registry.models import Business


@pytest.mark.django_db
def test_owner_is_written_to_in_indonesian_by_an_office_that_reads_english(business: Business) -> None:
    with translation.override("en"):
        invitation = invitation_text(business, "https://sambang.test/saya/x/", datetime(2022, 5, 1, 3, tzinfo=UTC))
        reminder = reminder_text(business, date(2022, 3, 1), has_link=True)
        assert translation.get_language() == "en"
    assert "ini tautan pribadi Anda" in invitation
    assert "Berlaku sampai 1 Mei 2022." in invitation
    assert "laporan produksi Maret 2022 belum kami terima" in reminder
