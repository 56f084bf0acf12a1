"""A form field for a KBLI code: five digits, with the version if both versions have them, or words of the title."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.registry.industry_search import search_industries
from sambang.registry.models import Industry

SUGGESTED_CODES = 6  # codes listed in the error if several match
INDUSTRY_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
INDUSTRY_VERSION = re.compile(r"(?<!\d)(2020|2025)(?!\d)")


class IndustryField(forms.CharField):
    """Cleans to an Industry or None. A code of both versions needs its version: `14111 (2025)`."""

    def __init__(self, **options: Any) -> None:
        help_text = gettext_lazy("Lima angka, misalnya 14111 (2025), atau kata dari judulnya.")
        super().__init__(label="KBLI", required=False, max_length=220, help_text=help_text, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.code} ({value.version})" if isinstance(value, Industry) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Industry | None:
        text = super().clean(value)
        if not text:
            return None
        industries = list(self._matching(text).order_by("-version", "code")[: SUGGESTED_CODES + 1])
        if len(industries) == 1:
            return industries[0]
        industries = industries or search_industries(INDUSTRY_VERSION.sub("", text))  # offered, never taken
        if not industries:
            raise ValidationError(
                _("KBLI “%(text)s” tidak ada di tabel: periksa kodenya, atau tulis kata lain.") % {"text": text}
            )
        offered = "; ".join(f"{row.code} ({row.version}) {row.title}" for row in industries[:SUGGESTED_CODES])
        raise ValidationError(
            _("Ada beberapa KBLI yang cocok, tulis salah satu kodenya: %(offered)s.") % {"offered": offered}
        )

    def _matching(self, text: str) -> QuerySet[Industry]:
        code, version = INDUSTRY_CODE.search(text), INDUSTRY_VERSION.search(INDUSTRY_CODE.sub("", text))
        of_version = Q(version=version[1]) if version else Q()
        if code:
            return Industry.objects.filter(of_version, code=code[0])
        wanted = of_version
        for word in INDUSTRY_VERSION.sub("", text).split():
            wanted &= Q(title__icontains=word.strip("()"))
        return Industry.objects.filter(wanted)
