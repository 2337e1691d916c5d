from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("needs", "0004_suggested_and_weights"),
    ]

    operations = [
        migrations.AddField(
            model_name="miss",
            name="folded",
            field=models.CharField(
                default="",
                help_text="By which words are the same, however they are capitalised.",
                max_length=200,
            ),
            preserve_default=False,
        ),
        # What is here was kept folded.
        migrations.RunSQL("UPDATE needs_miss SET folded = words", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="miss",
            name="words",
            field=models.CharField(help_text="As typed, spaces made one.", max_length=200),
        ),
        migrations.RemoveConstraint(model_name="miss", name="needs_miss_one_a_person"),
        migrations.AddConstraint(
            model_name="miss",
            constraint=models.UniqueConstraint(
                fields=("organisation", "folded", "person"), name="needs_miss_one_a_person"
            ),
        ),
    ]
