from django.db import migrations, models

from sambang.journal.chain import BEGINNING, Content, link


def chain_what_stands(apps, schema_editor):
    """Lines written before there was a chain get their links, in the order in which they were written."""
    Entry, Tip = apps.get_model("journal", "Entry"), apps.get_model("journal", "Tip")
    database = schema_editor.connection.alias
    tip, lines = Tip(id=1, number=0, hash=BEGINNING), []
    for line in Entry.objects.using(database).order_by("id").iterator(chunk_size=2000):
        line.hash = link(tip.hash, Content(line.id, line.at, line.by_id, line.verb, line.subject, line.result, line.region_code))
        tip.number, tip.hash = line.id, line.hash
        lines.append(line)
        if len(lines) == 500:
            Entry.objects.using(database).bulk_update(lines, ["hash"])
            lines = []
    Entry.objects.using(database).bulk_update(lines, ["hash"])
    tip.save(using=database)


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0002_receipt'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tip',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(default=0, verbose_name='nomor terakhir')),
                ('hash', models.CharField(default=BEGINNING, max_length=64, verbose_name='sidik rantai')),
            ],
            options={
                'verbose_name': 'ujung jurnal',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='journal_has_one_tip')],
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='hash',
            field=models.CharField(default='', editable=False, max_length=64, verbose_name='sidik rantai'),
            preserve_default=False,
        ),
        migrations.RunPython(chain_what_stands, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('hash', ''), _negated=True), name='journal_line_is_chained'),
        ),
    ]
