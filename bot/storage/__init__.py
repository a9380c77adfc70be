"""The database: tables, queries, and the one writer. Nothing outside this package imports sqlalchemy."""
