"""Games that a player's windows should hold and the platform does not have.

Each question about a date is answered from rows dated before it and from nothing else, so a date computed
alone counts what it counts in a range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nba_assets.calendar.seasons import season_starts
from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows
from nba_assets.domain.declarations.evaluation import KnownDates
from nba_assets.domain.precompute.team_defense_zone_analysis import SAMPLE_GAMES

# As far back as schedules are judged. A season and a summer fit; a window of ten games that reaches further,
# of a player who was away for more than a year, is judged over these days alone.
REACH_DAYS = 400
WINDOW_GAMES = 10
# Holes that move a row's features: so many of the last ten games, or more than such a share of the season's.
MOVING_RECENT_GAMES = 2
MOVING_SEASON_SHARE = 1 / 20
HOLE_RULE = (
    f"out with {MOVING_RECENT_GAMES} of the last {WINDOW_GAMES} games missing, "
    f"or more than {MOVING_SEASON_SHARE:.0%} of the season's"
)
_DAYS = 1 << 20  # more days than any history has: team and day share one sortable integer

Ints = npt.NDArray[np.int64]


def missing_history_games(
    rows: pd.DataFrame,
    appearances: pd.DataFrame,
    played: pd.DataFrame,
    schedule: pd.DataFrame,
    dates: KnownDates,
) -> dict[str, pd.Series]:
    """Number of games missing from each row's windows, plus dates whose schedule is unknown.

    The windows of a row reach back to the start of its season or to the player's tenth-last known game,
    whichever is earlier, and over at most 400 days. A missing game counts when his team of that day was one
    of the two: the team of his latest known appearance up to that day; before his first one, the team of
    that one; with none at all, the row's team, this season only. A date of this season whose schedule is not
    open counts as one game for everybody, from the first open schedule of the 400 days on.

    Args:
        rows: players who may play (game_date, player_id, team).
        appearances: player_game_summary (game_date, player_id, team), keyed by player_id and game_date.
        played: player_game_summary (game_date, game_id): games with a stored row.
        schedule: raw_schedule of open dates (game_date, game_id, home_team, away_team, status).
        dates: game dates of the league, and those whose raw_schedule is open, without a game or with.

    Returns:
        Games, int64, one for each row in its order, indexed from 0: missing_history_games, and
        missing_last_10_games, the same count since the player's tenth-last known game alone, or his season's
        start without ten.

    Raises:
        ValueError: a player has two appearances on a date.
    """
    missing = missing_games(schedule, played)
    days = _numbers(rows["game_date"])
    teams = _TeamDays.of(missing, pd.concat([appearances["team"], rows["team"]], ignore_index=True))
    known = _appearances(appearances, teams)
    players = rows[["game_date", "player_id"]].reset_index(drop=True)
    prior = PriorRows(known, players, "player_id").within_days(HISTORY_DAYS)

    def count(*, season: bool) -> pd.Series:
        start = _window_starts(prior, days, season=season)
        gaps = _in_windows(prior, start, days, teams, teams.codes[len(appearances) :])
        return pd.Series(gaps + _unknown(start, days, dates.open_dates["raw_schedule"], dates.game_dates))

    return {"missing_history_games": count(season=True), "missing_last_10_games": count(season=False)}


def missing_team_games(rows: pd.DataFrame, played: pd.DataFrame, schedule: pd.DataFrame) -> pd.Series:
    """Number of games missing from the windows of each row's two teams.

    The windows of a team reach back to its fifteenth-last known game, over at most 400 days. A missing game
    of the two against each other counts for each.

    Args:
        rows: players who may play (game_date, team, opponent).
        played: player_game_summary (game_date, game_id): games with a stored row.
        schedule: raw_schedule of open dates (game_date, game_id, home_team, away_team, status).

    Returns:
        Games, int64, one for each row in its order, indexed from 0.
    """
    final, present = _final_games(schedule, played)
    names = [final["home_team"], final["away_team"], rows["team"], rows["opponent"]]
    codes, _ = pd.factorize(pd.concat(names, ignore_index=True))
    sides = 2 * len(final)
    games = codes[:sides] * _DAYS + np.tile(_numbers(final["game_date"]), 2)
    known, lost = (np.sort(games[np.tile(chosen, 2)]) for chosen in (present, ~present))
    teams = codes[sides:] * _DAYS
    now = teams + np.tile(_numbers(rows["game_date"]), 2)
    place = known.searchsorted(now) - SAMPLE_GAMES
    oldest = np.append(known, 0)[np.maximum(place, 0)]
    full = place >= known.searchsorted(teams)
    start = np.maximum(np.where(full, oldest, 0), now - REACH_DAYS)
    count = lost.searchsorted(now) - lost.searchsorted(start)
    return pd.Series(count.reshape(2, -1).sum(axis=0))


def holes_move_features(rows: pd.DataFrame) -> pd.Series:
    """Whether the games that are missing from a row's windows are enough to move its features.

    Measured on January 2024 with catboost_v8: one game of the last ten moves a prediction by .42 points on
    average, as the model of the next month does (.37), and the MAE by .004; two games move it by .73, and the
    MAE by .08. So a row with one hole is marked, and models learn from it all the same.

    Args:
        rows: missing_history_games, missing_last_10_games, games_season.
    """
    missing, season = rows["missing_history_games"], rows["games_season"]
    recent = rows["missing_last_10_games"] >= MOVING_RECENT_GAMES
    return recent | (missing > MOVING_SEASON_SHARE * (season + missing))


def missing_games(schedule: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """Final games of the schedule of which no player has a row.

    Args:
        schedule: raw_schedule (game_date, game_id, home_team, away_team, status).
        games: player_game_summary (game_date, game_id).

    Returns:
        Rows of the schedule, keyed by game_id. A row of another date than the schedule's does not count: it
        might be dated after what a window may know.
    """
    final, present = _final_games(schedule, games)
    return final[~present].reset_index(drop=True)


def _final_games(schedule: pd.DataFrame, games: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Final games of the schedule, and of which of them a player has a row."""
    final = schedule[schedule["status"].eq("final").to_numpy(bool)].reset_index(drop=True)
    ids, _ = pd.factorize(pd.concat([final["game_id"], games["game_id"]], ignore_index=True))
    played = ids[len(final) :] * _DAYS + _numbers(games["game_date"])
    return final, np.isin(ids[: len(final)] * _DAYS + _numbers(final["game_date"]), played)


