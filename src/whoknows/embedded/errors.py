"""The one way in which the bundled database fails."""


class DatabaseUnavailable(Exception):
    """The bundled database cannot be used; the message says why and what to do next."""

    code = "database_unavailable"
