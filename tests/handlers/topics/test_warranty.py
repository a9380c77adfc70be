"""The talk about a warranty: what is asked, what is told at each level, and what never is."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.coverage import assess
from handlers.rules.disclosure import View
from handlers.rules.facts import Assessment, Coverage, Kind, Verdict
from handlers.rules.serials import Reading
from handlers.services import Checked, Found
from handlers.topics.warranty import handle
from handlers.voice import LOCALES, read_catalogue, spoken_languages
from handlers.warranty.hearing import asks_of_warranty, known_better
from handlers.warranty.stack import coverage
from handlers.warranty.sums import sums
from handlers.warranty.telling import told
from handlers.when import local_date
from handlers.words import Attachment, CountryTold, Outcome, SerialChecked, TicketWanted, Turn
from knowledge_base.law import read_law
from tests.fakes.records import (
    CODE,
    DOUBTFUL,
    LAW,
    NOWHERE,
    OLD,
    OWED,
    RECEIPT,
    SLIP,
    SLIPPED,
    TODAY,
    TV,
    WASHER,
    FakeRecords,
    pause,
)
from tests.fakes.services import NOW, FakeServices, a_page, a_ticket, a_turn, labels, shared_mind
from tests.handlers.rules.test_golden_warranty import device_of

LANGUAGES = spoken_languages()
ROOT = Path(__file__).parents[3]
PHOTO = Attachment("1", "label.jpg", "image/jpeg", 10)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def said(phrase: str, language: str = "en", **values: Any) -> str:
    return shared_mind().services.say(f"warranty.{phrase}", language, **values)


def a_talk(records: FakeRecords | None = None, **found: Found) -> FakeServices:
    return FakeServices(answers=found, records=records or FakeRecords())


async def step(turn: Turn) -> Outcome:
    outcome = await handle(turn)
    assert outcome is not None, f"nobody took {turn.message}"
    return outcome


async def asked_for(services: FakeServices, text: str, name: str = "serial", **state: Any) -> Outcome:
    """What is said to a text at a step of the talk."""
    return await step(a_turn(text, state={"topic": "warranty", "step": name, **state}, services=services))


def text_of(outcome: Outcome) -> str:
    return "\n".join(reply.text for reply in outcome.replies)


# ---- what begins it


async def test_no_golden_question_is_taken_from_the_knowledge_base() -> None:
    """By words alone; what the encoder adds makes the knowledge base only surer."""
    taken = []
    for file in sorted((ROOT / "tests/golden").glob("??.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            turn = a_turn(row["text"], language=row["lang"], services=shared_mind().services)
            if row["gold_id"] != "warranty-check" and asks_of_warranty(turn) and not await known_better(turn):
                taken.append((row["gold_id"], row["text"]))
    assert not taken


@pytest.mark.parametrize("step_of_another", ["contact", "description", "comment"])
async def test_what_another_topic_waits_for_is_left_to_it(step_of_another: str) -> None:
    for text in (WASHER, "Is it still under warranty?"):
        turn = a_turn(text, state={"topic": "escalation", "step": step_of_another}, services=a_talk())
        assert await handle(turn) is None


@pytest.mark.parametrize(
    "text",
    [
        f"{WASHER} does not spin and smells a little, what can I do about it",
        "Is it still under warranty? And how do I clean the filter?",
        "What does the warranty cover?",
        "hello",
        "/start",
        "",
    ],
)
async def test_what_does_not_begin_it(text: str) -> None:
    assert await handle(a_turn(text, services=a_talk())) is None


async def test_a_question_about_a_device_with_its_number_is_answered_at_once() -> None:
    outcome = await step(a_turn(f"is {WASHER} still under warranty", services=a_talk()))
    assert SerialChecked(WASHER, "covered") in outcome.events


async def test_the_question_of_the_knowledge_base_goes_there() -> None:
    services = a_talk()
    services.answers = {"Is it still under warranty if I opened it?": Found("answer", 0.9, "warranty-unauthorised")}
    assert await handle(a_turn("Is it still under warranty if I opened it?", services=services)) is None


async def test_a_person_is_wanted_in_the_middle() -> None:
    state = {"topic": "warranty", "step": "proof", "serial": WASHER}
    assert await handle(a_turn("let me talk to a person", state=state, services=a_talk())) is None


async def test_a_number_that_was_asked_for_is_no_telephone_number() -> None:
    """A request is open, and its topic would take nine digits for a late contact."""
    records = FakeRecords(readings={"601234567": Reading("601234567")})
    state = {"topic": "warranty", "step": "serial"}
    outcome = await step(a_turn("601234567", state=state, services=a_talk(records), tickets=(a_ticket(),)))
    assert records.checked == [("601234567", None, None)]
    assert said("hidden") in text_of(outcome)


# ---- the serial


@pytest.mark.parametrize(
    ("reading", "phrase", "values"),
    [
        (Reading(trouble="letters", place=3, sign="Ь"), "letters", {"place": 3, "sign": "Ь"}),
        (Reading(trouble="letters", place=3, sign="*"), "signs", {"place": 3}),
        (Reading(trouble="check_digit"), "check_digit", {}),
        (Reading(trouble="length"), "length", {}),
        (Reading(), "unreadable", {}),
    ],
)
async def test_what_is_wrong_with_a_number(reading: Reading, phrase: str, values: dict[str, Any]) -> None:
    records = FakeRecords(readings={"x1": reading})
    outcome = await asked_for(a_talk(records), "x1")
    assert said(phrase, **values) in text_of(outcome)
    assert "person" not in labels(outcome)
    second = await asked_for(a_talk(records), "x1", failures=1)
    assert said("or_person") in text_of(second)
    assert labels(second)[0] == "person"
    assert not records.checked, "a number that can not be right is never looked up"


async def test_who_can_not_find_the_number_is_told_where_it_is() -> None:
    services = a_talk()
    services.answers = {
        "where is that": Found("abstain", 0.1, None),
        "laptop?": Found("suggest", 0.2, None, ("serial-number",)),
    }
    for text in services.answers:
        outcome = await asked_for(services, text)
        assert text_of(outcome) == said("where_any")
        assert "person" in labels(outcome)


async def test_a_slip_is_asked_back_before_anything_is_looked_up() -> None:
    records = FakeRecords()
    outcome = await asked_for(a_talk(records), SLIP)
    assert not records.checked
    assert outcome.state["offered"] == SLIPPED
    yes = await step(a_turn(choice="warranty:yes", state=outcome.state, services=a_talk(records)))
    assert SerialChecked(SLIPPED, "covered") in yes.events
    no = await step(a_turn(choice="warranty:no", state=outcome.state, services=a_talk(records)))
    assert said("type_it") in text_of(no)


@pytest.mark.parametrize("answer", [{"choice": "warranty:sign:0"}, {"text": "0"}])
async def test_signs_that_look_alike_are_asked(answer: dict[str, str]) -> None:
    records = FakeRecords(answers={TV: Checked("ambiguous", place=7, signs=("O", "0"))})
    outcome = await asked_for(a_talk(records), TV)
    assert labels(outcome) == ["warranty:sign:0", "warranty:sign:O"]
    assert said("sign", place=7, signs="0 / O") == text_of(outcome)
    await step(a_turn(**answer, state=outcome.state, services=a_talk(records)))
    assert records.checked[-1][0] == "TV55X0007"


async def test_a_cyrillic_letter_is_the_sign_it_looks_like() -> None:
    records = FakeRecords(answers={TV: Checked("ambiguous", place=7, signs=("O", "0"))})
    outcome = await asked_for(a_talk(records), TV)
    await step(a_turn("О", state=outcome.state, services=a_talk(records)))  # Cyrillic on purpose
    assert records.checked[-1][0] == TV


async def test_the_number_of_a_button_never_means_another_digit() -> None:
    """Where buttons are numbered lines, "2" must be the sign 2 as well as the second line."""
    for signs in (("Z", "2"), ("2", "Z"), ("I", "1"), ("L", "1", "I"), ("1", "I")):
        records = FakeRecords(answers={WASHER: Checked("ambiguous", place=3, signs=signs)})
        shown = [name.removeprefix("warranty:sign:") for name in labels(await asked_for(a_talk(records), WASHER))]
        for place, sign in enumerate(shown, 1):
            assert not sign.isdecimal() or int(sign) == place or int(sign) > len(shown)


@pytest.mark.parametrize(("in_photo", "phrase"), [(None, "photo"), ("!!", "photo"), (WASHER, "records")])
async def test_a_photo_of_the_label(in_photo: str | None, phrase: str) -> None:
    turn = a_turn(state={"topic": "warranty", "step": "serial"}, services=a_talk(FakeRecords(in_photo=in_photo)))
    outcome = await step(replace(turn, message=replace(turn.message, attachments=(PHOTO,))))
    assert said(phrase) in text_of(outcome)


# ---- what is told


def shows_no_day(text: str, language: str) -> bool:
    days = {day for one in OWED.coverages for day in (one.start, one.end, one.presumed_until) if day}
    return not any(local_date(day, language) in text for day in days)


@every_language
async def test_who_knows_a_number_learns_a_month_and_no_day(language: str) -> None:
    turn = a_turn(WASHER, state={"topic": "warranty", "step": "serial"}, services=a_talk(), language=language)
    text = text_of(await step(turn))
    assert said("law_seller", language) in text
    assert said("records", language) in text
    assert shows_no_day(text, language)
    assert "W80" not in text, "the model is for who has proved that it is theirs"


async def test_unknown_somebody_elses_and_not_yet_proved_are_one_answer() -> None:
    texts = set()
    for records in (
        FakeRecords(devices={}),
        FakeRecords(answers={WASHER: Checked("hidden")}),
        FakeRecords(is_strict=True),
    ):
        outcome = await asked_for(a_talk(records), WASHER)
        texts.add((text_of(outcome), tuple(labels(outcome)), outcome.events))
        wrong = await asked_for(a_talk(records), "R-1", "proof", serial=WASHER)
        texts.add((text_of(wrong), tuple(labels(wrong)), wrong.events))
    assert len(texts) == 2


async def test_a_wrong_proof_tells_not_whether_the_number_is_known() -> None:
    shown = [await asked_for(a_talk(), "R-1", "proof", serial=serial) for serial in (WASHER, "QQ00Q0000")]
    assert text_of(shown[0]) == text_of(shown[1])
    assert labels(shown[0]) == labels(shown[1])


async def test_a_right_proof_shows_every_clock() -> None:
    text = text_of(await asked_for(a_talk(), RECEIPT, "proof", serial=WASHER))
    for phrase in ("kind_warranty", "kind_statutory", "kind_extended", "answers_seller", "silence_remedies"):
        assert said(phrase) in text
    assert not shows_no_day(text, "en")
    assert "30 days" in text
    assert said("open_repair", date="November 2, 2026") in text


async def test_the_day_of_purchase_needs_no_button() -> None:
    records = FakeRecords()
    await asked_for(a_talk(records), "bought 16.02.2026", "seen", serial=TV)
    assert records.checked == [(TV, None, "bought 16.02.2026")]


async def test_an_unknown_day_of_purchase_is_asked_for_and_no_refusal() -> None:
    at_first = await asked_for(a_talk(), TV)
    assert said("unknown") in text_of(at_first)
    assert "warranty:proof" in labels(at_first)
    proved = await asked_for(a_talk(), RECEIPT, "proof", serial=TV)
    assert said("no_purchase") in text_of(proved)


@pytest.mark.parametrize(
    ("checked", "phrase", "values"),
    [
        (pause(NOW), "paused_until", {"time": "13:15"}),
        (pause(NOW, 24 * 60), "paused_until_day", {"day": "November 22", "time": "13:00"}),
        (Checked("paused"), "paused", {}),
        (Checked("closed"), "closed", {}),
        (Checked("away"), "away", {}),
    ],
)
async def test_when_nothing_can_be_told(checked: Checked, phrase: str, values: dict[str, str]) -> None:
    outcome = await asked_for(a_talk(FakeRecords(answers={WASHER: checked})), WASHER)
    assert text_of(outcome) == said(phrase, **values)
    assert "person" in labels(outcome)
    assert not outcome.events, "nothing was checked"


async def test_trying_again_needs_no_typing() -> None:
    records = FakeRecords(answers={WASHER: Checked("away")})
    outcome = await asked_for(a_talk(records), WASHER)
    again = await step(a_turn(choice="warranty:again", state=outcome.state, services=a_talk()))
    assert SerialChecked(WASHER, "covered") in again.events


async def test_after_the_end_a_paid_repair_is_offered() -> None:
    outcome = await asked_for(a_talk(), OLD)
    assert said("expired_month", month="January 2022") in text_of(outcome)
    assert "warranty:page:repair-after-warranty" in labels(outcome)


# ---- the country


async def test_the_country_is_asked_once_and_kept() -> None:
    records = FakeRecords()
    asked = await asked_for(a_talk(records), NOWHERE)
    assert text_of(asked) == said("country")
    told_it = await step(a_turn(choice="warranty:country:CZ", state=asked.state, services=a_talk(records)))
    assert told_it.events[0] == CountryTold("CZ")
    assert records.checked[-1] == (NOWHERE, "CZ", None)
    assert said("law_seller") in text_of(told_it)


async def test_another_country_is_answered_without_its_law_and_not_asked_again() -> None:
    asked = await asked_for(a_talk(), NOWHERE)
    elsewhere = await step(a_turn(choice="warranty:country:other", state=asked.state, services=a_talk()))
    assert elsewhere.replies[0].text == said("country_unknown")
    assert not any(isinstance(event, CountryTold) for event in elsewhere.events)
    assert said("law_somewhere") in text_of(elsewhere)
    once_more = await step(a_turn(choice="warranty:again", state=elsewhere.state, services=a_talk()))
    assert said("country") not in text_of(once_more)


async def test_a_country_nobody_offered_is_no_country() -> None:
    asked = await asked_for(a_talk(), NOWHERE)
    assert await handle(a_turn(choice="warranty:country:XX", state=asked.state, services=a_talk())) is None


async def test_what_an_earlier_talk_told_of_the_country_counts() -> None:
    records = FakeRecords()
    turn = a_turn(NOWHERE, state={"topic": "warranty", "step": "serial"}, services=a_talk(records))
    outcome = await step(replace(turn, conversation=replace(turn.conversation, country="CZ")))
    assert records.checked == [(NOWHERE, "CZ", None)]
    assert said("records") in text_of(outcome)


# ---- codes


async def test_whether_a_contact_is_there_is_never_said() -> None:
    shown = set()
    for serial in (WASHER, "QQ00Q0000"):
        state = {"topic": "warranty", "step": "seen", "serial": serial}
        outcome = await step(a_turn(choice="warranty:code", state=state, services=a_talk()))
        shown.add((text_of(outcome), tuple(labels(outcome))))
        wrong = await asked_for(a_talk(), "111111", "code", serial=serial)
        shown.add((text_of(wrong), tuple(labels(wrong))))
    assert len(shown) == 2


async def test_a_code_opens_and_offers_to_keep_the_device() -> None:
    records = FakeRecords()
    outcome = await asked_for(a_talk(records), f" {CODE[:3]} {CODE[3:]} ", "code", serial=WASHER)
    assert "warranty:keep" in labels(outcome)
    kept = await step(a_turn(choice="warranty:keep", state=outcome.state, services=a_talk(records)))
    assert kept.replies[0].text == said("kept")
    assert said("repairs") in text_of(kept)


async def test_a_receipt_does_not_offer_to_keep_the_device() -> None:
    assert "warranty:keep" not in labels(await asked_for(a_talk(), RECEIPT, "proof", serial=WASHER))
    state = {"topic": "warranty", "step": "seen", "serial": WASHER}
    refused = await step(a_turn(choice="warranty:keep", state=state, services=a_talk()))
    assert text_of(refused) == said("not_kept")


async def test_too_many_codes() -> None:
    state = {"topic": "warranty", "step": "seen", "serial": WASHER}
    outcome = await step(a_turn(choice="warranty:code", state=state, services=a_talk(FakeRecords(sends=False))))
    assert text_of(outcome) == said("code_too_many")


@pytest.mark.parametrize("choice", ["warranty:proof", "warranty:code", "warranty:keep", "warranty:again"])
async def test_a_button_of_an_older_talk_asks_for_the_number(choice: str) -> None:
    outcome = await step(a_turn(choice=choice, state={"topic": "ladder"}, services=a_talk()))
    assert text_of(outcome) == said("ask")


# ---- what comes next


async def test_a_claim_goes_to_a_person_with_the_device() -> None:
    state = {"topic": "warranty", "step": "seen", "serial": WASHER, "product": "washing machine", "question": "Why?"}
    outcome = await step(a_turn(choice="warranty:claim", state=state, services=a_talk()))
    assert outcome.events == (TicketWanted("claim_or_law", "Claim: washing machine\nWhy?"),)
    assert outcome.state["step"] == "contact"


async def test_a_question_in_the_middle_is_answered_and_the_talk_goes_on() -> None:
    services = a_talk()
    services.answers = {
        "what is excluded": Found("answer", 0.9, "warranty-exclusions"),
        "it leaks": Found("answer", 0.9, "washer-leaks"),
    }
    services.pages = {"warranty-exclusions": a_page("warranty-exclusions")}
    outcome = await asked_for(services, "what is excluded", "seen", serial=WASHER)
    assert "Title of warranty-exclusions" in text_of(outcome)
    assert outcome.state["serial"] == WASHER
    state = {"topic": "warranty", "step": "seen", "serial": WASHER}
    assert await handle(a_turn("it leaks", state=state, services=services)) is None, "a defect is looked up as ever"


# ---- dates, sums and rules


NOTE = "according to the guarantee card, which has to come with the goods"
coverages = some.builds(
    Coverage,
    kind=some.sampled_from(["warranty", "statutory", "extended", "contract"]),
    verdict=some.sampled_from(["covered", "expired", "void", "unknown", "malformed"]),
    start=some.none() | some.dates(date(2000, 1, 1), date(2035, 1, 1)),
    end=some.none() | some.dates(date(2000, 1, 1), date(2035, 1, 1)),
    basis=some.sampled_from([None, "delivery", "purchase", "activation", "first_use", "fixed"]),
    arithmetic=some.lists(some.sampled_from((*OWED.coverages[0].arithmetic, NOTE)), max_size=3).map(tuple),
    responsible=some.sampled_from(["", "seller", "maker", "choice"]),
    presumed_until=some.none() | some.dates(date(2000, 1, 1), date(2035, 1, 1)),
    added_days=some.integers(0, 400),
    source=some.sampled_from([None, LAW, DOUBTFUL]),
)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(one=coverages, language=some.sampled_from(LANGUAGES))
def test_any_coverage_can_be_said_and_an_unconfirmed_rule_gives_no_day(one: Coverage, language: str) -> None:
    text = coverage(shared_mind().services, one, TODAY, language)
    assert text.strip()
    if one.source == DOUBTFUL:
        bare = text.replace(local_date(DOUBTFUL.checked, language), "")
        for day in (one.start, one.end, one.presumed_until):
            assert day is None or day == DOUBTFUL.checked or local_date(day, language) not in bare


GOLDEN = tomllib.loads((ROOT / "tests/data/warranty/golden.toml").read_text("utf-8"))["row"]
LAW_BOOK = read_law()


def test_every_step_of_the_engine_is_said_in_the_readers_words() -> None:
    """What the engine has to say on the golden table; what is left as it stands are the notes of the law's files."""
    notes, seen = set(law_notes()), set()
    for row in GOLDEN:
        owed = assess(device_of(row), LAW_BOOK, date.fromisoformat(row["on"]), row.get("asked_country"))
        for one in owed.coverages:
            seen |= set(one.arithmetic)
            text = coverage(shared_mind().services, one, owed.on, "cs")
            assert not [step for step in one.arithmetic if step not in notes and step in text]
            assert not re.search(r"\d{4}-\d\d-\d\d", text.split("Zdroj:")[0]), text
            unsaid = sums(shared_mind().services, replace(one, source=None), "en")
            assert not [line for line in unsaid if line in one.arithmetic and line not in notes], unsaid
    kinds = ("out of use", "once, for the repair", "starts anew", "at the earliest", "by the company's records")
    assert all(any(kind in step for step in seen) for kind in kinds)


