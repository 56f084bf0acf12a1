import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    stop_first = "the old version overwrites a consent where this one adds a line"
    # Apart from the migration before: PostgreSQL changes no table in the transaction that put rows into it.
    dependencies = [("market", "0002_ledger_of_consents"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.RemoveField("consent", "withdrawn_at"),
        migrations.AlterField("consent", "at", models.DateTimeField("waktu", default=django.utils.timezone.now)),
        migrations.AlterField(
            "consent",
            "by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="dicatat oleh",
            ),
        ),
        migrations.AddIndex(
            "consent", models.Index(fields=["business", "purpose", "at"], name="consent_by_purpose")
        ),
    ]
