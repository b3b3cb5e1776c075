"""Facts of five seasons that are known beforehand, looked up in the lake."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nba_assets.domain.analytics.shot_zones import zone_agreement
from nba_assets.domain.possessions import points_identity_broken, rebounds_identity_broken
from nba_assets.domain.zones import COARSE
from nba_assets.reports.reading import read_table
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake

PLAYER_ROWS = {
    ("2020-21", "Regular Season"): 23_054, ("2020-21", "Playoffs"): 1_864,
    ("2021-22", "Regular Season"): 26_039, ("2021-22", "Playoffs"): 1_892,
    ("2022-23", "Regular Season"): 25_895, ("2022-23", "Playoffs"): 1_728,
    ("2023-24", "Regular Season"): 26_401, ("2023-24", "Playoffs"): 1_685,
    ("2024-25", "Regular Season"): 26_306, ("2024-25", "Playoffs"): 1_804,
}  # fmt: skip
BIG_GAMES = (
    ("Donovan Mitchell", "2023-01-02", 71),
    ("Damian Lillard", "2023-02-26", 71),
    ("Joel Embiid", "2024-01-22", 70),
    ("Luka Dončić", "2024-01-26", 73),
)
OVERTIME_GAME = {"PHI": 99.16, "NYK": 94.56}
PLAYER_COLUMNS = (
    "game_id", "player_id", "player_name", "season", "season_type", "minutes", "fgm", "fga", "fg3m", "ftm",
    "oreb", "dreb", "reb", "pts", "usage_rate", "zone_source", "zones_consistent",
    *(f"{zone}_{count}" for zone in COARSE for count in ("fga", "fgm")),
)  # fmt: skip
TEAM_COLUMNS = ("game_id", "team", "season", "season_type", "possessions", "overtime_periods")


@dataclass(frozen=True)
class Fact:
    """One known answer and the value in the lake."""

    name: str
    expected: str
    found: str

    @property
    def holds(self) -> bool:
        """They agree."""
        return self.expected == self.found


def known_answers(lake: Lake) -> list[Fact]:
    """Every known answer of the archive.

    Args:
        lake: a lake filled from the whole archive.
    """
    players = read_table(lake, "player_game_summary", PLAYER_COLUMNS)
    teams = read_table(lake, "team_offense_game_summary", TEAM_COLUMNS)
    return [*_rows(players), *_points(players), *_games(teams), *_identities(players), *_play_in(lake)]


def _rows(players: pd.DataFrame) -> list[Fact]:
    counts = players.groupby(["season", "season_type"]).size()
    return [
        Fact(f"player rows {season} {part}", f"{rows:,}", f"{counts.get((season, part), 0):,}")
        for (season, part), rows in PLAYER_ROWS.items()
    ]


def _points(players: pd.DataFrame) -> list[Fact]:
    facts = []
    for name, date, points in BIG_GAMES:
        found = players[players["player_name"].eq(name) & players["game_date"].eq(pd.Timestamp(date))]["pts"]
        facts.append(Fact(f"{name} on {date}", f"{points}", f"{found.iloc[0] if len(found) else 'no row'}"))
    return facts


def _games(teams: pd.DataFrame) -> list[Fact]:
    regular = teams[teams["season"].eq("2024-25") & teams["season_type"].eq("Regular Season")]
    overtimes = regular.drop_duplicates("game_id")["overtime_periods"].value_counts()
    game = teams[teams["game_id"].eq("0022400561")].set_index("team")["possessions"]
    return [
        Fact("2024-25 regular-season dates", "163", f"{regular['game_date'].nunique()}"),
        Fact(
            "2024-25 games of one and two overtimes", "56, 4", f"{overtimes.get(1, 0)}, {overtimes.get(2, 0)}"
        ),
        *(
            Fact(
                f"possessions of {team} in 0022400561", f"{value:.2f}", f"{game.get(team, float('nan')):.2f}"
            )
            for team, value in OVERTIME_GAME.items()
        ),
    ]


def _identities(players: pd.DataFrame) -> list[Fact]:
    played = players["minutes"] > 0
    zoned = players[players["zone_source"].ne("none")]
    attempts = zoned[[f"{zone}_fga" for zone in COARSE]].sum(axis=1).ne(zoned["fga"])
    makes = zoned[[f"{zone}_fgm" for zone in COARSE]].sum(axis=1).ne(zoned["fgm"])
    unflagged = (attempts | makes) & zoned["zones_consistent"].astype(bool)
    return [
        Fact("rows whose points do not add up", "0", f"{points_identity_broken(players).sum()}"),
        Fact("rows whose rebounds do not add up", "0", f"{rebounds_identity_broken(players).sum()}"),
        Fact("rows with minutes and without usage", "0", f"{(played & players['usage_rate'].isna()).sum()}"),
        Fact("zone sums that differ from the box and are not flagged", "0", f"{unflagged.sum()}"),
    ]


def _play_in(lake: Lake) -> list[Fact]:
    """Play-in games have no box score in the archive; no other game may lack one."""
    schedule = read_table(lake, "raw_schedule", ("game_id", "season_type", "status"))
    boxes = read_table(lake, "raw_player_boxscores", ("game_id",))["game_id"].unique()
    missing = schedule[schedule["status"].eq("final") & ~schedule["game_id"].isin(boxes)]
    return [
        Fact("games without a box score", "30", f"{len(missing)}"),
        Fact("of these not play-in", "0", f"{missing['season_type'].ne('PlayIn').sum()}"),
    ]


def inconsistent_zones(lake: Lake) -> pd.DataFrame:
    """Player-games whose zones do not sum to the box, by season and source: flagged in the table."""
    rows = read_table(lake, "player_game_summary", ("season", "zone_source", "zones_consistent"))
    flagged = rows[~rows["zones_consistent"].fillna(True).astype(bool)]
    return flagged.groupby(["season", "zone_source"]).size().rename("player_games").reset_index()


def agreement_of_sources(lake: Lake, season: str = "2023-24") -> pd.DataFrame:
    """Coarse zones by play-by-play against the shot chart, shot by shot (zone_agreement)."""
    games = read_table(lake, "raw_schedule", ("game_id", "season", "season_type"))
    chosen = games[games["season"].eq(season) & games["season_type"].eq("Regular Season")]
    dates = [day.date() for day in chosen["game_date"].unique()]
    shots = read_table(lake, "raw_shot_chart", dates=dates)
    columns = [c for c in TABLES["raw_play_by_play"].columns if c not in ("description", "players_on")]
    return zone_agreement(shots, read_table(lake, "raw_play_by_play", columns, dates))


def expected_share(lake: Lake) -> pd.DataFrame:
    """Of the players who played outside the opening days, how many were expected, by season."""
    columns = ("game_id", "player_id", "season", "season_phase", "is_late_addition")
    context = read_table(lake, "upcoming_player_game_context", columns)
    played = read_table(lake, "raw_player_boxscores", ("game_id", "player_id")).drop(columns="game_date")
    rows = context.merge(played, on=["game_id", "player_id"])
    rows = rows[rows["season_phase"].ne("opening")]
    shares = rows.groupby("season")["is_late_addition"].agg(played="size", late="sum").reset_index()
    return shares.assign(expected_share=1 - shares["late"] / shares["played"])


def feature_row_gaps(lake: Lake, from_season: str = "2021-22") -> int:
    """Players who played and have no feature row, from a season on."""
    features = read_table(lake, "ml_feature_store_v2", ("game_id", "player_id"))
    played = read_table(lake, "player_game_summary", ("game_id", "player_id", "season"))
    played = played[played["season"] >= from_season]
    merged = played.merge(
        features.drop(columns="game_date"), on=["game_id", "player_id"], how="left", indicator="found"
    )
    return int(merged["found"].ne("both").sum())
