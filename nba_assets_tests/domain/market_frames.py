"""Hand-made schedules and appearances, and the archive's, for the tests of lines and injuries."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nba_assets.calendar.tipoffs import with_stated_tipoffs
from nba_assets.domain.raw.event_games import stated_tipoffs

TEXT = pd.StringDtype("pyarrow")


def schedule_of(*games: tuple[str, str, str, str, str | None], neutral: bool = False) -> pd.DataFrame:
    """Schedule of (game_id, date, home, away, tip-off UTC or None)."""
    frame = pd.DataFrame(games, columns=["game_id", "game_date", "home_team", "away_team", "tipoff_utc"])
    return frame.assign(
        game_date=pd.to_datetime(frame["game_date"]).astype("datetime64[ns]"),
        tipoff_utc=pd.to_datetime(frame["tipoff_utc"], utc=True).astype("datetime64[ns, UTC]"),
        is_neutral=pd.Series(neutral, index=frame.index, dtype="boolean"),
        is_postponed=False,
    )


def appearances_of(*rows: tuple[int, str, str, str]) -> pd.DataFrame:
    """Appearances of (player_id, name, team, date)."""
    frame = pd.DataFrame(rows, columns=["player_id", "player_name", "team", "game_date"])
    return frame.assign(game_date=pd.to_datetime(frame["game_date"]).astype("datetime64[ns]"))


def archive_schedule(archive: Path) -> pd.DataFrame:
    """The archive's schedule, tip-offs of odds feeds included."""
    frames = [pd.read_parquet(path) for path in sorted((archive / "schedule").glob("games_*.parquet"))]
    rows = pd.concat(frames, ignore_index=True)
    schedule = pd.DataFrame(
        {
            "game_id": rows["game_id"].astype(TEXT),
            "game_date": pd.to_datetime(rows["game_date"]).astype("datetime64[ns]"),
            "home_team": rows["home_team_tricode"].astype(TEXT),
            "away_team": rows["away_team_tricode"].astype(TEXT),
            "tipoff_utc": pd.to_datetime(rows["tipoff_utc"], utc=True).astype("datetime64[ns, UTC]"),
            "is_neutral": pd.Series(pd.NA, index=rows.index, dtype="boolean"),
            "is_postponed": False,
        }
    )
    odds = [pd.read_parquet(path) for path in sorted((archive / "odds").glob("*.parquet"))]
    return with_stated_tipoffs(schedule, pd.concat([stated_tipoffs(rows, schedule) for rows in odds]))


def archive_appearances(archive: Path) -> pd.DataFrame:
    """Box rows with points, for appearances and as the result."""
    columns = {
        "PLAYER_ID": "player_id",
        "PLAYER_NAME": "player_name",
        "TEAM_ABBREVIATION": "team",
        "GAME_DATE": "game_date",
        "GAME_ID": "game_id",
        "PTS": "pts",
    }
    paths = sorted((archive / "leaguegamelog").glob("players_*.parquet"))
    rows = pd.concat([pd.read_parquet(path, columns=list(columns)) for path in paths], ignore_index=True)
    rows = rows.rename(columns=columns)
    dates = pd.to_datetime(rows["game_date"].astype("str").str[:10]).astype("datetime64[ns]")
    return rows.assign(game_date=dates, game_id=rows["game_id"].astype("str").astype(TEXT))
