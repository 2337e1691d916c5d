from django.db import migrations, models

# One statement, in the database: an installation may have a million versions. How far an aid could
# be seen when each was written is not known any more: they keep the class it has now.
CLASSES = """
    UPDATE aids_aidversion SET sharing = aids_aid.sharing
    FROM aids_aid WHERE aids_aid.id = aids_aidversion.aid_id
"""


class Migration(migrations.Migration):
    dependencies = [("aids", "0007_keep_taken_back_aids_empty")]

    operations = [
        migrations.AddField(
            model_name="aidversion",
            name="sharing",
            field=models.CharField(
                choices=[
                    ("private", "only you"),
                    ("unit", "your unit"),
                    ("organisation", "your organisation"),
                    ("partners", "your organisation and its partners"),
                    ("public", "anyone"),
                ],
                default="private",
                help_text="How far the aid could be seen when this was written.",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(CLASSES, migrations.RunSQL.noop),
    ]
