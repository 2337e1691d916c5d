from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aids", "0006_keep_pictures")]

    operations = [
        migrations.AddField(
            model_name="aid",
            name="taken_back_at",
            field=models.DateTimeField(
                blank=True,
                help_text=(
                    "When whoever said its words took them back; it is empty and stays retired."
                ),
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="aid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_back_at__isnull", True),
                    models.Q(("body", ""), ("state", "retired")),
                    _connector="OR",
                ),
                name="aids_aid_taken_back_is_retired_and_empty",
            ),
        ),
    ]
