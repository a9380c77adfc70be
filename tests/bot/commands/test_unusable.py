"""What only the operator can mend ends in one sentence that says how, and exit status 1."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.__main__ import main
from bot.storage.engine import open_engine
from bot.storage.store import Store
from tests.fakes.site import small_knowledge


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFTERCARE_KNOWLEDGE_PATH", str(small_knowledge(tmp_path / "knowledge")))
    monkeypatch.setenv("AFTERCARE_KNOWLEDGE_ENCODER", "none")
    return CliRunner()


def test_a_port_that_is_taken(bot: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("AFTERCARE_WEB_PORT", str(port))
        result = bot.invoke(main, ["run"])
    assert result.exit_code == 1
    assert f"can not listen on 127.0.0.1:{port}" in result.output
    assert "set [web] host and port" in result.output


@pytest.mark.parametrize("command", [["run"], ["tickets", "list"], ["migrate"], ["chat"]])
def test_a_database_that_can_not_be_opened(
    bot: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    (tmp_path / "broken.db").write_text("this is no database, and long enough for SQLite to see it " * 4)
    monkeypatch.setenv("AFTERCARE_STORAGE_URL", f"sqlite:///{tmp_path / 'broken.db'}")
    result = bot.invoke(main, command)
    assert result.exit_code == 1
    assert "check [storage] url" in result.output
    assert "Traceback" not in result.output


def test_a_database_of_a_later_version(bot: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'later.db'}"
    Store(url).close()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    monkeypatch.setenv("AFTERCARE_STORAGE_URL", url)
    result = bot.invoke(main, ["tickets", "list"])
    assert result.exit_code == 1
    assert "install the later version again" in result.output
