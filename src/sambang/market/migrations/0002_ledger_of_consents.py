"""From one row that was overwritten on withdrawal to a ledger of lines."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PURPOSES = [
    ("catalogue", "tampil di katalog umum"),
    ("whatsapp", "nomor WA dipakai untuk pesanan"),
    ("marketplace", "diteruskan ke lokapasar"),
]
KINDS = [("given", "setuju"), ("withdrawn", "ditarik")]
HOWS = [
    ("link", "lewat tautan pribadi"),
    ("paper", "di atas kertas, bertanda tangan"),
    ("phone", "di HP petugas, di depan pemilik"),
    ("erased", "bersama penghapusan data"),
    ("unknown", "cara tidak tercatat"),
]


def add_withdrawals(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Who withdrew stands in the journal only; here it is whoever had noted the yes."""
    lines: Any = apps.get_model("market", "Consent")._base_manager.using(schema_editor.connection.alias)
    lines.bulk_create(
        lines.model(
            business_id=line.business_id, purpose=line.purpose, kind="withdrawn", at=line.withdrawn_at, by_id=line.by_id,
            how="unknown", text_version=0,
        )
        for line in list(lines.exclude(withdrawn_at=None))
    )


def drop_withdrawals(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Back to what stands: a yes that was withdrawn, or said twice, does not fit there."""
    lines: Any = apps.get_model("market", "Consent")._base_manager.using(schema_editor.connection.alias)
    seen: set[Any] = set()
    for line in lines.order_by("-at", "-pk"):
        if (line.business_id, line.purpose) in seen or line.kind == "withdrawn":
            line.delete()
        seen.add((line.business_id, line.purpose))


class Migration(migrations.Migration):
    stop_first = "the old version overwrites a consent where this one adds a line"
    dependencies = [("market", "0001_initial")]
    operations = [
        migrations.RemoveConstraint("consent", "consent_stands_once_for_a_purpose"),
        migrations.RenameField("consent", "given_at", "at"),
        migrations.RenameField("consent", "given_to", "by"),
        migrations.AddField(
            "consent", "kind", models.CharField("isi", max_length=10, choices=KINDS, default="given"), False
        ),
        migrations.AddField(
            "consent", "how", models.CharField("cara", max_length=10, choices=HOWS, default="unknown"), False
        ),
        migrations.AddField("consent", "text_version", models.PositiveSmallIntegerField("versi teks", default=0), False),
        migrations.AlterField("consent", "purpose", models.CharField("tujuan", max_length=12, choices=PURPOSES)),
        migrations.RunPython(add_withdrawals, drop_withdrawals),
    ]
