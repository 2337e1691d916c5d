from django.db import migrations

# One statement each, in the database: an installation may have a million aids.
CONTENT = """
    UPDATE aids_aid SET
        content = jsonb_build_object('rows', '[]'::jsonb, 'note', body),
        state = CASE WHEN verified_on IS NULL THEN 'draft' ELSE 'verified' END
    WHERE content = '{}'::jsonb
"""
VERSIONS = """
    INSERT INTO aids_aidversion
        (aid_id, number, title, kind, content, written_at, written_by_id, is_material, why)
    SELECT id, 1, title, kind, content, changed_at, NULL, true, ''
    FROM aids_aid
    WHERE NOT EXISTS (SELECT 1 FROM aids_aidversion v WHERE v.aid_id = aids_aid.id)
"""


class Migration(migrations.Migration):
    """The text of each aid becomes the note of a reference, and its first version."""

    dependencies = [("aids", "0002_give_aids_a_structure")]

    operations = [
        migrations.RunSQL(CONTENT, migrations.RunSQL.noop),
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
    ]
