"""Box rows of a file: numbers, minutes and names read as they are meant, and what was repaired."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nba_assets.domain.raw.box_scores import COUNTS, NUMERIC, PERCENTAGES, TEAMS_IN_A_GAME, blank
from nba_assets.domain.raw.player_names import as_meant
from nba_assets.domain.raw.readings import readings
from nba_assets.domain.teams import TEAM_BY_TRICODE, TEAM_TRICODES

_TINY = 1e-5
# 34:12, PT34M12.00S, 0:34:12
_DURATION = (
    r"^(?:PT)?(?:(?P<hours>\d+)[H:](?=\d+[M:]\d))?(?P<minutes>\d+)[M:](?:(?P<seconds>\d+(?:\.\d+)?)S?)?$"
)
_UNIT = r"(?<=\d) ?min(?:s|utes)?\.?$"  # 34 min
_TOTALS = ("total", "totals", "team", "team total", "team totals")
_SECONDS_OF_A_TEAM = 5 * 48 * 60


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
            34, 34:12, 0:34:12 or PT34M12.00S, or those of a game as seconds. A team whose tricode is unknown
            is named by TEAM_ID, where there is one. Rows of players who did not play (no minutes, no count)
            are left out, and those of a team's totals.
    """
    written, totals = rows, _totals(rows)
    rows = rows[~totals]
    minutes = _minutes(rows["MIN"])
    by_id = rows.assign(TEAM_ABBREVIATION=_tricodes(rows))
    named = by_id.assign(PLAYER_NAME=_names(rows["PLAYER_NAME"])) if "PLAYER_NAME" in rows else by_id
    in_seconds = _in_seconds(named, minutes)
    minutes = minutes.mask(in_seconds, minutes / 60)
    as_number = named.assign(MIN=minutes.astype("object").where(minutes.notna(), rows["MIN"]))
    read, unreadable = readings(as_number, numbers=[n for n in ("PLAYER_ID", *NUMERIC) if n in rows])
    absent = read["MIN"].isna() & read[list(COUNTS)].fillna(0).eq(0).all(axis=1)
    read, unreadable = read[~absent], unreadable[~unreadable.index.isin(read.index[absent])]
    mended = _with_winners(read)
    repairs = {
        "teams by their ids": rows.loc[_changed(rows, named, "TEAM_ABBREVIATION"), "GAME_DATE"],
        "letters of names": rows.loc[_changed(rows, named, "PLAYER_NAME"), "GAME_DATE"],
        "seconds as minutes": rows.loc[in_seconds, "GAME_DATE"],
        "players who did not play": rows.loc[absent, "GAME_DATE"],
        "rows of totals": written.loc[totals, "GAME_DATE"],
        "winners by their points": read.loc[~read["WL"].isin(["W", "L"]) & mended["WL"].notna(), "GAME_DATE"],
    }
    return BoxRows(mended, unreadable, repairs)


def _totals(rows: pd.DataFrame) -> pd.Series:
    """Rows of players that are a team's: by its id, or by a word for a name without an id."""
    if not {"PLAYER_ID", "PLAYER_NAME"} <= {*rows}:
        return pd.Series(False, rows.index)
    ids = pd.to_numeric(rows["PLAYER_ID"].astype("object"), errors="coerce")
    words = rows["PLAYER_NAME"].astype("string").str.strip().str.casefold().isin(_TOTALS)
    return ids.isin(list(TEAM_TRICODES)) | ((ids.isna() | ids.eq(0)) & words)


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


def _changed(before: pd.DataFrame, after: pd.DataFrame, column: str) -> pd.Series:
    """Rows of which a text was read otherwise than it is written; none without the column."""
    if column not in before:
        return pd.Series(False, before.index)
    return before[column].notna() & before[column].astype("object").ne(after[column].astype("object"))


def _tricodes(rows: pd.DataFrame) -> pd.Series:
    """Tricodes, of unknown ones that of the team's id."""
    codes = rows["TEAM_ABBREVIATION"]
    unknown = ~codes.isin(list(TEAM_BY_TRICODE))
    if "TEAM_ID" not in rows or not unknown.any():
        return codes
    ids = pd.to_numeric(rows.loc[unknown, "TEAM_ID"].astype("object"), errors="coerce")
    return codes.astype("object").mask(unknown, ids.map(TEAM_TRICODES).fillna(codes[unknown]))


def _names(names: pd.Series) -> pd.Series:
    meant = {name: as_meant(name) for name in names.unique() if isinstance(name, str)}
    if all(name == written for written, name in meant.items()):
        return names
    return names.astype("object").map(meant).where(names.notna(), names)


def _in_seconds(rows: pd.DataFrame, minutes: pd.Series) -> pd.Series:
    """Rows of games whose teams have as many seconds as minutes should be."""
    teams = minutes.groupby([rows["GAME_ID"], rows["TEAM_ABBREVIATION"]]).transform("sum")
    return teams.groupby(rows["GAME_ID"]).transform("min").gt(_SECONDS_OF_A_TEAM * 0.9)


def _minutes(written: pd.Series) -> pd.Series:
    """Minutes of numbers and of texts like 34:12, 0:34:12 or PT34M12.00S; NULL for others."""
    if not pd.api.types.is_numeric_dtype(written):
        written = written.astype("object").replace(_UNIT, "", regex=True)
    numbers = pd.to_numeric(written.astype("object"), errors="coerce").astype("float64")
    parts = written[numbers.isna()].astype("string").str.extract(_DURATION).astype("float64")
    of_hours = parts["hours"].fillna(0) * 60 + parts["minutes"] + parts["seconds"].fillna(0) / 60
    return numbers.fillna(of_hours)


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
