"""Facts in the text of a play-by-play event: its subtype, the distance of a shot.

Belongs here: reading the feed's descriptions (`T. Maxey shooting personal FOUL (1 PF)`) into the words that
the feed's own `subType` uses, in lower case. Checked against three games whose wire file has both.
Does not belong here: column types, ids, order (play_by_play.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from nba_assets.tabular.arrow_columns import (
    by_distinct,
    null_when,
    pc,
)

SHOT_TYPES: Final = ("2pt", "3pt")
SHOT_ZONES: Final = (
    "Restricted Area", "In The Paint (Non-RA)", "Mid-Range", "Left Corner 3", "Right Corner 3",
    "Above the Break 3", "Backcourt",
)  # fmt: skip
# Lower-case words right before the capital ones; a player's name always ends in a capitalised word.
_FOUL: Final = r"(?:(?P<last>personal|offensive|technical) FOUL|foul (?P<team>technical))"
_TURNOVER: Final = r" (?P<kind>[a-z0-9][a-z0-9\- ]*) (?:Team )?TURNOVER"
_FREE_THROW: Final = r"Free Throw (?P<kind>\d of \d)"
_REBOUND_COUNTS: Final = r"\(Off:(?P<off>\d+) Def:(?P<def>\d+)\)"
_ORDINALS: Final = ("first", "second", "third", "fourth")
_QUARTER: Final = r"^(?:q|qtr|quarter|period|p)?(?P<number>\d{1,2})(?:st|nd|rd|th)?(?:q|qtr|quarter|period)?$"
_OVERTIME: Final = r"^(?:(?:ot|overtime)(?P<after>\d?)|(?P<before>\d)(?:st|nd|rd|th)?(?:ot|overtime))$"
_FEET: Final = r"(?P<feet>\d+)' "


def shot_distance(event_types: Any, descriptions: Any) -> Any:
    """Return float64 feet of each shot whose description states them (`25' 3PT`), else NULL.

    The archive's feed states them from 6 ft on for twos and 24 ft on for threes.
    """
    rows = pc.is_in(event_types, pa.array(SHOT_TYPES))
    feet = _group(pc.filter(descriptions, rows), _FEET, "feet").cast(pa.float64())
    return pc.replace_with_mask(pa.nulls(len(descriptions), pa.float64()), rows, feet)


def shot_zones(names: Any) -> Any:
    """Return zones of the floor as stats.nba.com writes them, in letters of either case; NULL for others."""
    known = pa.array([zone.lower() for zone in SHOT_ZONES])
    return pa.array(SHOT_ZONES).take(pc.index_in(pc.utf8_lower(names), value_set=known))


def period_numbers(texts: Any) -> Any:
    """Return the text of each period's number, from ``1``, ``Q1``, ``1st quarter``, ``OT`` or ``2OT``.

    Overtimes count from 5. NULL for any other text.
    """
    plain = pc.replace_substring_regex(pc.utf8_lower(texts), pattern=r"[\s_-]|\.$", replacement="")
    for number, word in enumerate(_ORDINALS, 1):
        plain = pc.replace_substring_regex(plain, pattern=f"^{word}", replacement=f"{number}")
    quarters = _group(plain, _QUARTER, "number")
    overtimes = pc.extract_regex(plain, pattern=_OVERTIME)
    counts = [null_when(pc.struct_field(overtimes, side), "") for side in ("after", "before")]
    which = pc.if_else(pc.is_valid(overtimes), pc.coalesce(*counts, pa.scalar("1")), None)
    return pc.coalesce(quarters, pc.add(which.cast(pa.int64()), 4).cast(pa.string()))


def event_subtypes(event_types: Any, descriptions: Any, games: Any, persons: Any) -> Any:
    """Return the text subtype of each event, NULL where the text has none (steal, block, timeout).

    All four columns are aligned and in order of play; `games` text, `persons` int64 (NULL for a team).
    """
    subtypes = pa.nulls(len(descriptions), pa.string())
    readers: dict[str, Callable[[Any], Any]] = {
        "2pt": _two_pointer,
        "3pt": lambda texts: pa.array(["jump shot"] * len(texts), pa.string()),
        "substitution": _substitution,
        "freethrow": lambda texts: _group(texts, _FREE_THROW, "kind"),
        "foul": _foul,
        "turnover": _turnover,
    }
    for event_type, read in readers.items():
        rows = pc.equal(event_types, event_type)
        subtypes = pc.replace_with_mask(subtypes, rows, by_distinct(pc.filter(descriptions, rows), read))
    rows = pc.equal(event_types, "rebound")
    rebounds = _rebounds(*(pc.filter(column, rows) for column in (descriptions, games, persons)))
    return pc.replace_with_mask(subtypes, rows, rebounds)


def _group(texts: Any, pattern: str, name: str) -> Any:
    return pc.struct_field(pc.extract_regex(texts, pattern=pattern), name)


def _two_pointer(texts: Any) -> Any:
    kinds = {"layup": r"\bLayup\b", "dunk": r"\bDUNK\b", "hook": r"\bHook\b", "jump shot": r"\bShot\b"}
    found = pc.make_struct(
        *(pc.match_substring_regex(texts, pattern) for pattern in kinds.values()), field_names=list(kinds)
    )
    return pc.case_when(found, *(pa.scalar(kind, pa.string()) for kind in kinds))


def _substitution(texts: Any) -> Any:
    directions = pc.make_struct(
        pc.starts_with(texts, "SUB in:"), pc.starts_with(texts, "SUB out:"), field_names=["in", "out"]
    )
    return pc.case_when(directions, pa.scalar("in", pa.string()), pa.scalar("out", pa.string()))


def _foul(texts: Any) -> Any:
    last, team = _group(texts, _FOUL, "last"), _group(texts, _FOUL, "team")
    kind = pc.if_else(pc.equal(team, "technical"), team, last)
    return pc.if_else(pc.equal(kind, ""), pa.scalar(None, pa.string()), kind)


def _turnover(texts: Any) -> Any:
    kind = _group(texts, _TURNOVER, "kind")
    # The feed's own subType keeps how (bad pass, lost ball, step) apart from what: out of bounds.
    out_of_bounds = pc.ends_with(kind, " out-of-bounds")
    return pc.if_else(out_of_bounds, pa.scalar("out-of-bounds", pa.string()), kind)


def _rebounds(texts: Any, games: Any, persons: Any) -> Any:
    """Classify rebounds as offensive or defensive.

    A team's rebound names its kind; a player's gives his running counts (`Off:1 Def:2`), and the one that
    grew by one since his previous rebound of the game is the kind. A count that jumps (a corrected event)
    has no information.
    """
    counts = pc.extract_regex(texts, pattern=_REBOUND_COUNTS)
    offensive, defensive = (
        pc.fill_null(pc.struct_field(counts, side).cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
        for side in ("off", "def")
    )
    game = games.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    person = pc.fill_null(persons, 0).to_numpy(zero_copy_only=False)
    order = np.lexsort((person, game))  # stable: order of play within a player's game
    same_player = np.zeros(len(order), dtype=bool)
    same_player[1:] = (person[order][1:] == person[order][:-1]) & (game[order][1:] == game[order][:-1])
    grown = [_growth(count, order, same_player) for count in (offensive, defensive)]
    stated = pc.extract_regex(texts, pattern=r"^TEAM (?P<kind>offensive|defensive) REBOUND")
    kinds = np.full(len(order), None, dtype=object)
    kinds[(grown[0] == 1) & (grown[1] == 0)] = "offensive"
    kinds[(grown[0] == 0) & (grown[1] == 1)] = "defensive"
    kinds[offensive < 0] = None
    return pc.coalesce(pc.struct_field(stated, "kind"), pa.array(kinds, pa.string()))


def _growth(count: np.ndarray, order: np.ndarray, same_player: np.ndarray) -> np.ndarray:
    ordered = count[order]
    before = np.zeros_like(ordered)
    before[1:] = np.where(same_player[1:], ordered[:-1], 0)
    growth = np.empty_like(ordered)
    growth[order] = ordered - before
    return growth
