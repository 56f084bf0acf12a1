"""Items of phones lie sealed: they tell names, telephones and NIKs as they were written."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sambang.registry.sealed import SealedBytes


def copied(before: str, after: str) -> Any:
    def copy(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        rows: Any = apps.get_model("field", "Received")._base_manager.using(schema_editor.connection.alias)
        for row in rows.only("pk", before).iterator(chunk_size=200):
            rows.filter(pk=row.pk).update(**{after: bytes(getattr(row, before))})

    return copy


class Migration(migrations.Migration):
    stop_first = "the old version writes what phones send in the clear, into a column that is gone"
    dependencies = [("field", "0001_initial"), ("registry", "0004_sealed")]
    operations = [
        migrations.AddField("received", "sealed_now", SealedBytes(verbose_name="isi", seal_name="item of a phone")),
        migrations.AlterField("received", "text", models.BinaryField(null=True)),  # so that the way back finds room
        migrations.RunPython(copied("text", "sealed_now"), copied("sealed_now", "text")),
        migrations.RemoveField("received", "text"),
        migrations.RenameField("received", "sealed_now", "text"),
    ]
