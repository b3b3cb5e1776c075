"""Lineups as a table: projected fives, and who was on the floor when the game began."""

from __future__ import annotations

from typing import Final

import pandas as pd

from nba_assets.calendar.tipoffs import game_cutoffs
from nba_assets.domain.raw.availability.injuries import (
    filed_under,
    refused_counts,
)
from nba_assets.domain.raw.identity import resolve_players_as_of
from nba_assets.domain.raw.readings import ROW, readings
from nba_assets.domain.teams import TEAM_BY_TRICODE

RAW_LINEUP_COLUMNS: Final = [
    "game_date", "captured_at", "game_id", "team", "player_id", "player_name", "kind", "role", "position",
    "reason", "source",
]  # fmt: skip
KEY: Final = ["captured_at", "game_id", "team", "player_id"]
_PLAYER: Final = r"^(?P<player_name>.+?) \((?P<position>[A-Z]{1,2})\)$"
_TEXT = pd.StringDtype("pyarrow")


def projected_fives(rows: pd.DataFrame, schedule: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """raw_lineups of projected fives that name game and player by their ids.

    Args:
        rows: columns of ``lineups/projected_fives_*.parquet`` (GAME_ID, team, player, PLAYER_ID,
            captured_at in UTC).
        schedule: raw_schedule of all games.

    Returns:
        The table, keyed by captured_at, game_id, team and player_id; and counts of refused rows (reason,
        game_date, count): no_player_id, no_such_game, team_does_not_play, listed_again.
    """
    games = game_cutoffs(schedule)[["game_id", "game_date", "home_team", "away_team"]]
    rows, faults = readings(rows.reset_index(drop=True), captures=["captured_at"], numbers=["PLAYER_ID"])
    named = rows.rename(columns={"GAME_ID": "game_id", "player": "player_name", "PLAYER_ID": "player_id"})
    table = named[["game_id", "team", "player_name", "player_id", "captured_at"]].merge(
        games, on="game_id", how="left", validate="many_to_one"
    )
    refused = pd.Series(pd.NA, index=table.index, dtype=_TEXT)
    refused[table["player_id"].isna()] = "no_player_id"
    refused[table["game_date"].isna()] = "no_such_game"
    refused[faults.index] = "unreadable_" + faults["field"]
    plays = table["team"].eq(table["home_team"]) | table["team"].eq(table["away_team"])
    refused[refused.isna() & ~plays.fillna(False)] = "team_does_not_play"
    refused[refused.isna() & table.duplicated(KEY)] = "listed_again"
    good = table[refused.isna()].assign(kind="projected", position=None)
    return _as_table(good), refused_counts(refused, table["game_date"], faults)


def projected_lists(
    rows: pd.DataFrame, schedule: pd.DataFrame, appearances: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """raw_lineups of projected fives written as one text per team, e.g. ``Stephen Curry (PG), ...``.

    A capture belongs to the first game date whose last tip-off lies after it.

    Args:
        rows: columns of ``injuries/projected_lineups_*.parquet`` (Team, Lineup, snapshot_at).
        schedule: raw_schedule of all games.
        appearances: player_id, player_name, team, game_date; names are resolved among earlier ones.

    Returns:
        The table, keyed by captured_at, game_id, team and player_id; and counts of refused rows (reason,
        game_date, count): merge_conflict_marker, no_lineup, unknown_team, team_does_not_play,
        no_game_date_after_capture; of players no_position, and ambiguous, unknown and so on for a name
        that is not resolved; listed_again.
    """
    teams = rows[["Team", "Lineup"]].reset_index(drop=True).rename(columns={"Team": "team"})
    captures, faults = readings(rows[["snapshot_at"]].reset_index(drop=True), captures=["snapshot_at"])
    teams["captured_at"] = captures["snapshot_at"]
    teams["game_date"] = filed_under(teams["captured_at"], schedule)
    games = game_cutoffs(schedule)[["game_id", "game_date", "home_team", "away_team"]]
    sides = games.melt(id_vars=["game_id", "game_date"], value_name="team").drop(columns="variable")
    teams = teams.merge(sides, on=["game_date", "team"], how="left", validate="many_to_one")
    refused = pd.Series(pd.NA, index=teams.index, dtype=_TEXT)
    refused[teams["game_id"].isna()] = "team_does_not_play"
    refused[teams["game_date"].isna()] = "no_game_date_after_capture"
    refused[~teams["team"].isin(list(TEAM_BY_TRICODE))] = "unknown_team"
    refused[teams["team"].str.contains(r"^(?:<<<<<<<|=======|>>>>>>>)", na=False)] = "merge_conflict_marker"
    refused[faults.index] = "unreadable_" + faults["field"]
    refused[teams["Lineup"].isna() & refused.isna()] = "no_lineup"
    players = _players(teams[refused.isna()], appearances)
    unresolved = players["match_method"].where(players["player_id"].isna())
    unresolved[players["player_name"].isna()] = "no_position"
    unresolved[unresolved.isna() & players.duplicated(KEY)] = "listed_again"
    good = players[unresolved.isna()].assign(kind="projected")
    counts = [
        refused_counts(refused, teams["game_date"], faults),
        refused_counts(unresolved, players["game_date"]).drop(columns=ROW),  # a row names five players
    ]
    return _as_table(good), pd.concat(counts, ignore_index=True)


def first_fives(
    first_events: pd.DataFrame, players: pd.DataFrame, schedule: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """raw_lineups of who was on the floor at the first event of a game: its starters.

    They were public half an hour before tip-off, whenever that was, so ``captured_at`` is NULL.

    Args:
        first_events: game_id, players_on (ten ids joined by ``|``), one row per game.
        players: game_id, player_id, player_name, team of everybody who entered the game.
        schedule: raw_schedule of all games.

    Returns:
        The table, keyed by game_id, team and player_id; and counts of refused games (reason, game_date,
        count): no_such_game, not_five_a_side.
    """
    games = first_events.merge(schedule[["game_id", "game_date"]], on="game_id", how="left")
    on_floor = games.assign(player_id=games["players_on"].astype("object").str.findall(r"\d+")).explode(
        "player_id"
    )
    on_floor["player_id"] = pd.to_numeric(on_floor["player_id"], errors="coerce").astype("Int64")
    entered = players[["game_id", "player_id", "player_name", "team"]]
    known = on_floor.merge(entered, on=["game_id", "player_id"], how="left")
    sides = known.groupby(["game_id", "team"])["player_id"].nunique()
    fives = sides.eq(5).groupby("game_id").sum()
    refused = pd.Series(pd.NA, index=games.index, dtype=_TEXT)
    refused[~games["game_id"].map(fives).eq(2)] = "not_five_a_side"
    refused[games["game_date"].isna()] = "no_such_game"
    good = known[known["game_id"].isin(games.loc[refused.isna(), "game_id"])]
    unknown = pd.Series(pd.NaT, index=good.index, dtype="datetime64[ns, UTC]")
    table = good.assign(kind="first_event", position=None, captured_at=unknown)
    return _as_table(table), refused_counts(refused, games["game_date"])


def _players(teams: pd.DataFrame, appearances: pd.DataFrame) -> pd.DataFrame:
    """A row per player named, with the player meant; ``player_name`` is NULL where no position follows."""
    texts = teams.assign(text=teams["Lineup"].astype("object").str.split(", ")).explode(
        "text", ignore_index=True
    )
    players = texts.join(texts["text"].str.extract(_PLAYER))
    listed_names = players[["player_name", "team", "game_date"]].dropna().drop_duplicates(ignore_index=True)
    mentions = listed_names.rename(columns={"player_name": "name", "team": "teams"}).assign(
        mention_id=listed_names.index
    )
    matches = resolve_players_as_of(mentions, appearances).set_index("mention_id")
    found = listed_names.join(matches[["player_id", "match_method"]])
    return players.merge(found, on=["player_name", "team", "game_date"], how="left")


def _as_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Starters in the columns of raw_lineups, sorted by date and key."""
    table = rows.assign(role="starter", reason=None, source="archive")
    table = table.sort_values(["game_date", *KEY], kind="stable", ignore_index=True)[RAW_LINEUP_COLUMNS]
    texts = ["game_id", "team", "player_name", "kind", "role", "position", "reason", "source"]
    types = dict.fromkeys(texts, _TEXT) | {"player_id": "int64", "captured_at": "datetime64[ns, UTC]"}
    return table.astype(types)
