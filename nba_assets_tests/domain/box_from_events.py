"""The box score of a game, rebuilt from its play-by-play.

Checked against the boxes of the same games: all counts and, where the ten are known throughout, the minutes
to the second. What no player did (a team's rebound, a shot-clock turnover) is in no player's line.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from nba_assets.domain.raw.box_scores import COUNTS

BOX_COUNTS: Final = tuple(name.lower() for name in COUNTS)
PERIOD_SECONDS: Final = 720.0
OVERTIME_SECONDS: Final = 300.0
_REGULATION_PERIODS: Final = 4
_KEY: Final = ["game_id", "player_id"]
_TEXT = pd.StringDtype("pyarrow")


def box_from_events(events: pd.DataFrame, *, finished: bool) -> pd.DataFrame:
    """Rebuild the box of every game in the events.

    In: raw_play_by_play of whole games, or of games so far (`finished` False: the clock stands at the last
    event). Out: game_id*, player_id*, team, BOX_COUNTS (int64), minutes (float64; NULL for a whole game
    where the ten are not known throughout), sorted by key: everybody who acted or was on the floor. A
    player's team is the one he acts for; NULL for one who never acted.
    """
    counts = _counted(events)
    seconds = seconds_on_floor(events, finished=finished)
    box = counts.merge(seconds, on=_KEY, how="outer")
    box = box.merge(_teams(events), on=_KEY, how="left")
    box[list(BOX_COUNTS)] = box[list(BOX_COUNTS)].fillna(0).astype("int64")
    reported = box["game_id"].isin(seconds["game_id"])
    # Who acted without ever being on the floor for a second has played none, if the game's ten are known.
    box["minutes"] = (box["seconds"].mask(reported & box["seconds"].isna(), 0.0) / 60).astype("float64")
    box = box.astype({"game_id": _TEXT, "team": _TEXT, "player_id": "int64"})
    return box[["game_id", "player_id", "team", *BOX_COUNTS, "minutes"]].sort_values(_KEY, ignore_index=True)


def seconds_on_floor(events: pd.DataFrame, *, finished: bool) -> pd.DataFrame:
    """Seconds each player was on the floor.

    In: as ``box_from_events``. Out: game_id*, player_id*, seconds; no rows for a game in which anybody of
    the ten is unknown while the clock runs.

    The time after an event belongs to the ten after it, the time before the first event of a period to the
    ten at it: some feeds do not tell who comes in between two periods.
    """
    ordered = events.sort_values(["game_id", "event_index"], kind="stable", ignore_index=True)
    game, period = ordered["game_id"], ordered["period"]
    start = elapsed_seconds(period - 1, pd.Series(0.0, ordered.index))
    # An event that is entered late can stand after one that is later by the clock: time never runs back.
    elapsed = elapsed_seconds(period, ordered["clock_seconds_left"]).groupby([game, period]).cummax()
    first, last = (
        ~ordered.duplicated(["game_id", "period"]),
        ~ordered.duplicated(["game_id", "period"], keep="last"),
    )
    over = last & (period.lt(period.groupby(game).transform("max")) | finished)
    period_end = elapsed_seconds(period, pd.Series(0.0, ordered.index))
    until = elapsed.shift(-1).where(~last, elapsed).where(~over, period_end)
    length = until - elapsed + (elapsed - start).where(first, 0.0)
    full = ordered["players_on"].str.count(r"\|").eq(9).fillna(False).astype("bool")
    untold = ordered.loc[length.gt(0) & ~full, "game_id"].unique()
    spans = ordered.loc[length.gt(0) & ~game.isin(untold), ["game_id", "players_on"]].assign(seconds=length)
    spans = spans.groupby(["game_id", "players_on"], as_index=False)["seconds"].sum()
    spans["player_id"] = spans["players_on"].astype("object").str.split("|")
    each = spans.explode("player_id").astype({"player_id": "int64"})
    return each.groupby(_KEY, as_index=False)["seconds"].sum()


def elapsed_seconds(period: pd.Series, clock_seconds_left: pd.Series) -> pd.Series:
    """Seconds of play since tip-off: four periods of 720, then overtimes of 300."""
    regular = period.clip(upper=_REGULATION_PERIODS)
    overtimes = period - regular
    return regular * PERIOD_SECONDS + overtimes * OVERTIME_SECONDS - clock_seconds_left


def _counted(events: pd.DataFrame) -> pd.DataFrame:
    kind, subtype = events["event_type"], events["event_subtype"]
    made = events["shot_made"].fillna(False).astype("bool")
    two, three, free = kind.eq("2pt"), kind.eq("3pt"), kind.eq("freethrow")
    rebound = kind.eq("rebound")
    own = {
        "fga": two | three, "fgm": (two | three) & made, "fg3a": three, "fg3m": three & made,
        "fta": free, "ftm": free & made, "tov": kind.eq("turnover"), "stl": kind.eq("steal"),
        "blk": kind.eq("block"), "oreb": rebound & subtype.eq("offensive"),
        "dreb": rebound & subtype.eq("defensive"),
        "pf": kind.eq("foul") & ~subtype.eq("technical").fillna(False).astype("bool"),
    }  # fmt: skip
    counts = pd.DataFrame({name: flags.fillna(False).astype("int64") for name, flags in own.items()})
    by_actor = _summed(counts, events, "person_id")
    assists = pd.DataFrame({"ast": ((two | three) & made).astype("int64")})
    box = by_actor.join(_summed(assists, events, "assist_person_id"), how="outer").fillna(0)
    box["reb"] = box["oreb"] + box["dreb"]
    box["pts"] = 2 * box["fgm"] + box["fg3m"] + box["ftm"]
    return box.reset_index()


def _summed(counts: pd.DataFrame, events: pd.DataFrame, person: str) -> pd.DataFrame:
    known = events[person].notna()
    keys = [events.loc[known, "game_id"].astype("object"), events.loc[known, person].astype("int64")]
    return counts.loc[known].groupby(keys).sum().rename_axis(_KEY)


def _teams(events: pd.DataFrame) -> pd.DataFrame:
    acted = events.loc[events["person_id"].notna() & events["team"].notna(), ["game_id", "person_id", "team"]]
    acted = acted.drop_duplicates(["game_id", "person_id"]).rename(columns={"person_id": "player_id"})
    return acted.astype({"game_id": "object", "player_id": "int64"})
