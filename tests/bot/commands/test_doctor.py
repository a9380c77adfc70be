"""`doctor`, `migrate`, `chat`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.engine import open_engine
from bot.storage.migrate import HEAD
from bot.storage.registry.tables import alerts
from tests.bot.commands.conftest import Run


def test_everything_is_well(small: Run) -> None:
    result = small("doctor")
    assert result.exit_code == 0, result.output
    assert all(line.startswith("ok") for line in result.output.splitlines())
    assert "empty, will be set up at the first start" in result.output
    assert "knowledge base: no mistakes" in result.output
    assert "encoder: switched off" in result.output


def test_what_is_not_well_says_what_to_do(small: Run, folder: Path) -> None:
    (folder / "articles/leaks/kk.md").unlink()
    result = small("doctor", telegram_customers_token="123456:" + "A" * 35)
    assert result.exit_code == 1
    assert "CHECK  knowledge base: 1 mistakes; `python -m bot kb check` lists them" in result.output
    assert "telegram.customers" in result.output
    assert "AAAA" not in result.output


def test_alerts_that_nobody_was_told_of_are_told_of(small: Run, tmp_path: Path) -> None:
    small("migrate")
    assert "ok     alerts: none" in small("doctor").output
    engine = open_engine(f"sqlite:///{tmp_path}/aftercare.db")
    now = datetime.now(UTC)
    with engine.begin() as connection:
        for key, days, told_at in (("new", 1, None), ("old", 8, None), ("told", 1, now)):
            row = {"key": key, "kind": "canary", "detail": {}, "at": now - timedelta(days=days), "told_at": told_at}
            connection.execute(alerts.insert(), row)
    engine.dispose()
    result = small("doctor")
    assert result.exit_code == 1
    assert "CHECK  alerts: 1 that nobody was told of: somebody is guessing serials" in result.output


def test_a_password_is_never_printed(small: Run) -> None:
    result = small("doctor", storage_url="postgresql://aftercare:geheim@127.0.0.1:1/aftercare")
    assert result.exit_code == 1
    assert "geheim" not in result.output
    assert "CHECK  database" in result.output


def test_migrate_there_and_back(small: Run) -> None:
    assert small("migrate").output == f"the database stands at {HEAD}\n"
    assert "up to date" in small("doctor").output
    assert small("migrate", "base").output == "the database stands at base\n"
    assert small("migrate", "nonsense").exit_code != 0


@pytest.mark.parametrize(
    ("language", "said", "answered"),
    [
        ("en", "water on the floor", "Close the tap. See repair."),
        ("cs", "voda na podlaze", "Zavřete kohoutek."),
        ("kk", "еденде су тұр", "Шүмекті жабыңыз."),
    ],
)
def test_chat(small: Run, language: str, said: str, answered: str) -> None:
    result = small("chat", "--lang", language, said=f"{said}\n1\n\n")
    assert result.exit_code == 0, result.output
    assert answered in result.output
    assert "  1. " in result.output
    assert "**" not in result.output
