"""Which teams played a game and where, by the rows of its box score."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.raw.box_scores import TEAMS_IN_A_GAME


def home_teams(rows: pd.DataFrame) -> pd.DataFrame:
    """Who played at home, where MATCHUP has vs. for one team and @ for the other.

    Args:
        rows: GAME_ID, TEAM_ABBREVIATION and MATCHUP of player or team rows, each distinct combination once.

    Returns:
        game_id, home_team and away_team of the games whose rows agree.
    """
    known = rows.dropna()
    at_home = _at_home(known["MATCHUP"])
    sides = [
        known.loc[side, ["GAME_ID", "TEAM_ABBREVIATION"]]
        .drop_duplicates()
        .drop_duplicates("GAME_ID", keep=False)
        for side in (at_home, ~at_home)
    ]
    names = {
        "GAME_ID": "game_id",
        "TEAM_ABBREVIATION_home": "home_team",
        "TEAM_ABBREVIATION_away": "away_team",
    }
    both = sides[0].merge(sides[1], on="GAME_ID", suffixes=("_home", "_away")).rename(columns=names)
    return both.loc[both["home_team"].ne(both["away_team"]), [*names.values()]]


def two_teams(rows: pd.DataFrame) -> pd.DataFrame:
    """Who played each game: game_id, and teams as both tricodes, sorted and joined by a blank.

    Args:
        rows: GAME_ID and TEAM_ABBREVIATION of player or team rows, each distinct pair once.
    """
    games = rows.dropna().sort_values("TEAM_ABBREVIATION").groupby("GAME_ID")["TEAM_ABBREVIATION"]
    teams = games.agg(" ".join)[games.size().eq(TEAMS_IN_A_GAME)]
    return teams.rename("teams").rename_axis("game_id").reset_index()


def neutral_games(rows: pd.DataFrame) -> pd.Series:
    """Whether each game was at a neutral site, where MATCHUP has @ for both teams.

    Args:
        rows: GAME_ID and MATCHUP of player or team rows.

    Returns:
        Flag by game id; games without a MATCHUP are left out.
    """
    at_home = _at_home(rows["MATCHUP"].dropna())
    return ~at_home.groupby(rows["GAME_ID"]).any()


def _at_home(matchups: pd.Series) -> pd.Series:
    """Whether a row's own team is at home: ``MIL vs. CHI``, and not ``MIL @ CHI``."""
    return matchups.str.contains(r"\bvs\b", case=False).astype("bool")
