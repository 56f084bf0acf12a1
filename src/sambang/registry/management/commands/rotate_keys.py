"""`sambang rotate_keys --former FILE`: all that is sealed (NIK, telephone, finances, phones' keys) sealed anew
after SAMBANG_IDENTITY_KEY was changed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils.translation import gettext as _

from sambang.registry.encrypted_fields import DigestOf, Sealed, SealedField
from sambang.registry.encryption import DEVICE_KEY, SealBrokenError, digest, seal, seal_bytes, unseal, unseal_bytes
from sambang.registry.models import Business


class Command(BaseCommand):
    help = (
        "Segel ulang NIK, nomor HP, dan keuangan dengan SAMBANG_IDENTITY_KEY yang baru: semua atau tidak sama sekali."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # A file and not a word of the command: what is typed stays in the shell's history.
        parser.add_argument("--former", type=Path, required=True, help="berkas berisi kunci yang lama")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            former = options["former"].read_text().strip()
            with transaction.atomic():
                count = self._reseal(former)
        except OSError:
            self._refuse(_("Berkas kunci lama tidak dapat dibaca: periksa nama dan tempatnya."))
        except SealBrokenError:
            self._refuse(_("Ada yang tidak disegel dengan kunci lama itu: tidak ada yang diubah."))
        else:
            self.stdout.write(_("%(count)d nilai disegel ulang.") % {"count": count})

    def _reseal(self, former: str) -> int:
        # No operation: no fact changes, and nobody needs to reach the rows to be allowed to.
        count = 0
        for business in Business.objects.select_for_update().exclude(nik_sealed=None).only("nik_sealed"):
            nik = unseal(business.nik_sealed, secret=former)
            business.nik_sealed, business.nik_digest = seal(nik), digest(nik)
            business.save(update_fields=["nik_sealed", "nik_digest"])
            count += 1
        count += sum(_reseal_columns(model, former) for model in apps.get_models())
        # By its name: the keys of phones belong to a later step of the work.
        for row in apps.get_model("field", "DeviceKey")._base_manager.select_for_update():
            row.sealed = seal_bytes(unseal_bytes(row.sealed, what=DEVICE_KEY, secret=former), what=DEVICE_KEY)
            row.save(update_fields=["sealed"])
        return count

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(2)


def _reseal_columns(model: type[models.Model], former: str) -> int:
    """Every sealed column of a model of any app, and the digests that follow them; how many values."""
    columns = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
    digests = [field.name for field in model._meta.concrete_fields if isinstance(field, DigestOf)]
    count = 0
    if not columns:
        return 0
    for row in model._base_manager.select_for_update().iterator(chunk_size=500):
        held = {field: row.__dict__[field.attname] for field in columns}
        found = {field: value for field, value in held.items() if isinstance(value, Sealed)}
        for field, value in found.items():
            setattr(row, field.attname, field.unsealed(value, secret=former))
        if found:
            row.save(update_fields=[*(field.name for field in found), *digests])
        count += len(found)
    return count
