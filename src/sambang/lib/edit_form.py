"""Forms that change stored values carry the version that they showed (optimistic locking).

When somebody else saved first, nothing is written. The form is shown again and names the changed fields. Untouched
fields show the stored value; edited fields keep the input.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

SEEN_FIELD = "seen"
MAX_SHOWN_LENGTH = 80  # letters of a value in the error

if TYPE_CHECKING:
    from django.forms import BaseForm as Base
else:
    Base = object


class SeenField(forms.CharField):
    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class EditForm(Base):
    """Mixin, before the form class; the stored values are the form's `initial`. A submission without `seen` is not
    compared: the form was not shown before it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.data: Any  # a QueryDict, or a dictionary in tests
        self.fields[SEEN_FIELD] = SeenField(required=False, initial=self.version)

    def version(self) -> str:
        """A digest of each stored value that the form shows, as JSON."""
        return json.dumps({name: _digest(self._stored(name)) for name in self._compared()}, separators=(",", ":"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        data: dict[str, Any] = self.cleaned_data if cleaned is None else cleaned
        if seen := _read_version(data.pop(SEEN_FIELD, "")):
            self._refuse_overwriting(seen, data)
        return data

    def _compared(self) -> list[str]:
        return [name for name in self.fields if name != SEEN_FIELD]

    def _stored(self, name: str) -> Any:
        field = self.fields[name]
        return field.prepare_value(self.get_initial_for_field(field, name))

    def _refuse_overwriting(self, seen: dict[str, str], data: dict[str, Any]) -> None:
        changed = [name for name in self._compared() if name in seen and seen[name] != _digest(self._stored(name))]
        # What both people set to the same value is no conflict.
        changed = [name for name in changed if self._submitted(name, data) != _digest(self._stored(name))]
        if not changed:
            return
        self.data = self.data.copy()
        for name in changed:
            if self._submitted(name, data) == seen[name]:
                self._show_stored(name)
        self.data[self.add_prefix(SEEN_FIELD)] = self.version()
        self.add_error(
            None,
            _(
                "Belum disimpan: sejak halaman ini dibuka, orang lain mengubah %(fields)s. Isian Anda masih ada di "
                "bawah. Periksa, lalu simpan lagi."
            )
            % {"fields": get_text_list([self._described(name) for name in changed], _("dan"))},
        )

    def _submitted(self, name: str, data: dict[str, Any]) -> str:
        return _digest(self.fields[name].prepare_value(data[name])) if name in data else ""

    def _show_stored(self, name: str) -> None:
        key, value = self.add_prefix(name), self._stored(name)
        if isinstance(value, list | tuple) and hasattr(self.data, "setlist"):
            self.data.setlist(key, [str(one) for one in value])
        else:
            self.data[key] = "" if value is None else str(value)

    def _described(self, name: str) -> str:
        label, value = str(self[name].label), self._stored(name)
        text = value if isinstance(value, str) and 0 < len(value) <= MAX_SHOWN_LENGTH else ""
        choices = dict(getattr(self.fields[name], "choices", ())) if text else {}
        text = str(choices.get(text, "" if choices else text))
        return f"“{label}” ({_('kini')} {text})" if text else f"“{label}”"


class MergingEditForm(EditForm):
    """An EditForm that writes only what this person changed: other fields take the stored value, as somebody else may
    have saved it since. Two people who changed the same field differently are told. `touched` names the fields that
    differ from what the page showed."""

    touched: frozenset[str] = frozenset()

    def clean(self) -> dict[str, Any]:
        if not _read_version(str(self.data.get(self.add_prefix(SEEN_FIELD), ""))):
            self.touched = frozenset(self._compared())
        return super().clean()

    def _refuse_overwriting(self, seen: dict[str, str], data: dict[str, Any]) -> None:
        self.touched = frozenset(name for name in self._compared() if self._submitted(name, data) != seen.get(name))
        for name in set(self._compared()) - self.touched:
            data[name] = self.get_initial_for_field(self.fields[name], name)
        super()._refuse_overwriting(seen, data)


def strange_rows(data: Iterable[str], prefixes: Iterable[object]) -> int:
    """How many submitted rows (by their field `seen`) are none of `prefixes`: they left the page since it was shown."""
    return len(
        {name for name in data if name.endswith(f"-{SEEN_FIELD}")} - {f"{prefix}-{SEEN_FIELD}" for prefix in prefixes}
    )


def _digest(value: Any) -> str:
    """Sixteen hexadecimal digits; the same for a value from the database and for that value as submitted."""
    if value is None or value is False:
        value = ""
    text = "\n".join(sorted(str(one) for one in value)) if isinstance(value, list | tuple | set) else str(value)
    return hashlib.sha256("\n".join(text.splitlines()).strip().encode()).hexdigest()[:16]


def _read_version(text: str) -> dict[str, str]:
    try:
        version = json.loads(text) if text else {}
    except ValueError:
        return {}
    return version if isinstance(version, dict) else {}
