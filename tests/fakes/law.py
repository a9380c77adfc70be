"""Devices and days for tests of warranty, as short as they are said."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as some

from handlers.rules.facts import Device, Repair, Sale, Term

D = date.fromisoformat


def repair(claimed: str, returned: str | None = None, **more: str) -> Repair:
    """A repair, claimed and given back on these days."""
    return Repair(D(claimed), D(returned) if returned else None, **more)  # type: ignore[arg-type]


def device(
    delivered: str | None = None, *, terms: tuple[Term, ...] = (), repairs: tuple[Repair, ...] = (),
    made: str | None = None, purchased: str | None = None, **sale: str,
) -> Device:  # fmt: skip
    """A device sold and delivered on these days."""
    days = {"delivered": D(delivered) if delivered else None, "purchased": D(purchased) if purchased else None}
    return Device(
        made=D(made) if made else None,
        sale=Sale(**days, **sale),  # type: ignore[arg-type]
        terms=terms,
        repairs=repairs,
    )


near = some.dates(date(2021, 1, 1), date(2030, 12, 31))
days = near | some.dates()
maybe = some.none() | days


def terms_of(day: some.SearchStrategy[date]) -> some.SearchStrategy[Term]:
    """Any promise of a company."""
    maybe_day = some.none() | day
    return some.builds(
        Term,
        some.sampled_from(("warranty", "extended", "contract")),
        some.none() | some.integers(1, 240),
        some.sampled_from(("delivery", "purchase", "activation", "first_use", "fixed")),
        maybe_day,
        maybe_day,
        some.none() | some.just("opened by somebody else"),
    )


def repairs_of(day: some.SearchStrategy[date]) -> some.SearchStrategy[Repair]:
    """Any repair."""
    return some.builds(
        Repair,
        day,
        some.none() | day,
        some.sampled_from(("repair", "replacement")),
        some.sampled_from(("warranty", "statutory", "paid")),
    )


def devices_of(day: some.SearchStrategy[date], countries: tuple[str | None, ...]) -> some.SearchStrategy[Device]:
    """Any device, sold in one of these countries."""
    maybe_day = some.none() | day
    sale = some.builds(
        Sale,
        maybe_day,
        maybe_day,
        maybe_day,
        some.sampled_from(countries),
        some.sampled_from(("consumer", "business", None)),
        some.sampled_from(("new", "used", "digital")),
    )
    return some.builds(
        Device,
        made=maybe_day,
        sale=sale,
        terms=some.lists(terms_of(day), max_size=3).map(tuple),
        repairs=some.lists(repairs_of(day), max_size=4).map(tuple),
    )
