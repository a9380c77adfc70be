"""Alembic's environment: the connection comes from the caller, so that no second configuration exists."""

from __future__ import annotations

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can not alter a constraint in place
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
