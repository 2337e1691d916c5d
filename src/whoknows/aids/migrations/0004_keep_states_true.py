from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aids", "0003_bring_old_aids_over")]

    operations = [
        migrations.AddConstraint(
            model_name="aid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "retired"),
                    models.Q(("state", "verified"), ("verified_on__isnull", False)),
                    models.Q(("state__in", ["draft", "in_review"]), ("verified_on__isnull", True)),
                    _connector="OR",
                ),
                name="aids_aid_verified_has_a_date_and_no_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="aid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "checklist",
                            "decision_table",
                            "flowchart",
                            "procedure",
                            "reference",
                            "worksheet",
                        ],
                    )
                ),
                name="aids_aid_kind_known",
            ),
        ),
    ]