@every_language
def test_the_notes_of_the_law_are_translated(language: str) -> None:
    """Whoever writes a note into a law's file adds it to the catalogues, or readers of other languages get English."""
    catalogue = read_catalogue(language)
    for note in law_notes():
        message = catalogue.get(note.replace("%", "%%"))
        assert language == "en" or (message and message.string), f"{LOCALES / language}: no translation of {note}"


def law_notes() -> list[str]:
    files = sorted((ROOT / "knowledge_base/law").glob("*.toml"))
    return [note for file in files for note in notes_in(tomllib.loads(file.read_text("utf-8")))]


def notes_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [note for name, one in value.items() for note in (one if name == "notes" else notes_in(one))]
    return [note for one in value for note in notes_in(one)] if isinstance(value, list) else []


@every_language
@pytest.mark.parametrize("kind", ["warranty", "statutory", "extended", "contract"])
def test_warranty_and_rights_by_law_have_different_names(language: str, kind: Kind) -> None:
    others = {said(f"kind_{other}", language) for other in ("warranty", "statutory", "extended", "contract")} - {
        said(f"kind_{kind}", language)
    }
    assert len(others) == 3


@every_language
@pytest.mark.parametrize("verdict", ["covered", "expired", "void", "unknown", "malformed"])
def test_every_verdict_can_be_said(language: str, verdict: Verdict) -> None:
    services = shared_mind().services
    for month in (None, (2027, 3)):
        view = View(verdict, "TV", until_month=month, country="CZ")
        assert said("records", language) in told(services, view, TV, language)
    whole = View(verdict, "", assessment=Assessment(verdict, TODAY, None, missing=("purchased", "activated")))
    assert said("no_purchase", language) in told(services, whole, TV, language)


@pytest.mark.parametrize("count", [1, 2, 5, 21, 22])
def test_days_added_by_repairs_have_their_plural(count: int) -> None:
    words = {1: "Добавлен 1 день", 2: "Добавлено 2 дня", 5: "Добавлено 5 дней", 21: "Добавлен 21 день"}
    assert said("added", "ru", count=count, digits=str(count)).startswith(words.get(count, f"Добавлено {count} дня"))


async def test_persian_keeps_the_number_in_one_piece() -> None:
    turn = a_turn(WASHER, state={"topic": "warranty", "step": "serial"}, services=a_talk(), language="fa")
    assert "\u2066AB12 C345 6\u2069" in text_of(await step(turn))


async def test_a_pause_counts_from_the_companys_clock() -> None:
    late = Checked("paused", until=datetime.fromisoformat("2026-11-21T22:30:00+00:00") + timedelta(minutes=45))
    outcome = await asked_for(a_talk(FakeRecords(answers={WASHER: late})), WASHER)
    assert text_of(outcome) == said("paused_until_day", day="November 22", time="00:15")
