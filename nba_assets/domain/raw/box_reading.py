"""Box rows of a file: numbers, minutes and names read as they are meant, and what was repaired."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nba_assets.domain.raw.box_scores import COUNTS, NUMERIC, PERCENTAGES, TEAMS_IN_A_GAME, blank
from nba_assets.domain.raw.readings import readings

_TINY = 1e-5
_DURATION = r"^(?:PT)?(?P<minutes>\d+)[M:](?:(?P<seconds>\d+(?:\.\d+)?)S?)?$"


@dataclass(frozen=True)
class BoxRows:
    """Box rows of one file, as they are read.

    Attributes:
        rows: of everybody who entered a game, numbers as float64 and NULL where unreadable.
        unreadable: on the index of the rows with an unreadable number: field (the first such) and value.
        repairs: what was read otherwise than it is written, with the date of each such row.
    """

    rows: pd.DataFrame
    unreadable: pd.DataFrame
    repairs: dict[str, pd.Series]


def read_box_rows(rows: pd.DataFrame) -> BoxRows:
    """Box rows with their numbers read.

    Args:
        rows: leaguegamelog rows of one file, on a unique index; a number may be written as text, minutes as
            34, 34:12 or PT34M12.00S. Rows of players who did not play (no minutes, no count) are left out.
    """
    minutes = _minutes(rows["MIN"])
    as_number = rows.assign(MIN=minutes.astype("object").where(minutes.notna(), rows["MIN"]))
    read, unreadable = readings(as_number, numbers=[n for n in ("PLAYER_ID", *NUMERIC) if n in rows])
    absent = read["MIN"].isna() & read[list(COUNTS)].fillna(0).eq(0).all(axis=1)
    read, unreadable = read[~absent], unreadable[~unreadable.index.isin(read.index[absent])]
    mended = _with_winners(read)
    repairs = {
        "players who did not play": rows.loc[absent, "GAME_DATE"],
        "winners by their points": read.loc[~read["WL"].isin(["W", "L"]) & mended["WL"].notna(), "GAME_DATE"],
    }
    return BoxRows(mended, unreadable, repairs)


def _with_winners(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that do not state who won, with what the points of both teams say."""
    silent = ~rows["WL"].isin(["W", "L"])
    if not silent.any():
        return rows
    sides = rows.groupby(["GAME_ID", "TEAM_ABBREVIATION"])["PTS"].sum().rename("own").reset_index()
    games = sides.groupby("GAME_ID")["own"]
    sides["other"] = (games.transform("sum") - sides["own"]).where(
        games.transform("size").eq(TEAMS_IN_A_GAME)
    )
    by_points = pd.Series(None, sides.index, dtype="object")
    by_points[sides["own"] > sides["other"]] = "W"
    by_points[sides["own"] < sides["other"]] = "L"
    key = ["GAME_ID", "TEAM_ABBREVIATION"]
    won = rows[key].merge(sides.assign(WL=by_points), on=key, how="left")["WL"].set_axis(rows.index)
    return rows.assign(WL=rows["WL"].astype("object").mask(silent, won))


def _minutes(written: pd.Series) -> pd.Series:
    """Minutes of numbers and of texts like 34:12 or PT34M12.00S; NULL for others."""
    numbers = pd.to_numeric(written.astype("object"), errors="coerce").astype("float64")
    parts = written[numbers.isna()].astype("string").str.extract(_DURATION).astype("float64")
    return numbers.fillna(parts["minutes"] + parts["seconds"].fillna(0) / 60)


def with_names(rows: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Rows whose missing names are those of the player's other rows, the nearest in time.

    Args:
        rows: box rows.
        named: PLAYER_ID, PLAYER_NAME and GAME_DATE of every row of the files.

    Returns:
        The rows; a name that no other row has stays NULL.
    """
    unnamed = blank(rows["PLAYER_NAME"])
    known = named[~blank(named["PLAYER_NAME"])].drop_duplicates()
    known = known.assign(
        day=_days(known), PLAYER_ID=pd.to_numeric(known["PLAYER_ID"], errors="coerce").astype("float64")
    ).dropna()
    wanted = (
        rows.loc[unnamed, ["PLAYER_ID"]].assign(day=_days(rows[unnamed]), at=rows.index[unnamed]).dropna()
    )
    found = pd.merge_asof(
        wanted.sort_values("day", kind="stable"),
        known.sort_values(["day", "PLAYER_NAME"], kind="stable")[["day", "PLAYER_ID", "PLAYER_NAME"]],
        on="day", by="PLAYER_ID", direction="nearest",
    )  # fmt: skip
    names = rows["PLAYER_NAME"].astype("object").mask(unnamed)
    return rows.assign(PLAYER_NAME=names.fillna(found.set_index("at")["PLAYER_NAME"]))


def _days(rows: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(rows["GAME_DATE"], format="%Y-%m-%d", errors="coerce")


def contradicted_percentages(rows: pd.DataFrame, most: float) -> pd.Series:
    """Rows of which a shooting percentage is not that of their makes and attempts.

    Args:
        rows: every row of one file, percentages in any unit; those that it does not have tell nothing.
        most: share of the rows above which the percentages of a file mean something else.
    """
    found = pd.Series(False, index=rows.index)
    for made, tried, percentage in PERCENTAGES:
        if not {made, tried, percentage} <= set(rows):
            continue
        makes, attempts, stated = (
            pd.to_numeric(rows[name], errors="coerce").astype("float64") for name in (made, tried, percentage)
        )
        share = stated / 100 if stated.max() > 1 else stated
        digits = 2 if share.round(2).sub(share).abs().max() < _TINY else 3
        differs = (makes / attempts.where(attempts > 0) - share).abs() > 0.5 * 10.0**-digits + _TINY
        if differs.mean() <= most:
            found |= differs
    return found
