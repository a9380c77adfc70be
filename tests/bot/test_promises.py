"""Opening hours, service levels and tickets of the settings, as the rules take them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsWrong, load_settings

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # nine o'clock in Prague


def loaded(folder: Path, text: str) -> Settings:
    (folder / "config.toml").write_text(text, "utf-8")
    return load_settings(folder / "config.toml", {})


def test_the_defaults_are_the_hours_that_customers_read() -> None:
    settings = Settings()
    weekdays, saturday = (
        written.replace("–", "-") for written in (settings.company.hours_weekdays, settings.company.hours_saturday)
    )
    hours = settings.hours
    assert {hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday} == {(weekdays,)}
    assert (hours.saturday, hours.sunday) == ((saturday,), ())


def test_the_defaults_keep_what_the_articles_promise() -> None:
    """Working days of the basic level are of ten hours."""
    values, sla = Settings().company.values, Settings().sla
    assert sla.tier("basic").resolution.length <= values["basic_workdays_to"] * 10 * HOUR
    assert sla.tier("extended").resolution.length <= values["extended_hours_to"] * HOUR
    assert sla.tier("premium").resolution.length <= values["premium_hours"] * HOUR


def test_hours_become_a_calendar(tmp_path: Path) -> None:
    text = (
        '[hours]\nmonday = ["8:00-9:30"]\nexceptions = { "2026-11-24/2026-11-27" = [], "2026-12-24" = ["9:00-10:00"] }'
    )
    calendar = loaded(tmp_path, text).calendar()
    assert calendar.add(MONDAY, HOUR / 2) == MONDAY + HOUR / 2
    assert calendar.add(MONDAY, HOUR) == datetime(2026, 11, 28, 9, 30, tzinfo=UTC)  # Saturday, half an hour past ten
    assert calendar.is_open(datetime(2026, 12, 24, 8, 30, tzinfo=UTC))
    assert not calendar.is_open(datetime(2026, 9, 28, 8, tzinfo=UTC))  # a Czech holiday


def test_holidays_are_the_countrys_and_may_be_switched_off(tmp_path: Path) -> None:
    independence = datetime(2026, 12, 16, 8, tzinfo=UTC)
    assert Settings().calendar().is_open(independence)
    kazakh = '[company]\ncountry = "KZ"\ntimezone = "Asia/Almaty"'
    assert not loaded(tmp_path, kazakh).calendar().is_open(independence)
    assert loaded(tmp_path, f"{kazakh}\n[hours]\nholidays = false").calendar().is_open(independence)
    epiphany = datetime(2026, 1, 6, 9, tzinfo=UTC)
    german = '[company]\ncountry = "DE"\ntimezone = "Europe/Berlin"\n[hours]\nregion = '
    assert loaded(tmp_path, f'{german}""').calendar().is_open(epiphany)
    assert not loaded(tmp_path, f'{german}"BY"').calendar().is_open(epiphany)
    assert loaded(tmp_path, '[company]\ncountry = "XX"\n[hours]\nholidays = false').calendar().country is None


def test_a_week_without_hours_is_refused(tmp_path: Path) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    with pytest.raises(SettingsWrong, match=r"^hours: no day has opening hours; write for example monday ="):
        loaded(tmp_path, "[hours]\n" + "".join(f"{day} = []\n" for day in days))


def test_levels_become_tiers(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[sla.premium]\nfirst_reply = "30 working minutes"\nwarn_before = "10 minutes"')
    reply = settings.sla.tier("premium").first_reply
    assert (reply.length, reply.is_working, reply.warn_before) == (HOUR / 2, True, HOUR / 6)
    assert settings.sla.tier("premium").resolution.length == 4 * HOUR, "a line that is not there keeps its default"
    assert not settings.sla.tier("extended").resolution.is_working


def test_a_warning_longer_than_what_it_warns_of_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong) as caught:
        loaded(tmp_path, '[sla.basic]\nfirst_reply = "later"\nwarn_before = "100 hours"')
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "sla.basic.first_reply", "sla.basic.warn_before",
    ]  # fmt: skip


def test_solved_tickets_close_after_some_days(tmp_path: Path) -> None:
    assert Settings().tickets.close_after == timedelta(days=7)
    assert loaded(tmp_path, "[tickets]\nclose_after_days = 3").tickets.close_after == timedelta(days=3)


def test_nobody_pays_for_holidays_before_they_are_asked_for() -> None:
    code = "import sys; from bot.settings import Settings; Settings().calendar(); sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
