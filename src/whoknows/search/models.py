"""The log of changes that every copy of the index follows."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class TransactionId(models.Field):  # type: ignore[type-arg] # not generic at run time
    """The 64-bit id of the transaction that wrote the row; never wraps (PostgreSQL ``xid8``)."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class CurrentTransaction(models.Func):
    """The id of the transaction that is writing."""

    function = "pg_current_xact_id"
    output_field = TransactionId()


class Change(models.Model):
    """A document may have changed: look it up again."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    written_by = TransactionId(db_default=CurrentTransaction())
    at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["written_by"], name="search_change_written_by")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"
