"""How much may be asked, and what is told while somebody guesses."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.guard import (
    Asking,
    Everyone,
    Identity,
    Judgement,
    Series,
    Standings,
    Told,
    Tries,
    after,
    from_json,
    judge,
    to_json,
)
from handlers.rules.sequences import series_of, walks

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOLD: tuple[Told, ...] = ("own", "proved", "hit", "miss", "canary", "quiet", "closed", "paused")


@dataclass
class Guard:
    """The rules with a memory, as the registry is one for them."""

    identities: dict[str, Identity] = field(default_factory=lambda: defaultdict(Identity))
    series: dict[str, Series] = field(default_factory=lambda: defaultdict(Series))
    tries: dict[str, Tries] = field(default_factory=lambda: defaultdict(Tries))
    everyone: Everyone = field(default_factory=Everyone)
    trails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    alerts: Counter[str] = field(default_factory=Counter)

    def ask(
        self, person: str, serial: str, now: datetime, told: Told = "miss", *, network: str | None = None,
        proof: bool = False,
    ) -> Judgement:  # fmt: skip
        """One question. `told`: what is answered where the rules let it be."""
        source = network or person
        asking = Asking(source, proof, walks(self.trails[source], serial))
        self.trails[source] = [*self.trails[source][-7:], serial]
        before = Standings(
            self.identities[person], self.identities[network] if network else None,
            self.series[series_of(serial)], self.tries[serial], self.everyone,
        )  # fmt: skip
        judgement = judge(before, asking, now)
        is_told = judgement.state == "open" or (judgement.state == "closed" and proof and judgement.may_prove)
        now_standing, alerts = after(before, asking, told if is_told else judgement.state, now)  # type: ignore[arg-type]
        self.identities[person] = now_standing.person
        if network is not None and now_standing.network is not None:
            self.identities[network] = now_standing.network
        self.series[series_of(serial)], self.tries[serial] = now_standing.series, now_standing.serial
        self.everyone = now_standing.everyone
        self.alerts.update(alert.kind for alert in alerts)
        return judgement


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def sparse(n: int) -> str:
    """A serial with no neighbours."""
    return f"{random.Random(n).getrandbits(60):015X}"


# --- a person, a network ---------------------------------------------------------------------------------------


def test_five_answers_in_ten_minutes_then_a_pause_until_the_first_is_forgotten() -> None:
    guard = Guard()
    states = [guard.ask("anna", sparse(n), at(n * 60), "hit").state for n in range(6)]
    assert states == ["open"] * 5 + ["paused"]
    assert guard.ask("anna", sparse(9), at(599), "hit").until == at(600)
    assert guard.ask("anna", sparse(9), at(600), "hit").state == "open"


def test_twenty_answers_in_a_day() -> None:
    guard = Guard()
    states = [guard.ask("anna", sparse(n), at(n * 3000), "hit").state for n in range(21)]
    assert states == ["open"] * 20 + ["paused"]
    assert guard.ask("anna", sparse(99), at(86400), "hit").state == "open"


def test_a_miss_costs_more_than_a_hit() -> None:
    hits, misses = Guard(), Guard()
    for n in range(3):
        hits.ask("anna", sparse(n), at(n), "hit")
    for n, told in enumerate(("miss", "hit", "miss")):
        misses.ask("anna", sparse(n), at(n), told)  # type: ignore[arg-type]
    assert hits.ask("anna", sparse(9), at(9)).state == "open"
    assert misses.ask("anna", sparse(9), at(9)).state == "paused"


def test_three_misses_in_a_row_pause_and_each_further_pause_is_twice_as_long() -> None:
    guard, now, lengths = Guard(), 0.0, []
    for _ in range(3):
        for n in range(3):
            assert guard.ask("anna", sparse(int(now) + n), at(now)).state == "open"
        until = guard.ask("anna", sparse(1), at(now)).until
        assert until is not None
        lengths.append((until - at(now)).total_seconds() / 60)
        now += (until - at(now)).total_seconds()
    assert lengths == [10, 20, 40]


def test_a_day_without_a_pause_forgets_those_before() -> None:
    paused = replace(Identity(), pauses=4, until=int(NOON.timestamp()))
    later = at(86400 * 2)
    told, _ = after(Standings(replace(paused, misses=2)), Asking("a"), "miss", later)
    assert told.person.until == int((later + timedelta(minutes=10)).timestamp())


def test_a_hit_ends_the_row_of_misses() -> None:
    guard = Guard()
    for n, told in enumerate(("miss", "hit", "miss")):
        guard.ask("anna", sparse(n), at(n * 400), told)  # type: ignore[arg-type]
    assert guard.ask("anna", sparse(9), at(1300)).state == "open"


def test_who_does_not_stop_asking_pauses_longer_and_staff_hear_of_it() -> None:
    guard = Guard()
    for n in range(40):
        guard.ask("eve", sparse(n), at(n))
    until = guard.ask("eve", sparse(99), at(50)).until
    assert until is not None
    assert until > at(3600)
    assert guard.alerts["hammering"] == 1


def test_new_sessions_do_not_help_a_network_and_leave_no_trace() -> None:
    guard = Guard()
    told = [guard.ask(f"session {n}", sparse(n), at(n * 20), "hit", network="net").state for n in range(100)]
    assert told.count("open") <= 24  # of 33 minutes
    for n in range(100, 200):
        guard.ask(f"session {n}", sparse(n), at(2000), network="net")
    assert all(guard.identities[f"session {n}"] == Identity() for n in range(100, 200))


def test_neighbours_behind_one_address_do_not_share_one_persons_limit() -> None:
    guard = Guard()
    for n in range(5):
        guard.ask("anna", sparse(n), at(n), "hit", network="net")
    assert guard.ask("anna", sparse(8), at(9), "hit", network="net").state == "paused"
    assert guard.ask("jan", sparse(9), at(10), "hit", network="net").state == "open"


def test_a_canary_pauses_and_alerts_at_once() -> None:
    guard = Guard()
    guard.ask("eve", sparse(1), at(0), "canary", network="net")
    assert guard.alerts == {"canary": 1}
    assert guard.ask("another session", sparse(2), at(1), "hit", network="net").state == "paused"


def test_wrong_proofs_of_one_serial_are_counted_whoever_gives_them() -> None:
    guard, serial = Guard(), sparse(7)
    for n in range(5):
        assert guard.ask(f"p{n}", serial, at(n * 700), network=f"n{n}", proof=True).may_prove
    judged = guard.ask("p9", serial, at(4000), network="n9", proof=True)
    assert judged == Judgement("open", may_prove=False)
    assert guard.alerts["proofs"] == 1
    assert guard.ask("p9", sparse(8), at(4001), network="n9", proof=True).may_prove
    assert not guard.ask("p7", serial, at(86400 * 29), network="n7", told="quiet", proof=True).may_prove
    assert guard.ask("p8", serial, at(86400 * 31), network="n8", proof=True).may_prove


def test_who_is_paused_proves_nothing_meanwhile() -> None:
    guard = Guard()
    for n in range(3):
        guard.ask("eve", sparse(n), at(n))
    assert guard.ask("eve", sparse(9), at(5), proof=True) == Judgement("paused", may_prove=False, until=at(602))


def test_an_owner_is_never_counted() -> None:
    guard = Guard()
    for n in range(50):
        assert guard.ask("anna", sparse(1), at(n), "own", network="net").state == "open"
    assert guard.everyone == Everyone()


# --- a series of serials ---------------------------------------------------------------------------------------


def test_one_source_that_walks_is_stopped_and_so_is_the_series() -> None:
    guard = Guard()
    states = [guard.ask("eve", f"AH25000{100 + n}", at(n * 5), "hit").state for n in range(5)]
    assert states[:3] == ["open"] * 3
    assert set(states[3:]) <= {"closed", "paused"}
    assert guard.alerts["walk"] == 1
    assert guard.ask("anna", "AH25000900", at(60), "hit") == Judgement("closed", may_prove=True)
    assert guard.ask("anna", "AH25111900", at(70), "hit").state == "open"
    assert guard.ask("jan", "AH25000900", at(3700), "hit").state == "open"  # an hour later


@pytest.mark.parametrize(
    "asked",
    [
        ("AB12C3456", "AB12C3457", "AB12C3458", "AB12C3459"),
        ("AB12C3456", "AB12C3458", "AB12C3455", "AB12C3457"),
        ("356938035643809", "356938035643817", "356938035643825", "356938035643833"),  # with a check digit each
        ("XYA7K2", "XYB7K2", "XYC7K2", "XYD7K2"),  # one sign changed at a time
    ],
)
def test_a_walk(asked: tuple[str, ...]) -> None:
    assert walks(asked[:-1], asked[-1])


@pytest.mark.parametrize(
    "asked",
    [
        ("AB12C3456", "AB12C3456", "AB12C3456", "AB12C3456"),  # the same again
        ("AB12C3459", "AB12C3465", "AB12C3456"),  # mistyped twice, then right
        ("AB12C3456", "AB97C1202", "ZZ12C8815", "AB55D0017"),
    ],
)
def test_no_walk(asked: tuple[str, ...]) -> None:
    assert not walks(asked[:-1], asked[-1])


def test_many_sources_at_one_series_block_it_for_strangers() -> None:
    guard = Guard()
    for n in range(5):
        assert guard.ask(f"p{n}", f"AH25000{n * 111:03}", at(n * 60), "hit", network=f"n{n}").state == "open"
    assert guard.ask("anna", "AH25000999", at(320), "hit", network="home") == Judgement("closed", may_prove=True)
    assert guard.alerts == {"series": 1}
    assert guard.ask("anna", "AH25333999", at(330), "hit", network="home").state == "open"


def test_customers_who_come_one_after_the_other_block_nothing() -> None:
    guard = Guard()
    for n in range(40):
        judged = guard.ask(f"p{n}", f"AH25000{n * 23 % 1000:03}", at(n * 180), "hit", network=f"n{n}")
        assert judged.state == "open"
    assert not guard.alerts


# --- everybody together ----------------------------------------------------------------------------------------


def test_two_hundred_misses_in_an_hour_close_level_0_and_it_opens_again() -> None:
    guard, states = Guard(), []
    for n in range(230):
        states.append(guard.ask(f"p{n}", sparse(n), at(n * 15), network=f"n{n}", proof=False).state)
    assert states[:200] == ["open"] * 200
    assert states[200:203] == ["closed"] * 3
    assert guard.alerts["misses"] >= 1
    assert guard.ask("late", sparse(999), at(3600 * 3), network="late").state == "open"


def test_a_rush_from_many_places_closes_level_0_until_ten_minutes_after_it() -> None:
    guard = Guard()
    states = [guard.ask(f"p{n}", sparse(n), at(n), "hit", network=f"n{n}").state for n in range(10)]
    assert states == ["open"] * 6 + ["closed"] * 4
    assert guard.alerts["rush"] == 1
    assert guard.ask("p1", sparse(77), at(500), network="n1").state == "closed"
    assert guard.ask("p1", sparse(77), at(700), network="n1").state == "open"


def test_one_source_alone_makes_no_rush() -> None:
    guard = Guard()
    for n in range(300):
        guard.ask("eve", sparse(n), at(n / 10), network="net")
    assert guard.ask("anna", sparse(999), at(31), "hit", network="home").state == "open"


def test_while_closed_proofs_are_looked_at_and_one_newcomer_a_minute_is_served() -> None:
    guard = Guard(everyone=Everyone(until=int(at(3600).timestamp()), newcomer=int(NOON.timestamp())))
    assert guard.ask("anna", sparse(1), at(1), network="a", proof=True) == Judgement("closed", may_prove=True)
    assert guard.ask("jan", sparse(2), at(2), "hit", network="b").state == "closed"
    assert guard.ask("eva", sparse(3), at(61), "hit", network="c").state == "open"
    assert guard.ask("ola", sparse(4), at(62), "hit", network="d").state == "closed"
    assert guard.ask("eva", sparse(5), at(200), "hit", network="c").state == "closed"  # not new any more
    assert guard.ask("jan", sparse(2), at(300), "hit", network="b").state == "closed"


def test_a_proof_is_no_way_in_for_a_newcomer() -> None:
    guard = Guard(everyone=Everyone(until=int(at(3600).timestamp())))
    assert guard.ask("eve", sparse(1), at(100), "hit", network="a", proof=True).state == "closed"


@pytest.mark.parametrize("sources", [1, 50])
@pytest.mark.parametrize("kind", ["dense in order", "dense at random", "sparse"])
def test_an_hour_of_five_thousand_a_minute_learns_next_to_nothing(kind: str, sources: int) -> None:
    """Of a hundred thousand devices; of "dense" serials every one exists. `tests/security` attacks the real thing."""
    guard, dice, revealed, minutes = Guard(), random.Random(4), set(), 60
    make: dict[str, Callable[[int], str]] = {
        "dense in order": lambda n: f"AH25{n % 100_000:08}",
        "dense at random": lambda n: f"AH25{dice.randrange(100_000):08}",
        "sparse": lambda n: f"AH25{dice.randrange(10**8):08}",
    }
    per_minute = 500  # a tenth of them: the rest is refused like these
    for n in range(minutes * per_minute):
        serial, source = make[kind](n), f"n{n % sources}"
        exists = kind != "sparse" or int(serial[4:]) % 1000 == 0
        judged = guard.ask(f"s{n}", serial, at(n * 60 / per_minute), "hit" if exists else "miss", network=source)
        if judged.state == "open" and exists:
            revealed.add(serial)
    assert len(revealed) < 10
    assert guard.alerts


# --- always ----------------------------------------------------------------------------------------------------

_moments = st.integers(0, 200_000)
_questions = st.tuples(
    st.sampled_from(("anna", "eve")), st.sampled_from((None, "net")), st.sampled_from(TOLD), st.booleans(), _moments
)


@given(st.lists(_questions, max_size=40))
def test_standings_are_json_stay_small_and_come_back(questions: list[tuple[str, str | None, Told, bool, int]]) -> None:
    guard, passed = Guard(), 0
    for n, (person, network, told, proof, pause) in enumerate(questions):
        passed += pause % 700
        guard.ask(person, sparse(n % 5), at(passed), told, network=network, proof=proof)
    everything = [*guard.identities.values(), *guard.series.values(), *guard.tries.values(), guard.everyone]
    for standing in everything:
        stored = json.dumps(to_json(standing))
        assert from_json(type(standing), json.loads(stored)) == standing
        assert len(stored) < 2_000


@given(st.lists(_questions, max_size=30))
def test_who_is_refused_is_told_when_to_come_back(questions: list[tuple[str, str | None, Told, bool, int]]) -> None:
    guard = Guard()
    for n, (person, network, told, has_proof, _) in enumerate(questions):
        guard.ask(person, sparse(n), at(n), told, network=network, proof=has_proof)
    standings = Standings(guard.identities["anna"], guard.identities["net"])
    judged = judge(standings, Asking("net"), at(40))
    if judged.until is not None:
        assert judged.until > at(40)
        assert judge(standings, Asking("net"), judged.until - timedelta(seconds=1)).state == "paused"
        assert judge(standings, Asking("net"), judged.until).state == "open"
