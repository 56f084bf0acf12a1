import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ONE_OF_TWO = models.CheckConstraint(
    name="former_key_is_of_a_business_or_of_a_product_line",
    condition=models.Q(business=None, product_line__isnull=False) | models.Q(business__isnull=False, product_line=None),
)


def name_businesses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    keys = apps.get_model("registry", "FormerKey")._base_manager.using(schema_editor.connection.alias)
    business = apps.get_model("registry", "ProductLine")._base_manager.filter(pk=models.OuterRef("product_line"))
    keys.filter(business=None).update(business=models.Subquery(business.values("business")[:1]))
    schema_editor.connection.check_constraints()  # PostgreSQL alters no table that has checks to come


def forget_businesses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    keys = apps.get_model("registry", "FormerKey")._base_manager.using(schema_editor.connection.alias)
    keys.exclude(product_line=None).update(business=None)
    schema_editor.connection.check_constraints()


def key_of_business(*, null: bool) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="registry.business", verbose_name="IKM"
    )


class Migration(migrations.Migration):
    stop_first = "the old version writes down a merged product line without its IKM"
    dependencies = [("registry", "0004_sealed")]
    operations = [
        migrations.RemoveConstraint("formerkey", ONE_OF_TWO.name),
        migrations.RunPython(name_businesses, forget_businesses),
        migrations.AlterField("formerkey", "business", key_of_business(null=False)),
    ]
