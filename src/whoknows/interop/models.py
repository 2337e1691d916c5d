"""Where imported things came from, so that the same import again changes nothing."""

from typing import ClassVar

from django.db import models

from whoknows.people.models import Organisation


class Source(models.Model):
    """A place that things are imported from: an archive, a dump, a folder."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(
        null=True, help_text="When an import from it last ran to its end."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="interop_source_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SourceRecord(models.Model):
    """What became of one record of a source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=300, help_text="The source's own id.")
    digest = models.CharField(max_length=32, help_text="Of what it said; the same means no change.")
    object_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "kind", "key"], name="interop_sourcerecord_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "object_id"], name="interop_sourcerecord_object")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
