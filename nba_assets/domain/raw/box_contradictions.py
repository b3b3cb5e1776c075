"""Which of two box scores of a game is wrong when they contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

import pandas as pd

from nba_assets.domain.raw.box_scores import FETCH_AGAIN
from nba_assets.tabular.problems import BadInput

_SCORED = ["pts", "fgm", "fg3m", "ftm"]  # counts that move the score
# Counts of which a team has no more than its players have; rebounds and turnovers of the team are left out.
_SHARED = [*_SCORED, "fga", "fg3a", "fta", "oreb", "tov"]
_WITNESSED = ["fga", "fg3a", "fta", "oreb", "tov"]  # counts that no score contradicts
_KEY = ["game_date", "game_id", "team"]


class Blame(StrEnum):
    """Which of two box scores of a game is wrong when they contradict each other."""

    PLAYERS = "raw_player_boxscores"
    TEAMS = "raw_team_boxscores"


UNDECIDED = frozenset(Blame)
Contradiction = tuple[dt.date, BadInput, frozenset[Blame]]


def contradictions(players: pd.DataFrame, teams: pd.DataFrame) -> list[Contradiction]:
    """Games whose team box is not the sum of its players.

    In five seasons it always is. Where it is not, the differences of points while each player was on the
    floor tell who is wrong: added up, they are five times the margin by which the players' points won.

    Args:
        players: raw_player_boxscores.
        teams: raw_team_boxscores of the same dates; games without one are not judged.

    Returns:
        (date, problem, who is to blame) of each game: ``UNDECIDED`` where a count differs that no score
        contradicts, see :func:`with_witness`.
    """
    sums = players.groupby(_KEY, as_index=False, observed=True)[[*_SHARED, "plus_minus"]].sum(min_count=1)
    score = sums.groupby("game_id")["pts"].transform("sum")
    sums["agrees"] = (sums["plus_minus"] / 5).round(1).eq(2 * sums["pts"] - score)
    both = sums.merge(teams[[*_KEY, *_SHARED]], on=_KEY, suffixes=("", "_of_team"))
    differs = pd.DataFrame({name: both[name] != both[f"{name}_of_team"] for name in _SHARED})
    both["fields"] = [", ".join(differs.columns[row]) for row in differs.to_numpy(bool)]
    both["scored"] = differs[_SCORED].any(axis=1)
    found: list[Contradiction] = []
    for (date, game), sides in both[both["fields"].ne("")].groupby(["game_date", "game_id"]):
        fair = bool(sums.loc[sums["game_id"].eq(str(game)), "agrees"].all())
        if not fair:
            blamed = frozenset({Blame.PLAYERS})
        else:
            blamed = frozenset({Blame.TEAMS}) if sides["scored"].all() else UNDECIDED
        first = sides.iloc[0]
        field = str(first["fields"])
        name = field.split(", ")[0]
        counted, stated = first[name], first[f"{name}_of_team"]
        words = f"the players of {first['team']} have {counted:g} {name}, their team {stated:g}"
        problem = _problem(blamed, str(game), field, words)
        found.append((pd.Timestamp(str(date)).date(), problem, blamed))
    return found


def with_witness(
    found: Sequence[Contradiction], players: pd.DataFrame, teams: pd.DataFrame, plays: pd.DataFrame
) -> list[Contradiction]:
    """Contradictions, the undecided ones decided by what the players of a team did in the play-by-play.

    Args:
        found: as :func:`contradictions` gives them.
        players: raw_player_boxscores.
        teams: raw_team_boxscores.
        plays: raw_play_by_play of their games, as far as there is one.

    Returns:
        The same. Where the events of the game count as the players' box does in all that differs, the team's
        box is to blame, and the other way round; where they count as neither, it stays undecided.
    """
    stated = teams.set_index(["game_id", "team"])[_WITNESSED]
    summed = players.groupby(["game_id", "team"], observed=True)[_WITNESSED].sum(min_count=1)
    counted = _events_of_teams(plays)
    games = set(counted.index.get_level_values("game_id"))
    decided: list[Contradiction] = []
    for date, problem, blamed in found:
        if blamed == UNDECIDED and problem.game in games:
            sums, teams_of, events = (
                frame.loc[[problem.game]].droplevel("game_id") for frame in (summed, stated, counted)
            )
            by_teams = teams_of.to_numpy()
            by_players, by_events = (frame.reindex(teams_of.index).to_numpy() for frame in (sums, events))
            differ = by_players != by_teams
            if (by_events == by_players)[differ].all():
                blamed = frozenset({Blame.TEAMS})
            elif (by_events == by_teams)[differ].all():
                blamed = frozenset({Blame.PLAYERS})
            problem = _problem(blamed, problem.game, problem.field, problem.reason)
        decided.append((date, problem, blamed))
    return decided


def _problem(blamed: frozenset[Blame], game: str | None, field: str | None, reason: str) -> BadInput:
    return BadInput(
        file=" and ".join(sorted(blamed)), game=game, field=field, reason=reason, remedy=FETCH_AGAIN
    )


def _events_of_teams(plays: pd.DataFrame) -> pd.DataFrame:
    """Counts by game and team of what players did; what a team did as one is in no player's line."""
    acts = plays[plays["person_id"].notna() & plays["team"].notna()]
    kind, subtype = acts["event_type"], acts["event_subtype"]
    three = kind.eq("3pt")
    flags = {
        "fga": three | kind.eq("2pt"), "fg3a": three, "fta": kind.eq("freethrow"),
        "oreb": kind.eq("rebound") & subtype.eq("offensive"),
        "tov": kind.eq("turnover"),
    }  # fmt: skip
    counts = pd.DataFrame({name: flag.fillna(False).astype("int64") for name, flag in flags.items()})
    keys = [acts[name].astype("object") for name in ("game_id", "team")]
    return counts[_WITNESSED].groupby(keys).sum()
