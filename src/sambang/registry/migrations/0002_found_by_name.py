from django.db import migrations, models

from sambang.base.migrating import AddIndexWhileServing


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("registry", "0001_initial")]

    operations = [
        AddIndexWhileServing(
            model_name="business", index=models.Index(fields=["name", "id"], name="business_by_name")
        ),
    ]
