"""The play-by-play of one game, whichever feed served it: typed events in, raw_play_by_play out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from nba_assets.domain.analytics.player_game_events import SHOT_POINTS
from nba_assets.domain.raw.play_by_play import (
    EVENT_COLUMNS,
    OPTIONAL_EVENT_COLUMNS,
    parse_archive_events,
)
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.raw import RAW_PLAY_BY_PLAY
from nba_assets.sources.wire.boxes.game_box import WAIT
from nba_assets.sources.wire.documents import Place, finished_rows
from nba_assets.sources.wire.games import ScheduledGame

# The ten kinds of raw_play_by_play.
EVENT_TYPES: Final = (
    "2pt", "3pt", "rebound", "substitution", "freethrow", "foul", "turnover", "steal", "block", "timeout",
)  # fmt: skip
_STORED: Final = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
_OVERTIME_SECONDS: Final = 300.0
_TEXT = pd.StringDtype("pyarrow")


def event_rows(
    events: Sequence[Mapping[str, Any]],
    subtypes: Sequence[str | None],
    distances: Sequence[float | None],
    scheduled: ScheduledGame,
    place: Place,
    source: str,
) -> pd.DataFrame:
    """raw_play_by_play of the kept events of one game, in order of play; players_on is still NULL.

    In: events in the names of the archive's files (``EVENT_COLUMNS`` without game and date; what is absent
    is NULL); the feed's own subtype and distance (ft) of each. Without a subtype of its own the
    description has it, as in the archive's files.

    Raises:
        BadInput: no events, a value that cannot be read, a team that does not play, a clock beyond its
        period.
    """
    if not events:
        place.refuse("actions", "an empty list where events were due", WAIT)
    fixed = {"game_id": place.game, "game_date": str(scheduled.game_date.date())}
    columns = {
        name: pa.array([fixed.get(name, event.get(name)) for event in events], _STORED[kind])
        for name, kind in (EVENT_COLUMNS | OPTIONAL_EVENT_COLUMNS).items()
    }
    parsed = parse_archive_events(pa.table(columns), TEAM_TRICODES, file=place.file, source=source)
    rows = RAW_PLAY_BY_PLAY.to_pandas(parsed).assign(
        event_subtype=lambda read: pd.Series(subtypes, read.index, dtype=_TEXT).fillna(read["event_subtype"]),
        shot_distance=pd.array(distances, dtype="Float64").to_numpy("float64", na_value=float("nan")),
    )
    strangers = set(rows["team"].dropna()) - {scheduled.home_team, scheduled.away_team}
    if strangers:
        place.refuse("team", f"{sorted(strangers)} do not play in this game")
    late = rows["period"].gt(4) & rows["clock_seconds_left"].gt(_OVERTIME_SECONDS)
    if late.any():
        place.refuse("clock", "more than five minutes left in an overtime")
    return finished_rows(rows, RAW_PLAY_BY_PLAY, place)


def check_final_score(rows: pd.DataFrame, scheduled: ScheduledGame, place: Place) -> None:
    """Refuse a finished game that ends in a tie, or not at the schedule's score, or not at its shots' sum.

    In all 2,460 regular-season games of 2023-24 and 2024-25 the made shots add up to the last score.

    Raises:
        BadInput: the events contradict the schedule or each other.
    """
    last = tuple(int(rows[name].dropna().iloc[-1:].sum()) for name in ("score_home", "score_away"))
    if last[0] == last[1]:
        place.refuse("score", f"ends at {last}: not final", WAIT)
    if scheduled.scores is not None and last != scheduled.scores:
        place.refuse("score", f"ends at {last}, the schedule has {scheduled.scores}")
    made = rows.loc[rows["shot_made"].fillna(False).astype("bool")]
    points = made["event_type"].map(SHOT_POINTS).groupby(made["team"].astype("object")).sum()
    scored = (int(points.get(scheduled.home_team, 0)), int(points.get(scheduled.away_team, 0)))
    if scored != last:
        place.refuse("shot_made", f"the made shots add up to {scored}, the score is {last}")
