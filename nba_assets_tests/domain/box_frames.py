"""Small hand-made frames for the tests of box lines, windows and features; every number is made up."""

from __future__ import annotations

from typing import Any

import pandas as pd

TEXT = pd.StringDtype("pyarrow")
BOX = {
    "fgm": 40, "fga": 88, "fg3m": 12, "fg3a": 34, "ftm": 18, "fta": 22, "oreb": 10, "dreb": 33, "reb": 43,
    "ast": 25, "stl": 7, "blk": 5, "tov": 13, "pf": 19, "pts": 110,
}  # fmt: skip


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def frame(rows: list[dict[str, Any]], **defaults: Any) -> pd.DataFrame:
    """Rows with defaults; game_date texts become dates."""
    made = pd.DataFrame([defaults | row for row in rows])
    if "game_date" in made:
        made["game_date"] = pd.to_datetime(made["game_date"]).astype("datetime64[ns]")
    return made


def schedule(*games: tuple[str, str, str, str], season: str = "2023-24", **facts: Any) -> pd.DataFrame:
    """raw_schedule of (game_id, date, home, away)."""
    rows = [
        {"game_id": game, "game_date": date, "home_team": home, "away_team": away}
        for game, date, home, away in games
    ]
    made = frame(
        rows,
        **({"season": season, "season_type": "Regular Season", "status": "final", "is_neutral": False,
            "is_postponed": False, "source": "archive"} | facts),
    )  # fmt: skip
    made["is_neutral"] = made["is_neutral"].astype("boolean")
    made["tipoff_utc"] = pd.Series(pd.NaT, index=made.index, dtype="datetime64[ns, UTC]")
    return made.astype(
        {"game_id": TEXT, "season": TEXT, "season_type": TEXT, "home_team": TEXT, "away_team": TEXT}
    )


def approx_equal(actual: Any, expected: Any) -> bool:
    """Both NULL, or equal to nine digits."""
    if pd.isna(actual) or expected is None:
        return bool(pd.isna(actual)) and expected is None
    return abs(actual - expected) <= 1e-9 * max(1.0, abs(expected))
