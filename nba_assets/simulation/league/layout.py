"""The stored shape of every simulated feed: columns, arrow types, pandas types, as in the season archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

SOURCE = "simulated"

_ARROW = {"text": pa.large_string(), "string": pa.large_string(), "int": pa.int64(), "Int": pa.int64(),
          "float": pa.float64(), "bool": pa.bool_()}  # fmt: skip
_PANDAS = {"text": "object", "string": "string[python]", "int": "int64", "Int": "Int64",
           "float": "float64", "bool": "bool"}  # fmt: skip


def _columns(text: str) -> dict[str, str]:
    """Read ``type: name name ...`` lines into an ordered mapping of column name to type."""
    out: dict[str, str] = {}
    for line in text.strip().splitlines():
        kind, names = line.split(":")
        out.update(dict.fromkeys(names.split(), kind.strip()))
    return out


_SHOOTING = """
    int: FGM FGA
    float: FG_PCT
    int: FG3M FG3A
    float: FG3_PCT
    int: FTM FTA
    float: FT_PCT
    int: OREB DREB REB AST STL BLK TOV PF
"""

_PLAYERS_REGULAR = _columns(f"""
    int: SEASON_ID PLAYER_ID
    text: PLAYER_NAME
    int: TEAM_ID
    text: TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL
    int: MIN
    {_SHOOTING.strip()}
    int: PTS PLUS_MINUS
    text: source
""")

# COMMENT holds nothing: a float column of nulls in four of the archive's five playoffs.
_PLAYERS_PLAYOFFS = _columns(f"""
    int: PLAYER_ID
    text: PLAYER_NAME
    int: TEAM_ID
    text: TEAM_ABBREVIATION GAME_ID GAME_DATE MATCHUP WL
    int: MIN
    {_SHOOTING.strip()}
    int: PTS PLUS_MINUS
    text: START_POSITION
    float: COMMENT
    text: source
""")

_TEAMS_REGULAR = _columns(f"""
    int: SEASON_ID TEAM_ID
    text: TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL
    int: MIN PTS
    {_SHOOTING.strip()}
    float: PLUS_MINUS
    text: source
""")

LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "schedule": _columns(
        "text: game_id game_date season season_type home_team_tricode away_team_tricode tipoff_utc source"
    ),
    "players_regular": _PLAYERS_REGULAR,
    "players_playoffs": _PLAYERS_PLAYOFFS,
    "teams_regular": _TEAMS_REGULAR,
    "play_by_play": _columns("""
        Int: period
        text: clock
        Int: actionNumber
        text: actionType description qualifier playerName
        Int: scoreHome scoreAway
        text: shotResult
        bool: isFieldGoal assisted
        Int: person_id assister_id foulDrawnPersonId stealPersonId blockPersonId
        text: players_on
        Int: teamId
        text: game_id game_date source
    """),
    "shot_chart": _columns("""
        text: GAME_ID GAME_DATE
        int: TEAM_ID PLAYER_ID
        text: PLAYER_NAME EVENT_TYPE
        bool: SHOT_MADE
        text: ACTION_TYPE SHOT_TYPE BASIC_ZONE ZONE_NAME ZONE_RANGE
        float: LOC_X LOC_Y
        int: SHOT_DISTANCE QUARTER MINS_LEFT SECS_LEFT
        text: source
    """),
    "points_lines": _columns("""
        text: source
        string: game_date
        text: commence_time event_id home_team away_team player team opp book
        float: line over_price under_price
        text: odds_type snapshot_at
    """),
    "game_lines": _columns("""
        text: event_id home_team away_team commence_time
        float: home_ml away_ml home_spread_price away_spread_price spread_point
        float: total_over_price total_under_price total_point
        text: source
    """),
    "injuries": _columns("string: Player Team Update Details snapshot_at commit Status source"),
}


def arrow_schema(feed: str) -> pa.Schema:
    """Return the stored schema of a feed, with the pandas types of the archive in its metadata."""
    layout = LAYOUTS[feed]
    empty = pd.DataFrame({name: pd.Series([], dtype=_PANDAS[kind]) for name, kind in layout.items()})
    metadata = pa.Schema.from_pandas(empty, preserve_index=False).metadata
    return pa.schema([(name, _ARROW[kind]) for name, kind in layout.items()], metadata=metadata)


def to_table(feed: str, columns: Mapping[str, Sequence[Any]], rows: int) -> pa.Table:
    """Build one piece of a feed: scalars repeat, missing columns are all null, `source` is always set.

    Raises:
        KeyError: a column that the feed's layout does not have.
    """
    schema = arrow_schema_cached(feed)
    if unknown := [name for name in columns if name not in schema.names]:
        raise KeyError(f"{feed} has no column {', '.join(unknown)}")
    values = {"source": SOURCE, **columns}
    arrays: list[pa.Array] = []
    for field in schema:
        value = values.get(field.name)
        if value is None or isinstance(value, str):
            value = [value] * rows
        arrays.append(pa.array(value, type=field.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=schema)


_SCHEMAS: dict[str, pa.Schema] = {}


def arrow_schema_cached(feed: str) -> pa.Schema:
    """Return ``arrow_schema`` built once: it is needed for every game."""
    if feed not in _SCHEMAS:
        _SCHEMAS[feed] = arrow_schema(feed)
    return _SCHEMAS[feed]
