"""Columns that lie sealed in the database and are plain to whoever reads the row: telephone, NPWP, finances.

A value is unsealed when it is looked at, not when its row is fetched: a list that does not show it does not pay for it.
The database cannot search, sort or add up such a column; a telephone is found by the keyed digest beside it.
"""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from sambang.registry.encryption import digest, seal_bytes, unseal_bytes


class Sealed(bytes):
    """What came from the database and was not looked at yet: bytes to everybody else."""


class Unsealing(DeferredAttribute):
    """The attribute of a row: the plain value, unsealed the first time that it is asked for. Raises SealBrokenError."""

    field: SealedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.unsealed(value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # Without it Python would take what stands in the row's dictionary, and never ask the method above.
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField[Any, Any]):
    """Base of those below: bytes in the database, null where there is nothing."""

    descriptor_class = Unsealing
    empty: Any = None  # what *nothing* is in Python

    def __init__(self, *args: Any, seal_name: str = "", **options: Any) -> None:
        """`seal_name` goes into the seal: a telephone is not taken for a sum of money."""
        self.seal_name = seal_name
        super().__init__(*args, **{**options, "null": True, "blank": True, "editable": True})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        for own in ("null", "blank", "editable"):
            options.pop(own, None)
        return name, path, args, {**options, "seal_name": self.seal_name}

    @property
    def what(self) -> bytes:
        return f"sambang registry {self.seal_name}".encode()

    def said(self, value: Any) -> bytes:
        """The value as bytes; `plain` is the way back."""
        return str(value).encode()

    def plain(self, content: bytes) -> Any:
        raise NotImplementedError

    def sealed(self, value: Any) -> bytes | None:
        """As it is written: what is empty is nothing, and what was only carried from row to row stays the very bytes."""
        if isinstance(value, Sealed):
            return bytes(value)
        return None if value in {None, "", b""} else seal_bytes(self.said(value), what=self.what)

    def unsealed(self, value: bytes, *, secret: str = "") -> Any:
        """Raises SealBrokenError. `secret`: a former SAMBANG_IDENTITY_KEY."""
        return self.plain(unseal_bytes(value, what=self.what, secret=secret))

    def get_default(self) -> Any:
        return self.empty

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing can be asked of it but whether it is there: equal values are sealed differently."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: Any, *_rest: Any) -> Any:
        return self.empty if value is None else Sealed(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.sealed(value), connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value


class SealedText(SealedField):
    """A short text of at most `longest` characters; '' where there is none, as with CharField."""

    empty = ""

    def __init__(self, *args: Any, longest: int = 200, **options: Any) -> None:
        self.longest = longest
        super().__init__(*args, **options)
        self.validators.append(MaxLengthValidator(longest))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "longest": self.longest}

    def plain(self, content: bytes) -> str:
        return content.decode()


class SealedInteger(SealedField):
    """A whole number; None is *not known*."""

    def plain(self, content: bytes) -> int:
        return int(content)


class SealedBytes(SealedField):
    empty = b""

    def said(self, value: Any) -> bytes:
        return bytes(value)

    def plain(self, content: bytes) -> bytes:
        return content


class DigestOf(models.CharField[Any, Any]):
    """64 hex digits by which equal values of a sealed column of the same row are found; follows it on every write that
    names this column too (`facts.written`)."""

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        self.of = of
        super().__init__(*args, **{**options, "max_length": 64, "blank": True, "editable": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        for own in ("max_length", "blank", "editable"):
            options.pop(own, None)
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = digest(getattr(model_instance, self.of) or "")
        setattr(model_instance, self.attname, value)
        return value
