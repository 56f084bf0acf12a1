from django.db import migrations, models

from sambang.base.migrating import AddIndexWhileServing


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("registry", "0002_former_key")]

    operations = [
        AddIndexWhileServing(
            model_name="business", index=models.Index(fields=["name", "id"], name="business_by_name")
        ),
    ]
