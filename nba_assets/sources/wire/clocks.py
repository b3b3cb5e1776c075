"""Times and durations as the NBA's feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pandas as pd

from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.sources.wire.documents import Node

_DURATION = re.compile(r"PT(\d{1,3})M(\d{1,2}(?:\.\d+)?)S", re.ASCII)
_MINUTES = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


def duration_minutes(node: Node, name: str) -> float:
    """Minutes of a duration like ``PT34M12.00S``."""
    found = _DURATION.fullmatch(node.text(name))
    if found is None or float(found[2]) >= 60:
        node.refuse(name, f"{node.text(name)!r} is no duration like PT34M12.00S")
    return int(found[1]) + float(found[2]) / 60


def clock_minutes(node: Node, name: str) -> float:
    """Minutes of a text like ``34:12`` (stats.nba.com also writes ``34.000000:12``)."""
    found = _MINUTES.fullmatch(re.sub(r"\.0+(?=:)", "", node.text(name)))
    if found is None:
        node.refuse(name, f"{node.text(name)!r} is no time like 34:12")
    return int(found[1]) + int(found[2]) / 60


def calendar_day(node: Node, name: str) -> pd.Timestamp:
    """The calendar day at the head of a text, read as written: an 'Est' time ends in Z and is Eastern."""
    found = _DAY.match(node.text(name))
    try:
        return pd.Timestamp(datetime.strptime(found[0] if found else "", "%Y-%m-%d"))
    except ValueError:
        node.refuse(name, f"{node.text(name)!r} is no date")


def utc_moment(node: Node, name: str) -> pd.Timestamp:
    """The moment of an ISO 8601 text with its offset."""
    text = node.text(name)
    try:
        if _MOMENT.fullmatch(text) is None:
            raise ValueError
        return pd.Timestamp(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        node.refuse(name, f"{text!r} is no moment with an offset")


def eastern_moment(text: str, pattern: str) -> pd.Timestamp:
    """UTC of a wall clock in New York; ValueError for anything else, a skipped hour included."""
    wall = pd.Timestamp(datetime.strptime(text, pattern))
    # In autumn one hour occurs twice: the later one, so that nothing is dated before it was known.
    moment = wall.tz_localize(EASTERN, ambiguous=False, nonexistent="NaT")
    if moment is pd.NaT:
        raise ValueError(f"{text} is skipped by the clocks of New York")
    return moment.tz_convert("UTC")
