"""Injury reports as a table, and their last state before each tip-off.

How the source lists teams. Until 2024-02-14 a capture is one list of the whole league (26 to 29 teams a
capture: a team without an injured player is absent). From then on it follows the day's games: only teams
that play, and among those only the ones with a player to list. So a team that is absent from a capture has
no report: it is unknown, not healthy, and counts as missing in coverage. Within a team the list is the whole
list.
"""

from __future__ import annotations

import pandas as pd

from nba_assets.calendar.tipoffs import (
    date_cutoffs,
    game_cutoffs,
)
from nba_assets.domain.raw.availability.injury_status import statuses
from nba_assets.domain.raw.identity import resolve_players_as_of
from nba_assets.domain.raw.moments import is_wall_clock, is_zoned_clock
from nba_assets.domain.raw.readings import (
    FAULT_COLUMNS,
    Remark,
    counted,
    readings,
    remarks,
    with_faults,
)
from nba_assets.domain.teams import is_team_name, tricode_of_name

RAW_INJURY_COLUMNS = [
    "game_date", "captured_at", "team", "player_name", "player_id", "status", "status_text", "reason",
    "match_method", "match_confidence", "kind", "time_basis", "source",
]  # fmt: skip

CAPTURED = "captured"  # time_basis of rows whose capture time the source states
_LISTS = ("list", "official_report")
_KEY = ["captured_at", "team", "player_name"]
_TEXT = pd.StringDtype("pyarrow")
_CONFLICT_MARKER = r"^(?:<<<<<<<|=======|>>>>>>>)"
_NOT_OF_THIS_TEAM = ("other_team", "ambiguous", "unknown")


