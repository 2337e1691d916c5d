"""The bundled PostgreSQL: starts with its first user, stops after its last. No Django here."""

from whoknows.embedded.errors import DatabaseUnavailable
from whoknows.embedded.home import home_folder
from whoknows.embedded.lease import Lease, database
from whoknows.embedded.locks import Lock
from whoknows.embedded.storage import make_home

__all__ = ["DatabaseUnavailable", "Lease", "Lock", "database", "home_folder", "make_home"]
