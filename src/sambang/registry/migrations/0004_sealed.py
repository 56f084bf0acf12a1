"""Telephone, NPWP, finances and waiting workbooks are sealed. What lies in the database is rewritten, row by row."""

from __future__ import annotations

from typing import Any

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sambang.registry import sealed

RUPIAH = [django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2**63 - 1)]


def money(words: str, name: str) -> sealed.SealedInteger:
    return sealed.SealedInteger(verbose_name=words, seal_name=name, validators=RUPIAH)


COLUMNS: dict[tuple[str, str], sealed.SealedField] = {
    ("business", "phone"): sealed.SealedText(verbose_name="nomor HP/WA", seal_name="phone", longest=16),
    ("business", "npwp"): sealed.SealedText(verbose_name="NPWP", seal_name="npwp", longest=22),
    ("business", "investment"): money("investasi tanpa tanah dan bangunan (Rp)", "investment"),
    ("business", "investment_land"): money("investasi tanah dan bangunan (Rp)", "investment_land"),
    ("business", "annual_sales"): money("nilai produksi setahun (Rp)", "annual_sales"),
    ("productline", "annual_value"): money("nilai produksi setahun (Rp)", "annual_value"),
    ("importbatch", "workbook"): sealed.SealedBytes(seal_name="workbook"),
}


def seal_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model in sorted({model for model, _column in COLUMNS}):
        rows: Any = apps.get_model("registry", model)._base_manager.using(schema_editor.connection.alias)
        names = [column for of, column in COLUMNS if of == model]
        written = [f"{name}_sealed_now" for name in names] + (["phone_digest"] if model == "business" else [])
        for row in rows.all().iterator(chunk_size=500):
            for name in names:
                setattr(row, f"{name}_sealed_now", getattr(row, name))
            row.save(update_fields=written)


def unseal_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model in sorted({model for model, _column in COLUMNS}):
        rows: Any = apps.get_model("registry", model)._base_manager.using(schema_editor.connection.alias)
        names = [column for of, column in COLUMNS if of == model]
        for row in rows.all().iterator(chunk_size=500):
            for name in names:
                setattr(row, name, getattr(row, f"{name}_sealed_now"))
            row.save(update_fields=names)


class Migration(migrations.Migration):
    stop_first = "the old version writes telephones and finances in the clear, into columns that are gone"
    dependencies = [("registry", "0003_found_by_name")]
    operations = [
        migrations.RemoveConstraint("business", "business_investment_is_not_negative"),
        *(migrations.AddField(model, f"{name}_sealed_now", field) for (model, name), field in COLUMNS.items()),
        migrations.AddField("business", "phone_digest", sealed.DigestOf(db_index=True, default="", of="phone")),
        migrations.AddField("business", "erased_at", models.DateTimeField("data dihapus", null=True, blank=True, editable=False)),
        migrations.AlterField("importbatch", "workbook", models.BinaryField(null=True)),  # so that the way back finds room
        migrations.RunPython(seal_rows, unseal_rows),
        *(migrations.RemoveField(model, name) for model, name in COLUMNS),
        *(migrations.RenameField(model, f"{name}_sealed_now", name) for model, name in COLUMNS),
    ]
