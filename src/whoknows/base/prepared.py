"""Queries that are put together once.

A suggestion is asked for with every word somebody types. Django takes longer to put its queries
together, from the same parts each time, than PostgreSQL to answer them. A :class:`Prepared` query
does it once; what differs from request to request is marked as :class:`Given`.
"""

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Given:
    """A value that is known when the query runs: ``read`` takes it from what is given then."""

    read: Callable[[Mapping[str, Any]], Any]


def given(name: str) -> Given:
    """Return the value given as ``name``."""
    return Given(lambda values: values[name])


class _Compares(models.Func):
    """A column compared with a value that is known now or when the query runs."""

    output_field: ClassVar = models.BooleanField()
    comparison = ""

    def __init__(self, column: str, value: object) -> None:
        super().__init__(column)
        self.value = value

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[Any, ...]]:
        (column,) = self.get_source_expressions()
        sql, parameters = compiler.compile(column)
        return f"{sql} {self.comparison}", (*parameters, self.value)


class IsAmong(_Compares):
    """The condition that a column holds one of some values: a sequence, or :class:`Given`."""

    comparison = "= ANY(%s)"


class IsAfter(_Compares):
    """The condition that a time or day is later than another one."""

    comparison = "> %s"


class IsNotAfter(_Compares):
    """The condition that a time or day is another one, or earlier."""

    comparison = "<= %s"


class IsNotBefore(_Compares):
    """The condition that a time or day is another one, or later."""

    comparison = ">= %s"


class Prepared(Generic[_Row]):
    """A queryset whose SQL is written on first use and kept. Threads share it."""

    def __init__(self, make: Callable[[], "models.QuerySet[Any, _Row]"]) -> None:
        self._make = make
        self._writing = threading.Lock()
        self._written: tuple[models.QuerySet[Any, _Row], SQLCompiler, str, Sequence[Any]] | None
        self._written = None

    def rows(self, **values: Any) -> list[_Row]:
        """Return what the queryset yields with these values in their places. One query."""
        queryset, written, sql, parameters = self._written or self._write()
        bound = tuple(p.read(values) if isinstance(p, Given) else p for p in parameters)
        compiler = copy.copy(written)
        # Each thread has its own.
        compiler.connection = connections[queryset.db]
        compiler.as_sql = lambda *_, **__: (sql, bound)  # type: ignore[method-assign]
        found = queryset.all()
        found.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(found)

    def _write(
        self,
    ) -> "tuple[models.QuerySet[Any, _Row], SQLCompiler, str, Sequence[Any]]":
        with self._writing:
            if self._written is None:
                queryset = self._make()
                compiler = queryset.query.get_compiler(using=queryset.db)
                sql, parameters = compiler.as_sql()
                self._written = queryset, compiler, sql, parameters
            return self._written
