"""Model fields that are encrypted in the database and plain in Python: telephone, NPWP, finances.

A value is decrypted when the attribute is read, not when its row is fetched, so that a list without it does not pay for
decryption. The database cannot search, sort or sum such a column; a telephone is found by its digest in another column.
"""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from sambang.registry.encryption import decrypt, digest, encrypt


class Ciphertext(bytes):
    """A column as it came from the database, not decrypted yet."""


class DecryptingAttribute(DeferredAttribute):
    """Decrypts when the attribute is first read. Raises DecryptionError."""

    field: EncryptedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Ciphertext):
            value = instance.__dict__[self.field.attname] = self.field.decrypted(value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # Makes this a data descriptor; otherwise Python would read the instance's dictionary and skip __get__.
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.BinaryField[Any, Any]):
    """Base class. The column holds bytes, or null where the value is `empty`."""

    descriptor_class = DecryptingAttribute
    empty: Any = None

    def __init__(self, *args: Any, purpose: str = "", **options: Any) -> None:
        """`purpose` is authenticated with the value: a telephone does not decrypt as a sum of money."""
        self.purpose = purpose
        super().__init__(*args, **{**options, "null": True, "blank": True, "editable": True})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        for own in ("null", "blank", "editable"):
            options.pop(own, None)
        return name, path, args, {**options, "purpose": self.purpose}

    @property
    def key_purpose(self) -> bytes:
        return f"sambang registry {self.purpose}".encode()

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, content: bytes) -> Any:
        raise NotImplementedError

    def encrypted(self, value: Any) -> bytes | None:
        """A value that was never decrypted keeps its ciphertext."""
        if isinstance(value, Ciphertext):
            return bytes(value)
        return None if value in {None, "", b""} else encrypt(self.to_bytes(value), purpose=self.key_purpose)

    def decrypted(self, value: bytes, *, secret: str = "") -> Any:
        """Raises DecryptionError. `secret`: a former SAMBANG_IDENTITY_KEY."""
        return self.from_bytes(decrypt(value, purpose=self.key_purpose, secret=secret))

    def get_default(self) -> Any:
        return self.empty

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: equal values have different ciphertexts."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: Any, *_rest: Any) -> Any:
        return self.empty if value is None else Ciphertext(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.encrypted(value), connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value


class EncryptedText(EncryptedField):
    """A text of at most `longest` characters; '' where there is none, as with CharField."""

    empty = ""

    def __init__(self, *args: Any, longest: int = 200, **options: Any) -> None:
        self.longest = longest
        super().__init__(*args, **options)
        self.validators.append(MaxLengthValidator(longest))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "longest": self.longest}

    def from_bytes(self, content: bytes) -> str:
        return content.decode()


class EncryptedInteger(EncryptedField):
    """A whole number; None is unknown."""

    def from_bytes(self, content: bytes) -> int:
        return int(content)


class EncryptedBytes(EncryptedField):
    empty = b""

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def from_bytes(self, content: bytes) -> bytes:
        return content


class DigestOf(models.CharField[Any, Any]):
    """The digest of the field named `of`, by which equal values are found. Updated on every save that writes this
    column; `dto.update_fields` adds it to the columns of a save."""

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
