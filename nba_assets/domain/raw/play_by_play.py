"""From the archive's season files to raw_play_by_play and raw_shot_chart: names, types, order; no arithmetic.

Belongs here: the columns of the two source files and of the two tables, and how each follows from the other.
Does not belong here: zones (shot_zones.py), who was on the floor (on_floor.py), live documents (sources).

Coordinates in both tables: feet from the basket, x negative on the left as seen from behind the shooter (the
NBA's own `xLegacy`, whose unit is a tenth of a foot). The archive's shot chart has x mirrored and y counted
from the baseline, which lies 5.25 ft behind the basket: the 178 shots of 0022400561 agree with its wire file
to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw.event_tables import constant, sorted_table, with_periods, without_games
from nba_assets.domain.raw.event_text import (
    event_subtypes,
    shot_distance,
    shot_zones,
)
from nba_assets.tabular.arrow_columns import (
    Kind,
    SourceColumns,
    by_distinct,
    dates_checked,
    game_rank,
    ids_checked,
    null_when,
    pc,
    position_in_group,
    source_columns,
    tricodes_checked,
)
from nba_assets.tabular.problems import BadInput

BASELINE_TO_BASKET_FEET: Final = 5.25

EVENT_COLUMNS: Final[dict[str, Kind]] = {
    "game_id": "text", "game_date": "text", "period": "integer", "clock": "text", "actionNumber": "integer",
    "actionType": "text", "description": "text", "qualifier": "text", "scoreHome": "integer",
    "scoreAway": "integer", "shotResult": "text", "isFieldGoal": "flag", "person_id": "integer",
    "assister_id": "integer", "foulDrawnPersonId": "integer", "stealPersonId": "integer",
    "blockPersonId": "integer", "players_on": "text", "teamId": "integer",
}  # fmt: skip
# The live feed has these; the archive's season files do not.
OPTIONAL_EVENT_COLUMNS: Final[dict[str, Kind]] = {
    "area": "text", "areaDetail": "text", "xLegacy": "number", "yLegacy": "number",
}  # fmt: skip
_SEPARATOR: Final = r"\s*[,;/]\s*|\s+"  # of ids, as other tools join them
_BRACKETS: Final = r"[\[\](){}'\"]"  # of a list, as other tools print it
_EVENTS_NEVER_NULL: Final = frozenset(
    {"game_id", "game_date", "period", "clock", "actionType", "isFieldGoal"}
)
# What an export may lack: each costs what only it gives.
DISPENSABLE_EVENT_COLUMNS: Final = (
    "actionNumber", "description", "qualifier", "scoreHome", "scoreAway", "assister_id", "foulDrawnPersonId",
    "stealPersonId", "blockPersonId", "players_on", "teamId",
)  # fmt: skip

SHOT_COLUMNS: Final[dict[str, Kind]] = {
    "GAME_ID": "text", "GAME_DATE": "text", "TEAM_ID": "integer", "PLAYER_ID": "integer", "SHOT_MADE": "flag",
    "ACTION_TYPE": "text", "SHOT_TYPE": "text", "BASIC_ZONE": "text", "LOC_X": "number", "LOC_Y": "number",
    "SHOT_DISTANCE": "number", "QUARTER": "integer", "MINS_LEFT": "integer", "SECS_LEFT": "integer",
}  # fmt: skip

DISPENSABLE_SHOT_COLUMNS: Final = ("ACTION_TYPE", "QUARTER", "MINS_LEFT", "SECS_LEFT")

EVENTS_SCHEMA: Final = pa.schema(
    [
        ("game_date", pa.timestamp("ns")), ("game_id", pa.string()), ("event_index", pa.int64()),
        ("period", pa.int64()), ("clock_seconds_left", pa.float64()), ("action_number", pa.int64()),
        ("event_type", pa.string()), ("event_subtype", pa.string()), ("description", pa.string()),
        ("qualifiers", pa.string()), ("person_id", pa.int64()), ("assist_person_id", pa.int64()),
        ("block_person_id", pa.int64()), ("steal_person_id", pa.int64()),
        ("foul_drawn_person_id", pa.int64()), ("team", pa.string()), ("shot_made", pa.bool_()),
        ("is_field_goal", pa.bool_()), ("shot_distance", pa.float64()), ("area", pa.string()),
        ("area_detail", pa.string()), ("x", pa.float64()), ("y", pa.float64()),
        ("score_home", pa.int64()), ("score_away", pa.int64()), ("players_on", pa.string()),
        ("source", pa.string()),
    ]
)  # fmt: skip
MOST_MISPLACED_SHOTS: Final = 0.5  # of a game whose coordinates are in feet; the archive's worst has a tenth
SHOTS_SCHEMA: Final = pa.schema(
    [
        ("game_date", pa.timestamp("ns")), ("game_id", pa.string()), ("player_id", pa.int64()),
        ("shot_index", pa.int64()), ("team", pa.string()), ("period", pa.int64()),
        ("clock_seconds_left", pa.float64()), ("zone", pa.string()), ("x", pa.float64()), ("y", pa.float64()),
        ("distance_feet", pa.float64()), ("made", pa.bool_()), ("value", pa.int64()),
        ("action_type", pa.string()), ("source", pa.string()),
    ]
)  # fmt: skip


def parse_archive_events(
    table: pa.Table,
    team_tricodes: Mapping[int, str],
    *,
    file: str,
    source: str = "archive",
    left_out: list[BadInput] | None = None,
    repairs: dict[str, Any] | None = None,
) -> pa.Table:
    """Return raw_play_by_play (EVENTS_SCHEMA), sorted by game_date, game_id, event_index.

    `table` is a season file of the archive's playbyplay folder; the order of its rows within a game is
    the order of play and becomes `event_index`. Clock in seconds left in the period, distances and
    coordinates in feet.
    Raises BadInput for a missing column, a wrong type, and a value that cannot be read; with `left_out`,
    games with such a value are left out and listed in it instead. `repairs` receives the game of each row
    that was read otherwise than it is written, by what was.
    """
    table = with_periods(table, "period", "game_id", repairs)
    kinds = dict(EVENT_COLUMNS)
    kinds.update({name: kind for name, kind in OPTIONAL_EVENT_COLUMNS.items() if name in table.column_names})
    found = source_columns(
        table, kinds, file=file, game_field="game_id", required=_EVENTS_NEVER_NULL, left_out=left_out
    )
    dates = dates_checked(found, "game_date")
    rank = game_rank(found, dates, "game_date")
    columns = _event_columns(found, team_tricodes) | {
        "game_date": dates,
        "game_id": ids_checked(found),
        "source": constant(source, len(rank)),
    }
    order = np.argsort(rank, kind="stable")
    rows = sorted_table(columns, order, {"event_index": position_in_group(rank[order])}, EVENTS_SCHEMA)
    return without_games(rows, left_out)


def parse_archive_shots(
    table: pa.Table,
    team_tricodes: Mapping[int, str],
    *,
    file: str,
    source: str = "archive",
    left_out: list[BadInput] | None = None,
    repairs: dict[str, Any] | None = None,
) -> pa.Table:
    """Return raw_shot_chart (SHOTS_SCHEMA), sorted by game_date, game_id, player_id, shot_index.

    `table` is a season file of the archive's shotchart folder; the order of its rows within a player's game
    is the order of play. Coordinates and distance in feet from the basket (see the module).
    Raises BadInput, and gives `repairs`, as :func:`parse_archive_events` does.
    """
    table = with_periods(table, "QUARTER", "GAME_ID", repairs)
    required = frozenset(SHOT_COLUMNS) - frozenset(DISPENSABLE_SHOT_COLUMNS)
    found = source_columns(
        table, SHOT_COLUMNS, file=file, game_field="GAME_ID", required=required, left_out=left_out
    )
    dates = dates_checked(found, "GAME_DATE")
    rank = game_rank(found, dates, "GAME_DATE")
    columns = _shot_columns(found, team_tricodes) | {
        "game_date": dates,
        "game_id": ids_checked(found),
        "source": constant(source, len(rank)),
    }
    player = found["PLAYER_ID"].to_numpy(zero_copy_only=False)
    order = np.lexsort((player, rank))
    position = position_in_group(rank[order], player[order])
    rows = sorted_table(columns, order, {"shot_index": position}, SHOTS_SCHEMA)
    return without_games(rows, left_out)


def _event_columns(found: SourceColumns, team_tricodes: Mapping[int, str]) -> dict[str, Any]:
    event_types, descriptions = by_distinct(found["actionType"], _plain_types), found["description"]
    persons = null_when(found["person_id"], 0)
    return {
        "period": found["period"],
        "clock_seconds_left": _clock_seconds_left(found),
        "action_number": found["actionNumber"],
        "event_type": event_types,
        "event_subtype": event_subtypes(event_types, descriptions, found.games, persons),
        "description": descriptions,
        "qualifiers": by_distinct(found["qualifier"], _joined_qualifiers),
        "person_id": persons,
        "assist_person_id": null_when(found["assister_id"], 0),
        "block_person_id": null_when(found["blockPersonId"], 0),
        "steal_person_id": null_when(found["stealPersonId"], 0),
        "foul_drawn_person_id": null_when(found["foulDrawnPersonId"], 0),
        "team": tricodes_checked(found, "teamId", team_tricodes),
        "shot_made": _shot_made(found, event_types),
        "is_field_goal": found["isFieldGoal"],
        "shot_distance": shot_distance(event_types, descriptions),
        "area": _optional(found, "area"),
        "area_detail": _optional(found, "areaDetail"),
        "x": pc.divide(_optional(found, "xLegacy"), 10.0),
        "y": pc.divide(_optional(found, "yLegacy"), 10.0),
        "score_home": found["scoreHome"],
        "score_away": found["scoreAway"],
        "players_on": _players_on(found),
    }


def _shot_columns(found: SourceColumns, team_tricodes: Mapping[int, str]) -> dict[str, Any]:
    x = _tenths(pc.negate(found["LOC_X"]))
    y = _tenths(pc.subtract(found["LOC_Y"], BASELINE_TO_BASKET_FEET))
    _check_units(found, x, y)
    value = pc.index_in(pc.utf8_slice_codeunits(found["SHOT_TYPE"], 0, 3), pa.array(["2PT", "3PT"]))
    found.refuse(pc.is_null(value), "SHOT_TYPE", "neither two nor three", "write it as stats.nba.com does")
    zones = by_distinct(found["BASIC_ZONE"], shot_zones)
    found.refuse(pc.is_null(zones), "BASIC_ZONE", "not a zone of the floor", "write it as stats.nba.com does")
    seconds = pc.add(pc.multiply(found["MINS_LEFT"], 60), found["SECS_LEFT"])
    return {
        "player_id": found["PLAYER_ID"],
        "team": tricodes_checked(found, "TEAM_ID", team_tricodes),
        "period": found["QUARTER"],
        "clock_seconds_left": seconds.cast(pa.float64()),
        "zone": zones,
        "x": x,
        "y": y,
        "distance_feet": found["SHOT_DISTANCE"],
        "made": found["SHOT_MADE"],
        "value": pc.add(value, 2).cast(pa.int64()),
        "action_type": found["ACTION_TYPE"],
    }


def _tenths(feet: Any) -> Any:
    """Round to the source's tenth of a foot, as the nearest double.

    Rounding to a digit by pc.round gives 27.200000000000003. The added zero turns -0.0 into 0.0.
    """
    return pc.add(pc.divide(pc.round(pc.multiply(feet, 10.0)), 10.0), 0.0)


def _check_units(found: SourceColumns, x: Any, y: Any) -> None:
    """Refuse games whose coordinates are not in feet with y from the baseline: other exports use tenths."""
    distance = pc.sqrt(pc.add(pc.multiply(x, x), pc.multiply(y, y)))
    far = pc.fill_null(pc.greater_equal(pc.abs(pc.subtract(distance, found["SHOT_DISTANCE"])), 1.5), True)
    by_game = pd.Series(far.to_numpy(zero_copy_only=False)).groupby(found.games.to_pandas())
    other_units = pa.array(by_game.transform("mean").to_numpy() > MOST_MISPLACED_SHOTS)
    found.refuse(
        other_units,
        "LOC_X, LOC_Y",
        "most coordinates do not lie at the stated SHOT_DISTANCE",
        "export them in feet, y from the baseline",
    )


def _clock_seconds_left(found: SourceColumns) -> Any:
    def convert(clocks: Any) -> Any:
        parts = pc.extract_regex(clocks, pattern=r"^(?:PT)?(?P<minutes>\d+)[M:](?P<seconds>\d+(?:\.\d+)?)S?$")
        minutes, seconds = (
            pc.struct_field(parts, name).cast(pa.float64()) for name in ("minutes", "seconds")
        )
        return pc.add(pc.multiply(minutes, 60.0), seconds)

    clock = by_distinct(found["clock"], convert)
    found.refuse(pc.is_null(clock), "clock", "not a clock like PT11M43.00S", "fetch the game again")
    return clock


def _plain_types(types: Any) -> Any:
    """Types of events as the feed writes them: in small letters and one word."""
    return pc.replace_substring_regex(pc.utf8_lower(types), pattern=r"[\s_-]", replacement="")


def _joined_qualifiers(lists: Any) -> Any:
    """Turn the text of a list (`['pointsinthepaint', '2ndchance']`) into `pointsinthepaint|2ndchance`."""
    words = pc.replace_substring_regex(lists, pattern=r"[\[\]'\" ]", replacement="")
    return null_when(pc.replace_substring(words, pattern=",", replacement="|"), "")


def _players_on(found: SourceColumns) -> Any:
    written = null_when(found["players_on"], "")
    players = by_distinct(written, _joined_ids)
    ids = by_distinct(players, lambda texts: pc.match_substring_regex(texts, r"^\d+(\|\d+)*$"))
    found.refuse(pc.invert(ids), "players_on", "not person ids joined by |", "fetch the game again")
    return players


def _joined_ids(texts: Any) -> Any:
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, _BRACKETS, ""))
    return pc.replace_substring_regex(plain, _SEPARATOR, "|")


def _shot_made(found: SourceColumns, event_types: Any) -> Any:
    results = null_when(found["shotResult"], "")
    words = by_distinct(results, lambda texts: pc.utf8_lower(pc.utf8_trim_whitespace(texts)))
    made = pc.index_in(words, pa.array(["missed", "made"]))
    unknown = pc.and_(pc.is_valid(results), pc.is_null(made))
    found.refuse(unknown, "shotResult", "neither Made nor Missed", "fetch the game again")
    shots = pc.is_in(event_types, pa.array(["2pt", "3pt", "freethrow"]))
    without = pc.and_(shots, pc.is_null(made))
    found.refuse(without, "shotResult", "a shot without result", "fetch the game again")
    return made.cast(pa.bool_())


def _optional(found: SourceColumns, name: str) -> Any:
    if name in found.columns:
        return null_when(found[name], "") if OPTIONAL_EVENT_COLUMNS[name] == "text" else found[name]
    return pa.nulls(len(found.games), pa.string() if OPTIONAL_EVENT_COLUMNS[name] == "text" else pa.float64())
