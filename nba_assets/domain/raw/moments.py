"""Moments as files write them: ISO 8601, seconds since 1970, and the clocks of a wall with or without a zone.

A clock with a zone, like ``10/21/25 05:30 PM EST``, is read where it has one meaning. In summer EST may be
meant as written, or as the clock of the East: a capture then counts as known from the later of both, so that
nothing is known before its time. So does one that names no zone, like ``20251021_170000``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final, Literal

import pandas as pd

_COMPACT: Final = r"\d{8}[_-]?\d{6}"  # 20251021_170000
_DAY: Final = r"(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|[A-Za-z]{3,9}\.? \d{1,2}, \d{4})"
_ISO_DAY: Final = r"\d{4}-\d{2}-\d{2}"
_HOURS: Final = r"\d{1,2}:\d{2}(?::\d{2})?"
_HALF: Final = r" ?[AaPp]\.?[Mm]\.?"
_CLOCK: Final = rf"(?:{_DAY}[ ,T]+{_HOURS}(?:{_HALF})?|{_ISO_DAY}[ ,T]+{_HOURS}{_HALF})"
_WALL_CLOCK: Final = rf"{_COMPACT}|{_CLOCK}"
_DAYS: Final = ("%m/%d/%y", "%m/%d/%Y", "%Y-%m-%d", "%b %d, %Y", "%B %d, %Y")
_TIMES: Final = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S")
_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"
# Of the clocks that publishers of the league may have meant, the one by which a moment is latest.
_LATEST_CLOCK: Final = _PACIFIC
# Clocks that a zone's name may mean: its own, and that of its region the whole year.
_CLOCKS: Final = {
    "ET": (_EASTERN,), "EST": (_EASTERN, "Etc/GMT+5"), "EDT": (_EASTERN, "Etc/GMT+4"),
    "CT": (_CENTRAL,), "CST": (_CENTRAL, "Etc/GMT+6"), "CDT": (_CENTRAL, "Etc/GMT+5"),
    "MT": (_MOUNTAIN,), "MST": (_MOUNTAIN, "Etc/GMT+7"), "MDT": (_MOUNTAIN, "Etc/GMT+6"),
    "PT": (_PACIFIC,), "PST": (_PACIFIC, "Etc/GMT+8"), "PDT": (_PACIFIC, "Etc/GMT+7"),
    "UTC": ("UTC",), "GMT": ("UTC",),
}  # fmt: skip
_ZONED: Final = re.compile(
    rf"(?P<clock>{_CLOCK}|{_ISO_DAY}[ ,T]+{_HOURS}) ?[(]?(?P<zone>{'|'.join(_CLOCKS)})[)]?", re.ASCII
)
# Times since 1970 by their unit, as numbers of 2001 to 2286.
_Unit = Literal["s", "ms", "us", "ns"]
_EPOCHS: Final[dict[_Unit, tuple[float, float]]] = {
    "s": (1e9, 1e10), "ms": (1e12, 1e13), "us": (1e15, 1e16), "ns": (1e18, 9.2e18),
}  # fmt: skip


def is_wall_clock(values: pd.Series) -> pd.Series:
    """Whether each value is a moment that names no time zone, like 20251021_170000 or 10/21/25 05:30 PM."""
    found = by_distinct_value(
        values, lambda texts: texts.astype("string").str.strip().str.fullmatch(_WALL_CLOCK)
    )
    return found.fillna(False).astype("bool")


def is_zoned_clock(values: pd.Series) -> pd.Series:
    """Whether each value is the clock of a wall in a time zone that is known, like 10/21/25 05:30 PM EST."""
    return by_distinct_value(values, lambda texts: texts.map(_zone_of)).notna()


def wall_clock_days(values: pd.Series) -> pd.Series:
    """Days of moments that name no time zone, by their own clock; NaT for others."""
    days = by_distinct_value(values.where(is_wall_clock(values)), lambda texts: texts.map(_wall))
    return pd.to_datetime(days).dt.normalize().astype("datetime64[ns]")


def read_moments(values: pd.Series) -> pd.Series:
    """UTC of ISO 8601 texts (without an offset UTC), numbers since 1970 and clocks of one meaning."""
    return by_distinct_value(values, lambda distinct: _moments(distinct, latest=False))


def read_captures(values: pd.Series) -> pd.Series:
    """As :func:`read_moments`; where a clock has several meanings or names no zone, the latest of them."""
    return by_distinct_value(values, lambda distinct: _moments(distinct, latest=True))


def by_distinct_value(values: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Apply `read` to each distinct value once: a feed repeats a moment on hundreds of rows."""
    codes, distinct = pd.factorize(values)
    return read(pd.Series(distinct, dtype="object")).reindex(codes).set_axis(values.index)


def _moments(values: pd.Series, *, latest: bool) -> pd.Series:
    # A number that is no such time must not be taken for nanoseconds: it would be known before any game.
    stamps = values.map(lambda value: isinstance(value, pd.Timestamp)).astype("bool")
    numbers = pd.to_numeric(values.mask(stamps), errors="coerce")
    clocks = is_wall_clock(values) | is_zoned_clock(values)
    moments = pd.to_datetime(
        values.where(numbers.isna() & ~clocks), utc=True, format="ISO8601", errors="coerce"
    ).astype("datetime64[ns, UTC]")
    for unit, (least, most) in _EPOCHS.items():
        since = numbers[numbers.between(least, most) & ~clocks]
        moments[since.index] = pd.to_datetime(since, unit=unit, utc=True)
    read = values[clocks].map(lambda text: _moment(text, latest=latest))
    moments[read.index] = pd.to_datetime(read, utc=True)
    return moments


def _moment(text: str, *, latest: bool) -> pd.Timestamp:
    """UTC of a clock; NaT where it is none, or has several meanings and not the latest is wanted."""
    zone, wall = _zone_of(text), _wall(text)
    clocks = _CLOCKS[zone] if zone else (_LATEST_CLOCK,) if latest else ()
    if wall is None or not clocks:
        return pd.NaT  # type: ignore[return-value]
    meanings = [
        wall.tz_localize(clock, ambiguous=False, nonexistent="shift_forward").tz_convert("UTC")
        for clock in clocks
    ]
    return max(meanings) if latest or len(set(meanings)) == 1 else pd.NaT  # type: ignore[return-value]


def _zone_of(text: object) -> str | None:
    found = _ZONED.fullmatch(text.strip()) if isinstance(text, str) else None
    return found["zone"] if found else None


def _wall(text: object) -> pd.Timestamp | None:
    """Day and time of a clock, as written."""
    if not isinstance(text, str):
        return None
    if re.fullmatch(_COMPACT, text.strip()):
        written, forms = re.sub(r"\D", "", text), ["%Y%m%d%H%M%S"]
    else:
        found = _ZONED.fullmatch(text.strip())
        clock = found["clock"] if found else text.strip()
        half = re.sub(_HALF, lambda match: " " + match[0].strip().replace(".", "").upper(), clock)
        written = re.sub(r"(?<=\d)[ ,T]+(?=\d{1,2}:)", " ", half).replace(".", "")
        forms = [f"{day} {time}" for day in _DAYS for time in _TIMES]
    for form in forms:
        try:
            return pd.Timestamp(dt.datetime.strptime(written, form))
        except ValueError:
            continue
    return None