@dataclass(frozen=True)
class _TeamDays:
    """Sorted team and day of every missing game, and the codes of the requested teams."""

    positions: Ints
    codes: Ints

    @classmethod
    def of(cls, missing: pd.DataFrame, teams: pd.Series) -> _TeamDays:
        sides = pd.concat([missing["home_team"], missing["away_team"]], ignore_index=True)
        codes, _ = pd.factorize(pd.concat([sides, teams], ignore_index=True))
        days = np.tile(_numbers(missing["game_date"]), 2)
        return cls(np.sort(codes[: len(sides)] * _DAYS + days), codes[len(sides) :])

    def between(self, codes: Ints, first: Ints, end: Ints) -> Ints:
        """Missing games of each team from a day on and before another."""
        start, stop = (self.positions.searchsorted(codes * _DAYS + day) for day in (first, end))
        return np.maximum(stop - start, 0)


def _appearances(games: pd.DataFrame, teams: _TeamDays) -> pd.DataFrame:
    """Known games with day, team and ``gone``: what is missing of his teams before each, from any start.

    From an appearance on he is of its team, up to the next: the difference of two ``gone`` of a player is
    what is missing between them.
    """
    days, codes = _numbers(games["game_date"]), teams.codes[: len(games)]
    players = games["player_id"].to_numpy(np.int64)
    order = np.lexsort((days, players))
    following = np.append(order[1:], order[-1:])
    until = np.where(players[following] == players[order], days[following], days[order])
    lost = teams.between(codes[order], days[order], until)
    gone = np.empty(len(games), np.int64)
    gone[order] = np.cumsum(lost) - lost
    return games[["game_date", "player_id"]].assign(day=days, team=codes, gone=gone)


def _window_starts(known: PriorRows, days: Ints, *, season: bool) -> Ints:
    """First day of each row's windows: its tenth-last known game, or the season's start if earlier.

    Without ``season``, the season's start counts only for a player without ten known games.
    """
    last = known.last(WINDOW_GAMES)
    tenth, opening = last.oldest("day"), _season_start(days)
    counts = tenth < opening if season else last.count >= WINDOW_GAMES
    return np.maximum(_known(tenth.where(counts), opening), days - REACH_DAYS)


def _in_windows(known: PriorRows, start: Ints, days: Ints, teams: _TeamDays, own_team: Ints) -> Ints:
    """Missing games inside each row's windows: before, among and after the known games that lie in them."""
    first = pd.Series(start.astype("datetime64[D]"))
    inside, outside = known.since(first), known.before(first)
    some = inside.count > 0
    # Before the first known game of the window he was where he had last been seen.
    head_team = _known(outside.newest("team"), _known(inside.oldest("team"), own_team))
    head = teams.between(head_team, start, _known(inside.oldest("day"), start))
    among = _known(inside.newest("gone"), 0) - _known(inside.oldest("gone"), 0)
    last_team = _known(known.newest("team"), own_team)
    tail = teams.between(last_team, np.where(some, _known(inside.newest("day"), start), start), days)
    return head + among + tail


def _unknown(start: Ints, days: Ints, open_dates: Iterable[dt.date], calendar: Iterable[dt.date]) -> Ints:
    """Dates of the season in each row's windows whose games are unknown.

    A lake that begins later in a season has no hole before its first date.
    """
    present = _numbers(pd.Series(sorted(open_dates), dtype="datetime64[ns]"))
    shut = np.setdiff1d(_numbers(pd.Series(list(calendar), dtype="datetime64[ns]")), present)
    first_open = np.append(present, _DAYS)[present.searchsorted(days - REACH_DAYS)]
    start = np.maximum.reduce([first_open, _season_start(days), start])
    return np.maximum(shut.searchsorted(days) - shut.searchsorted(start), 0)


def _season_start(days: Ints) -> Ints:
    return season_starts(days.astype("datetime64[D]")).astype(np.int64)


def _numbers(dates: pd.Series) -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def _known(values: pd.Series, otherwise: Ints | int) -> Ints:
    """Whole numbers, with another value for NULL."""
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(numbers), otherwise, numbers).astype(np.int64)
