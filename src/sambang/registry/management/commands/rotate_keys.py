"""`sambang rotate_keys --former FILE`: decrypts with the former SAMBANG_IDENTITY_KEY and encrypts with the current one:
NIK, telephones, finances, keys of phones, and every other encrypted column."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils.translation import gettext as _

from sambang.registry.encrypted_fields import Ciphertext, DigestOf, EncryptedField
from sambang.registry.encryption import DEVICE_KEY, DecryptionError, decrypt, decrypt_nik, digest, encrypt, encrypt_nik
from sambang.registry.models import Business


class Command(BaseCommand):
    help = (
        "Segel ulang NIK, nomor HP, dan keuangan dengan SAMBANG_IDENTITY_KEY yang baru: semua atau tidak sama sekali."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # A file and not an argument: arguments stay in the shell's history.
        parser.add_argument("--former", type=Path, required=True, help="berkas berisi kunci yang lama")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            former = options["former"].read_text().strip()
            with transaction.atomic():
                count = self._reencrypt(former)
        except OSError:
            self._refuse(_("Berkas kunci lama tidak dapat dibaca: periksa nama dan tempatnya."))
        except DecryptionError:
            self._refuse(_("Ada yang tidak disegel dengan kunci lama itu: tidak ada yang diubah."))
        else:
            self.stdout.write(_("%(count)d nilai disegel ulang.") % {"count": count})

    def _reencrypt(self, former: str) -> int:
        # Not an operation: no value changes, and no permission on the rows is needed.
        count = 0
        for business in Business.objects.select_for_update().exclude(nik_encrypted=None).only("nik_encrypted"):
            nik = decrypt_nik(business.nik_encrypted, secret=former)
            business.nik_encrypted, business.nik_digest = encrypt_nik(nik), digest(nik)
            business.save(update_fields=["nik_encrypted", "nik_digest"])
            count += 1
        count += sum(_reencrypt_columns(model, former) for model in apps.get_models())
        # By its name: the keys of phones belong to a later step of the work.
        for row in apps.get_model("intake", "DeviceKey")._base_manager.select_for_update():
            row.encrypted_key = encrypt(
                decrypt(row.encrypted_key, purpose=DEVICE_KEY, secret=former), purpose=DEVICE_KEY
            )
            row.save(update_fields=["encrypted_key"])
        return count

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(2)


def _reencrypt_columns(model: type[models.Model], former: str) -> int:
    """Every encrypted column of a model of any app, with the digests of that model. Returns the number of values."""
    columns = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]
    digests = [field.name for field in model._meta.concrete_fields if isinstance(field, DigestOf)]
    if not columns:
        return 0
    rows = model._base_manager.select_for_update().iterator(chunk_size=500)
    return sum(_reencrypt_row(row, columns, digests, former) for row in rows)


def _reencrypt_row(row: models.Model, columns: Sequence[EncryptedField], digests: Sequence[str], former: str) -> int:
    stored = {field: row.__dict__[field.attname] for field in columns}
    ciphertexts = {field: value for field, value in stored.items() if isinstance(value, Ciphertext)}
    for field, value in ciphertexts.items():
        setattr(row, field.attname, field.decrypted(value, secret=former))
    if ciphertexts:
        row.save(update_fields=[*(field.name for field in ciphertexts), *digests])
    return len(ciphertexts)
