"""Alembic's environment: the connection comes from the caller, so that no second configuration exists."""

from __future__ import annotations

from alembic import context

from bot.storage import tables as _tables  # its tables are declared where it is imported
from bot.storage.columns import metadata
from bot.storage.registry import tables as _registry

_DECLARED = (_tables, _registry)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can not alter a constraint in place
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
