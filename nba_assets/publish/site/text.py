"""How values are written on a page."""

from __future__ import annotations

import datetime as dt
import math

from nba_assets.publish.contract.record import Record
from nba_assets.sources.league_clock import eastern

NONE = "\u2013"
_MINUS = "\u2212"


def points(value: float | None, digits: int = 1) -> str:
    """Points, with a dash for NULL."""
    return NONE if value is None else f"{value:.{digits}f}".replace("-", _MINUS)


def line(value: float | None) -> str:
    """A betting line, as books write it."""
    return NONE if value is None else f"{value:g}"


def value(number: float) -> str:
    """A feature's value, to three digits."""
    return f"{number:.3g}" if abs(number) < 100 else f"{number:.0f}"


def stored(amount: bool | float | str | None) -> str:
    """A stored value of any kind."""
    if isinstance(amount, bool):
        return "yes" if amount else "no"
    if amount is None or isinstance(amount, str):
        return "not known" if amount is None else amount
    return f"{amount:g}" if amount == int(amount) else value(amount)


def sentence(words: str) -> str:
    """Words as a sentence of its own."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def signed(value: float | None, digits: int = 1) -> str:
    """A difference with its sign; no sign for what rounds to zero."""
    if value is None:
        return NONE
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", _MINUS) if rounded else f"{0:.{digits}f}"


def percent(share: float | None, digits: int = 0) -> str:
    """A share as a percentage."""
    return NONE if share is None else f"{share * 100:.{digits}f}\u00a0%"


def complete(share: float | None) -> str:
    """A share of what is complete, rounded down: 99.96 % is not complete."""
    return NONE if share is None else f"{math.floor(share * 1000 + 1e-9) / 10:.1f}\u00a0%"


def price(value: float | None) -> str:
    """An American price."""
    return NONE if value is None else f"{value:+.0f}".replace("-", _MINUS)


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def picks_record(record: Record, system: str) -> str | None:
    """How many of a system's picks were right, against what breaks even; None without a decided one.

    A share of a few picks says little, so the picks are counted and the share has its interval.
    """
    found = (e for e in record.edges if e.system == system and e.low is None and e.high is None)
    picks = next(found, None)
    if picks is None or picks.hit_rate.value is None:
        return None
    rate = picks.hit_rate
    share, low, high = percent(rate.value, 1), percent(rate.low), percent(rate.high)
    needed = "" if picks.break_even is None else f"; {percent(picks.break_even, 1)} breaks even"
    decided = count(picks.correct + picks.wrong, "pick")
    return (
        f"of {decided} in the record of all seasons {share} were right (95 % interval over dates: {low} to "
        f"{high}){needed}"
    )


def day(date: dt.date) -> str:
    """``Wednesday, December 25, 2024``."""
    return f"{date:%A, %B} {date.day}, {date.year}"


def short_day(date: dt.date) -> str:
    """``Dec 25``."""
    return f"{date:%b} {date.day}"


def clock(moment: dt.datetime | None) -> str:
    """``10:30 pm ET``."""
    if moment is None:
        return "time unknown"
    local = eastern(moment)
    return f"{local.hour % 12 or 12}:{local:%M} {local:%p} ET".replace("AM", "am").replace("PM", "pm")


def moment(value: dt.datetime) -> str:
    """``Dec 25, 6:20 pm ET``."""
    return f"{short_day(eastern(value).date())}, {clock(value)}"


def plain(name: str) -> str:
    """A column's or system's name in words."""
    return name.replace("_", " ")


def cell(value: object) -> str:
    """A value of a data frame: numbers to four digits, nothing for NaN."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:,.4f}"
    return str(value)


FILTERS = {
    function.__name__: function
    for function in (
        points,
        line,
        value,
        stored,
        sentence,
        signed,
        percent,
        complete,
        price,
        count,
        day,
        short_day,
        clock,
        moment,
        plain,
        cell,
    )
}
