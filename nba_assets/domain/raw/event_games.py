"""Which scheduled game a betting event or a betting row is about."""

from __future__ import annotations

import pandas as pd

from nba_assets.calendar.tipoffs import (
    eastern_date,
    game_cutoffs,
)
from nba_assets.domain.raw.readings import readings
from nba_assets.domain.teams import tricode_of_name

_GAME = ["game_id", "game_date", "home_team", "away_team", "is_neutral"]


def games_of_events(events: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Find the game of each event from full team names and the US Eastern date.

    In: events (home_name, away_name, event_date; any index); schedule as in ``tipoffs.game_cutoffs``.
    Out, on the index of the events: game_id (NULL when refused), game_date, home_team, away_team of the
    schedule, swapped (bool: the event names the teams the other way round), refused (text, NULL when found).
    A pair of teams meets at most once a date, so the pair decides; the other way round is accepted only
    at a neutral site by the schedule.

    Raises:
        KeyError: a team name is unknown.
    """
    keys = events[["home_name", "away_name", "event_date"]].drop_duplicates()
    named = keys.assign(home=_tricodes(keys["home_name"]), away=_tricodes(keys["away_name"]))
    games = game_cutoffs(schedule)[_GAME]
    sides = pd.concat(
        [
            games.assign(home=games["home_team"], away=games["away_team"], swapped=False),
            games.assign(home=games["away_team"], away=games["home_team"], swapped=True),
        ]
    )
    sides["event_date"] = sides["game_date"]
    found = named.merge(sides, on=["home", "away", "event_date"], how="left", validate="many_to_one")
    missing = found["game_id"].isna()
    swapped = found["swapped"].eq(True)
    found["refused"] = pd.Series(pd.NA, index=found.index, dtype="string[pyarrow]")
    found.loc[missing, "refused"] = "no_such_game_on_date"
    found.loc[swapped & ~found["is_neutral"].eq(True).fillna(False), "refused"] = "home_and_away_swapped"
    found.loc[found["event_date"].isna(), "refused"] = "no_date"
    found["swapped"] = swapped
    found.loc[found["refused"].notna(), "game_id"] = None
    out = events[["home_name", "away_name", "event_date"]].merge(
        found.drop(columns=["home", "away", "is_neutral"]),
        on=["home_name", "away_name", "event_date"],
        how="left",
    )
    return out.set_axis(events.index)[
        ["game_id", "game_date", "home_team", "away_team", "swapped", "refused"]
    ]


def stated_tipoffs(rows: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Tip-offs that an odds feed states, for ``tipoffs.with_stated_tipoffs``.

    In: rows with home_team, away_team (full names), commence_time (ISO 8601 UTC text); schedule.
    Out: game_id, commence_time (UTC), one row per distinct statement. Rows without a readable time, known
    teams or a game state nothing and are left out; the feed that they belong to refuses them.
    """
    columns = ["home_team", "away_team", "commence_time"]
    named = rows[columns].astype("object").dropna().drop_duplicates(ignore_index=True)
    read = readings(named, moments=["commence_time"], teams=["home_team", "away_team"])[0].dropna()
    events = read.rename(columns={"home_team": "home_name", "away_team": "away_name"})
    commence = events.pop("commence_time")
    found = games_of_events(events.assign(event_date=eastern_date(commence)), schedule)
    stated = found[["game_id"]].assign(commence_time=commence).dropna(subset="game_id")
    return stated.sort_values(["game_id", "commence_time"], ignore_index=True)


def games_of_opponents(rows: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Find the game of each row from the opponent as the player's team sees him, and the date.

    In: rows (opponent: '@ATL' = away at ATL, 'IND' = home against IND; stated_date, capture_date: US
    Eastern, either may be NaT; any index); schedule. Out, on the index of the rows: game_id, game_date,
    home_team, away_team, player_team, refused (text, NULL when found).
    Both dates are tried and the venue must fit; two different games that fit are refused. The archive's
    stated dates are inferred from box scores: of 174,671 they are wrong on 125 (home-and-home series,
    where the venue gives it away) and missing on 10,222, of which the date of the capture finds all.
    """
    keys = rows[["opponent", "stated_date", "capture_date"]].drop_duplicates().reset_index(drop=True)
    tries = keys.assign(key=keys.index).melt(
        id_vars=["key", "opponent"], value_vars=["stated_date", "capture_date"], value_name="game_date"
    )
    tries = tries.dropna(subset="game_date").drop_duplicates(["key", "game_date"])
    found = tries.merge(_venues(schedule), on=["opponent", "game_date"], validate="many_to_one")
    count = found.groupby("key").size().reindex(keys.index, fill_value=0)
    keys = keys.join(found.drop_duplicates("key").set_index("key").drop(columns=["opponent", "variable"]))
    keys["refused"] = pd.Series(pd.NA, index=keys.index, dtype="string[pyarrow]")
    keys.loc[count.eq(0), "refused"] = "no_game_at_venue_on_date"
    keys.loc[count.gt(1), "refused"] = "two_games_fit"
    keys.loc[keys["refused"].notna(), "game_id"] = None
    out = rows[["opponent", "stated_date", "capture_date"]].merge(
        keys, on=["opponent", "stated_date", "capture_date"], how="left"
    )
    return out.set_axis(rows.index)[
        ["game_id", "game_date", "home_team", "away_team", "player_team", "refused"]
    ]


def _tricodes(names: pd.Series) -> pd.Series:
    known = {name: tricode_of_name(name) for name in names.dropna().unique()}
    return names.astype("object").map(known).astype("object")


def _venues(schedule: pd.DataFrame) -> pd.DataFrame:
    """Each game twice, as a row of either team writes its opponent."""
    games = game_cutoffs(schedule)[["game_id", "game_date", "home_team", "away_team"]]
    return pd.concat(
        [
            games.assign(opponent="@" + games["home_team"].astype("object"), player_team=games["away_team"]),
            games.assign(opponent=games["away_team"].astype("object"), player_team=games["home_team"]),
        ],
        ignore_index=True,
    )