def injuries_from_archive(
    rows: pd.DataFrame, schedule: pd.DataFrame, appearances: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Land archived injury lists; every row lands or is counted as refused.

    In: rows in the columns of ``injuries/injury_snapshots_*.parquet``; schedule as in
    ``tipoffs.game_cutoffs``; appearances (player_id, player_name, team, game_date).
    Out: (raw_injury_reports, refused (reason*, game_date* nullable, count)).

    A capture is filed under the first game date whose last known tip-off (18:00 US Eastern when none is
    known) lies after it. Refused: merge_conflict_marker, no_player, no_game_date_after_capture,
    exact_duplicate, listed_again (the player is duplicated in one team's capture: one row lands, its status
    only where the rows do not contradict each other), listed_for_another_team (some captures print one
    team's list under its opponent too: the row whose team he last played for lands).

    Raises:
        KeyError: an unknown team.
        ValueError: a time that is not ISO 8601.
    """
    written = rows["snapshot_at"].reset_index(drop=True)
    rows, faults = readings(rows.reset_index(drop=True), captures=["snapshot_at"])
    table = pd.DataFrame({"player_name": rows["Player"], "captured_at": rows["snapshot_at"]})
    refused = pd.Series(pd.NA, index=rows.index, dtype=_TEXT)
    refused[rows["Player"].isna()] = "no_player"
    refused[rows["Team"].astype("object").str.contains(_CONFLICT_MARKER, na=False)] = "merge_conflict_marker"
    table["game_date"] = filed_under(table["captured_at"], schedule)
    table["team"] = _tricodes(rows["Team"], schedule)
    unknown = rows.loc[refused.isna() & table["team"].isna(), "Team"]
    faults = pd.concat([faults, pd.DataFrame({"field": "Team", "value": unknown.astype(str)})])
    table = with_faults(table.assign(refused=refused), faults[~faults.index.duplicated()])
    refused = table["refused"].astype(_TEXT)
    refused[table["game_date"].isna() & refused.isna()] = "no_game_date_after_capture"
    table = table.join(statuses(rows["Status"], rows["Details"], table["game_date"]))
    table = table.assign(kind="list", time_basis=CAPTURED)
    table["match_method"] = table["match_confidence"] = table["player_id"] = None
    reports = identified_reports(table.loc[refused.isna()], appearances)
    refused.loc[reports.index] = _repeats(reports)
    reports = _without_contradictions(reports).loc[refused.loc[reports.index].isna()]
    notes = [
        remarks(table[["game_date"]], ["reason", "game_date"], written, refused.isna() & clocks, remark)
        for clocks, remark in (
            (is_wall_clock(written), Remark.LATEST), (is_zoned_clock(written), Remark.REPAIRED),
        )
    ]  # fmt: skip
    counts = refused_counts(refused, table["game_date"], table[FAULT_COLUMNS])
    return as_raw_injuries(reports), pd.concat([counts, *(found for found in notes if len(found))])


def injury_report_coverage(reports: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Which teams have an injury report for a game, and from when.

    In: raw_injury_reports, of which lists and official reports count; schedule as in
    ``tipoffs.game_cutoffs``. Out: game_id*, team*, injury_captured_at (UTC, assumed where the source states
    no hour): the team's latest capture filed under the game's date and captured before its tip-off (noon US
    Eastern where none is known). A player of such a team who is not listed is available; a team that is
    absent has no report. Reports filed under earlier dates are not consulted, so a date alone and a date in
    a range agree.
    """
    games = game_cutoffs(schedule)[["game_id", "game_date", "home_team", "away_team", "cutoff_utc"]]
    sides = games.melt(id_vars=["game_id", "game_date", "cutoff_utc"], value_name="team")
    captures = _lists(reports)[["game_date", "team", "captured_at"]].drop_duplicates()
    known = sides.merge(captures, on=["game_date", "team"])
    known = known.loc[known["captured_at"] < known["cutoff_utc"]]
    latest = known.groupby(["game_id", "team"])["captured_at"].max()
    return latest.rename("injury_captured_at").reset_index().astype({"game_id": _TEXT, "team": _TEXT})


def injuries_as_of(reports: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Players on their team's latest injury report before a game.

    In and which report: as ``injury_report_coverage``. Out: game_id*, player_id*, player_name, team,
    injury_status (NULL
    where the text names none), injury_captured_at (UTC). A player of an older capture who is no longer on
    the latest one is not listed. Rows whose player is not resolved are left out.
    """
    latest = injury_report_coverage(reports, schedule)
    dates = game_cutoffs(schedule)[["game_id", "game_date"]]
    listed = latest.merge(dates, on="game_id").merge(
        _lists(reports).dropna(subset="player_id"),
        left_on=["game_date", "team", "injury_captured_at"],
        right_on=["game_date", "team", "captured_at"],
    )
    listed = listed.rename(columns={"status": "injury_status"})
    listed = listed.sort_values(["game_id", "player_id", "player_name"], kind="stable")
    statuses_listed = listed.groupby(["game_id", "player_id"])["injury_status"].transform("nunique")
    listed["injury_status"] = listed["injury_status"].mask(statuses_listed > 1)
    columns = ["game_id", "player_id", "player_name", "team", "injury_status", "injury_captured_at"]
    return listed.drop_duplicates(["game_id", "player_id"])[columns].reset_index(drop=True)


def _lists(reports: pd.DataFrame) -> pd.DataFrame:
    """Rows of documents that list a whole team, so that a player who is not on it is available."""
    return reports[reports["kind"].isin(_LISTS).to_numpy(bool)]


def filed_under(captured_at: pd.Series, schedule: pd.DataFrame) -> pd.Series:
    """First game date whose cutoff lies after the capture; NaT past the last one."""
    captures = captured_at.dropna().drop_duplicates().sort_values().to_frame("captured_at")
    filed = pd.merge_asof(
        captures,
        date_cutoffs(schedule),
        left_on="captured_at",
        right_on="cutoff_utc",
        direction="forward",
        allow_exact_matches=False,
    )
    return captured_at.map(filed.set_index("captured_at")["game_date"])


def _tricodes(teams: pd.Series, schedule: pd.DataFrame) -> pd.Series:
    """Tricodes of a column that mixes tricodes and full names; NULL for others."""
    codes = teams.astype("object")
    written = codes.isin(pd.concat([schedule["home_team"], schedule["away_team"]]).unique())
    named = {name: tricode_of_name(name) for name in codes.dropna().unique() if is_team_name(name)}
    return codes.where(written, codes.map(named))


def identified_reports(reports: pd.DataFrame, appearances: pd.DataFrame) -> pd.DataFrame:
    """Resolve the player of each row of injury reports by the appearances before its date.

    In: reports (player_name, team, game_date, ...); appearances as in ``injuries_from_archive``. Out: the
    reports, same rows and index, with player_id, match_method and match_confidence.
    """
    listed_names = reports[["player_name", "team", "game_date"]].drop_duplicates(ignore_index=True)
    mentions = listed_names.rename(columns={"player_name": "name", "team": "teams"}).assign(
        mention_id=listed_names.index
    )
    matches = resolve_players_as_of(mentions, appearances).set_index("mention_id").drop(columns="candidates")
    unmatched = reports.drop(columns=matches.columns, errors="ignore")
    found = unmatched.merge(listed_names.join(matches), on=["player_name", "team", "game_date"], how="left")
    return found.set_axis(reports.index)


def _repeats(reports: pd.DataFrame) -> pd.Series:
    """Why a row of a player who is duplicated in a capture does not land; NULL for the one that does."""
    refused = pd.Series(pd.NA, index=reports.index, dtype=_TEXT)
    refused[reports.duplicated(_KEY)] = "listed_again"
    refused[reports.duplicated([*_KEY, "status_text"])] = "exact_duplicate"
    teams = reports.groupby(["captured_at", "player_name"])["team"].transform("nunique")
    refused[teams.gt(1) & reports["match_method"].isin(_NOT_OF_THIS_TEAM)] = "listed_for_another_team"
    return refused


def _without_contradictions(reports: pd.DataFrame) -> pd.DataFrame:
    """The one status of a player in a capture; NULL where his rows contradict each other."""
    group = reports.groupby(_KEY)["status"]
    return reports.assign(status=group.transform("first").mask(group.transform("nunique").gt(1)))


def as_raw_injuries(reports: pd.DataFrame) -> pd.DataFrame:
    """Accepted rows of an archive in the columns of raw_injury_reports, sorted by date and key."""
    table = reports.assign(source="archive").sort_values(
        ["game_date", *_KEY], kind="stable", ignore_index=True
    )[RAW_INJURY_COLUMNS]
    texts = [
        "team",
        "player_name",
        "status",
        "status_text",
        "reason",
        "match_method",
        "kind",
        "time_basis",
        "source",
    ]
    return table.astype(dict.fromkeys(texts, _TEXT) | {"player_id": "Int64", "match_confidence": "float64"})


def refused_counts(
    refused: pd.Series, game_date: pd.Series, faults: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Number of refused rows by reason and the date that they are about.

    Args:
        refused: reason of each row; NULL for those that are kept.
        game_date: date of each.
        faults: field and value of those that cannot be read, on the index of the rows.

    Returns:
        reason, game_date, count, and the first field and value.
    """
    rows = pd.DataFrame({"reason": refused, "game_date": game_date})
    rows = rows.join(faults if faults is not None else pd.DataFrame(columns=FAULT_COLUMNS, dtype="object"))
    return counted(rows.dropna(subset="reason"), ["reason", "game_date"]).astype({"reason": _TEXT})
