"""The public entry: a seeded league, played and written in the layout of the season archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.calendar.seasons import first_year, season_name
from nba_assets.simulation.league.calendar import Game
from nba_assets.simulation.league.franchises import FRANCHISES
from nba_assets.simulation.league.invented_dates import invented_dates
from nba_assets.simulation.league.layout import to_table
from nba_assets.simulation.league.rosters import (
    League,
    build_league,
    next_season,
)
from nba_assets.simulation.league.season import Season
from nba_assets.simulation.league.write import SimulatedFolder

LAST_SEASON = "2024-25"
_MOST_SEASONS = 20
_LEAST_TEAMS, _LEAST_DATES = 4, 2
_LEAST_SEASONS_WITHOUT_CHART = 3

SeasonDates = Callable[[str], list[dt.date]]


@dataclass(frozen=True)
class SimulationSummary:
    """What a simulation wrote: rows by file name, and the games left for tonight."""

    out: Path
    seasons: tuple[str, ...]
    teams: int
    players: int
    games_played: int
    tonight: dt.date
    tonight_games: tuple[str, ...]
    rows: Mapping[str, int]


def simulate(
    out: Path,
    *,
    seasons: int,
    teams: int,
    seed: int,
    dates_per_season: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    season_dates: SeasonDates | None = None,
    matinees: bool = False,
    last: str = LAST_SEASON,
) -> SimulationSummary:
    """Play a league and write it into ``out`` in the season archive's layout. Same arguments, same bytes.

    Args:
        out: folder; created, or replaced when a simulation wrote it.
        seasons: how many.
        teams: how many, 4 to 30: the first real franchises by team id.
        seed: any non-negative integer.
        dates_per_season: play only the first so many game dates of each season.
        progress: called after each game date with dates done and dates in all.
        season_dates: game dates of a season in order; the league calendar when not given.
        matinees: let the first game of Sundays and of Christmas begin at noon in New York.
        season_dates: game dates of a season in order; the league's own of a finished season, and invented
            ones of any other, when not given.
        last: the newest season.

    Raises:
        ValueError: an argument out of range, or a folder that holds other parquet files.
    """
    names = _check(seasons, teams, seed, dates_per_season, last)
    folder = SimulatedFolder(Path(out))
    calendar = season_dates or _league_dates
    dates = {name: calendar(name)[:dates_per_season] for name in names}
    if short := [name for name in names if len(dates[name]) < _LEAST_DATES]:
        raise ValueError(f"the calendar has fewer than {_LEAST_DATES} game dates for {', '.join(short)}")
    league = build_league(seed, teams)
    games, played, lines = _play_all(folder, league, dates, seed, progress, matinees=matinees)
    folder.write(f"schedule/games_{names[0]}_to_{names[-1]}.parquet", [_schedule(games, league)])
    folder.write("odds/game_closing_lines.parquet", lines)
    arguments = {
        "seasons": seasons, "teams": teams, "seed": seed, "dates_per_season": dates_per_season,
        "matinees": matinees,
    }  # fmt: skip
    folder.publish(arguments)
    tonight = dates[names[-1]][-1]
    return SimulationSummary(
        out=Path(out),
        seasons=names,
        teams=teams,
        players=sum(len(t.roster) for t in league.teams),
        games_played=played,
        tonight=tonight,
        tonight_games=tuple(g.game_id for g in games if g.date == tonight),
        rows=dict(sorted(folder.rows.items())),
    )


def _check(seasons: int, teams: int, seed: int, dates_per_season: int | None, last: str) -> tuple[str, ...]:
    if not 1 <= seasons <= _MOST_SEASONS:
        raise ValueError(f"seasons must be 1 to {_MOST_SEASONS}, not {seasons}")
    if not _LEAST_TEAMS <= teams <= len(FRANCHISES):
        raise ValueError(f"teams must be {_LEAST_TEAMS} to {len(FRANCHISES)}, not {teams}")
    if seed < 0:
        raise ValueError(f"seed must not be negative, not {seed}")
    if dates_per_season is not None and dates_per_season < _LEAST_DATES:
        raise ValueError(f"dates_per_season must be at least {_LEAST_DATES}, not {dates_per_season}")
    return tuple(season_name(first_year(last) - n) for n in reversed(range(seasons)))


def _league_dates(season: str) -> list[dt.date]:
    finished = finished_seasons().seasons
    return list(finished[season]) if season in finished else invented_dates(season)


def _play_all(
    folder: SimulatedFolder,
    league: League,
    dates: Mapping[str, Sequence[dt.date]],
    seed: int,
    progress: Callable[[int, int], None] | None,
    *,
    matinees: bool,
) -> tuple[list[Game], int, list[pa.Table]]:
    """Play and write season after season; return all games, how many were played, and the closing lines."""
    done, total = 0, sum(map(len, dates.values()))

    def on_date() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    games: list[Game] = []
    lines: list[pa.Table] = []
    played, names = 0, list(dates)
    for number, name in enumerate(names):
        year = int(name[:4])
        if number:
            next_season(league, np.random.default_rng([seed, 2, year]))
        season = Season(league, name, dates[name], (seed, 3, year))
        season.run(on_date, unplayed_last_date=name == names[-1], matinees=matinees)
        charted = number > 0 or len(names) < _LEAST_SEASONS_WITHOUT_CHART
        _write_season(folder, season, charted)
        games += season.games
        lines += season.pieces["game_lines"]
        played += len(season.winners)
    return games, played, lines


def _write_season(folder: SimulatedFolder, season: Season, charted: bool) -> None:
    """Write a season's files, letting go of each feed's pieces as it is written."""
    take, name = season.pieces.pop, season.season
    months = f"{season.dates[0]:%Y-%m}_to_{season.dates[-1]:%Y-%m}"
    for kind in ("regular", "playoffs"):
        folder.write(f"leaguegamelog/players_{name}_{kind}.parquet", take(f"players_{kind}", []))
        folder.write(f"playbyplay/{name}_{kind}.parquet", take(f"play_by_play_{kind}", []))
    folder.write(f"leaguegamelog/teams_{name}_regular.parquet", take("teams_regular", []))
    chart = take("shot_chart", [])
    if charted:
        folder.write(f"shotchart/{name}_regular.parquet", chart)
    folder.write(f"odds/player_points_lines_{months}.parquet", take("points_lines", []))
    folder.write(f"injuries/injury_snapshots_{months}.parquet", take("injuries", []))


def _schedule(games: Sequence[Game], league: League) -> pa.Table:
    tricodes = [t.franchise.tricode for t in league.teams]
    columns = {
        "game_id": [g.game_id for g in games],
        "game_date": [g.date.isoformat() for g in games],
        "season": [g.season for g in games],
        "season_type": ["Playoffs" if g.playoffs else "Regular Season" for g in games],
        "home_team_tricode": [tricodes[g.home] for g in games],
        "away_team_tricode": [tricodes[g.away] for g in games],
        "tipoff_utc": [g.tipoff.strftime("%Y-%m-%dT%H:%M:%SZ") for g in games],
    }
    return to_table("schedule", columns, len(games))
