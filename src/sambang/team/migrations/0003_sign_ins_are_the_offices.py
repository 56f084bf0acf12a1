from django.db import migrations


class Migration(migrations.Migration):
    """Nothing of the tables changes. PostgreSQL's wall, put up after this, closes some to readers (past_reach.OFFICE_ONLY)."""

    stop_first = "the old version looks sessions up as a reader, who may not touch them any more"
    dependencies = [("team", "0002_second_factor")]
    operations = []
