"""`tickets`: listed, shown and exported from the database of a bot."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from bot.commands.tickets import COLUMNS
from bot.storage.audit import reveal
from bot.storage.conversations import accept
from bot.storage.desk import Said, note
from bot.storage.events import keep
from bot.storage.store import Store
from bot.storage.tables import agents
from bot.storage.tickets import act
from handlers.words import SerialChecked, SurveyAnswered, TicketWanted
from tests.bot.commands.conftest import Run
from tests.bot.storage.rows import inbound
from tests.fakes.clock import NOON


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """Two tickets: a solved one with everything, an urgent one."""
    store = Store(f"sqlite:///{tmp_path}/aftercare.db")
    petr = {"name": "Petr", "telegram_id": None, "created_at": NOON, "removed_at": None}
    with store._engine.begin() as connection:
        connection.execute(agents.insert(), petr)
        for address, wanted in (
            ("anna", TicketWanted("asked_for_person", '=HYPERLINK("http://evil")', "anna@example.com")),
            ("boris", TicketWanted("safety", "Smoke!", priority="urgent")),
        ):
            talk = accept(connection, inbound(address=address), NOON).conversation
            keep(connection, talk, "cs", wanted, NOON)
        act(connection, 1, "solve", "agent", NOON, 1)
        keep(connection, 1, "cs", SurveyAnswered(1, 2, 5, ("price",), "@SUM(A1)"), NOON)
        note(connection, 1, Said(1, "desk:1", "Third time."), NOON)
    yield store
    store.close()


@pytest.mark.usefixtures("filled")
def test_the_list_has_live_tickets_only(small: Run) -> None:
    result = small("tickets", "list")
    assert result.stdout.split() == ["AC-000002", "urgent", "new", "2026-03-02", "13:00", "Smoke!"]
    assert "1 live tickets" in result.output


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("number", ["1", "AC-000001", "ac1", "АС-1"])
def test_one_is_shown_with_its_log_and_its_notes(small: Run, number: str) -> None:
    said = small("tickets", "show", number).output
    assert "AC-000001 =HYPERLINK" in said
    assert "customer  create -> new" in said
    assert "agent     solve -> solved" in said
    assert "1 customer: hello" in said
    assert "2 agent (note): Third time." in said


def test_to_the_operator_nothing_is_masked_and_who_looked_is_told(small: Run, filled: Store) -> None:
    with filled._engine.begin() as connection:
        keep(connection, 2, "cs", SerialChecked("AB12C3456XY56", "covered"), NOON)
        keep(connection, 2, "cs", TicketWanted("safety", "Smoke!", "+420 601 234 567"), NOON)
        reveal(connection, 2, 1, NOON)
    said = small("tickets", "show", "2").output
    assert "contact: +420 601 234 567\nserial: AB12C3456XY56, service level: basic\n" in said
    assert "2026-03-02 13:00  agent     revealed contact and serial: Petr\n" in said


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("number", "sentence"), [("99", "there is no ticket 99"), ("x", "is no ticket number")])
def test_a_wrong_number_gets_a_sentence(small: Run, number: str, sentence: str) -> None:
    result = small("tickets", "show", number)
    assert result.exit_code == 1
    assert sentence in result.output


@pytest.mark.usefixtures("filled")
def test_a_packet_fits_the_published_schema(small: Run) -> None:
    schema = json.loads(small("tickets", "schema").stdout)
    packet = json.loads(small("tickets", "packet", "AC-000002").stdout)
    assert jsonschema_rs.validator_for(schema).is_valid(packet)
    assert (packet["reason"], packet["language"]) == ("safety", "cs")
    assert small("tickets", "packet", "99").exit_code == 1


@pytest.mark.usefixtures("filled")
def test_no_spreadsheet_calculates_with_what_a_customer_typed(small: Run, tmp_path: Path) -> None:
    assert small("tickets", "export", "out.csv").exit_code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        head, first, second = list(csv.reader(file))
    assert tuple(head) == COLUMNS
    anna = dict(zip(head, first, strict=True))
    assert (anna["number"], anna["agent"], anna["score"], anna["tags"]) == ("AC-000001", "", "5", "")
    assert anna["subject"].startswith("'=HYPERLINK")
    assert anna["comment"] == "'@SUM(A1)"
    assert second[0] == "AC-000002"
    assert small("tickets", "export", "missing/out.csv").exit_code == 1
