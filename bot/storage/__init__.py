"""The database: tables, queries, and the one writer. Nothing outside this package imports sqlalchemy."""

from sqlalchemy import Connection

__all__ = ["Connection"]  # what a write or a query is handed
