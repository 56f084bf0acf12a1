"""Submissions lie sealed: they tell names, telephones and NIKs as they were written."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sambang.registry.sealed import SealedBytes


def copied(before: str, after: str) -> Any:
    def copy(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        rows: Any = apps.get_model("odk", "Submission")._base_manager.using(schema_editor.connection.alias)
        for row in rows.only("pk", before).iterator(chunk_size=200):
            rows.filter(pk=row.pk).update(**{after: bytes(getattr(row, before))})

    return copy


class Migration(migrations.Migration):
    stop_first = "the old version writes submissions in the clear, into a column that is gone"
    dependencies = [("odk", "0003_settled"), ("registry", "0004_sealed")]
    operations = [
        migrations.AddField("submission", "sealed_now", SealedBytes(seal_name="submission")),
        migrations.AlterField("submission", "xml", models.BinaryField(null=True)),  # so that the way back finds room
        migrations.RunPython(copied("xml", "sealed_now"), copied("sealed_now", "xml")),
        migrations.RemoveField("submission", "xml"),
        migrations.RenameField("submission", "sealed_now", "xml"),
    ]
