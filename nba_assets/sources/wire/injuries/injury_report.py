"""The league's injury report: who may not play, team by team, as of the hour it was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pandas as pd

from nba_assets.domain.raw.availability.injuries import CAPTURED
from nba_assets.domain.raw.availability.injury_status import statuses
from nba_assets.domain.teams import TEAM_BY_TRICODE, tricode_of_name
from nba_assets.schemas.raw import RAW_INJURY_REPORTS
from nba_assets.sources.wire.clocks import eastern_moment
from nba_assets.sources.wire.documents import Parsed, Place, finished_rows
from nba_assets.sources.wire.injuries.injury_pdf import (
    printed_time,
    read_pages,
    table_of_report,
)
from nba_assets.tabular.problems import BadInput

_MATCHUP: Final = re.compile(r"([A-Z]{3})@([A-Z]{3})", re.ASCII)
_NAME: Final = re.compile(r"([^,]+), ([^,]+)")
_NOT_SUBMITTED: Final = "NOT YET SUBMITTED"
_STATUSES: Final = ("Out", "Doubtful", "Questionable", "Probable", "Available")


@dataclass(frozen=True, kw_only=True)
class InjuryReport(Parsed):
    """raw_injury_reports of one report.

    Attributes:
        captured_at: when the report was published.
        not_submitted: (game date, tricode) of the teams that had not reported: unknown, not healthy.
    """

    captured_at: pd.Timestamp
    not_submitted: tuple[tuple[pd.Timestamp, str], ...]


def read_injury_report(body: bytes, *, file: str, source: str = "nba-injury-report") -> InjuryReport:
    """raw_injury_reports of an injury report PDF, row for row, filed under the game dates it prints.

    'Payton II, Gary' is turned into 'Gary Payton II'. Names are not resolved here, player_id is
    NULL: all reports of a date are resolved at once (domain/raw/availability/injuries.py).

    A row that cannot be read is left out and is among the problems: the others are kept.

    Raises:
        BadInput: no PDF, no such table, or not one row of it can be read.
    """
    place = Place(file)
    printed, table, problems = table_of_report(read_pages(body, place), place)
    return _report(table, problems, _moment(printed, place), place, source)


def reported_at(body: bytes, *, file: str) -> pd.Timestamp:
    """When an injury report PDF says that it was published, by its first page alone.

    Raises:
        BadInput: no PDF, no title, no such time.
    """
    place = Place(file)
    return _moment(printed_time(body, place), place)


def _moment(printed: str, place: Place) -> pd.Timestamp:
    try:
        return eastern_moment(printed, "%m/%d/%y %I:%M %p")
    except ValueError:
        place.refuse("title", f"{printed!r} is no time in New York")


def _report(
    table: list[dict[str, str]],
    problems: list[BadInput],
    captured_at: pd.Timestamp,
    place: Place,
    source: str,
) -> InjuryReport:
    if not table:
        place.refuse("table", "an empty table where teams were due")
    rows: dict[tuple[pd.Timestamp, str, str], dict[str, Any]] = {}
    silent: list[tuple[pd.Timestamp, str]] = []
    for row in table:
        try:
            date, team = _date(row, place), _team(row, place)
            if row["Reason"] == _NOT_SUBMITTED and not row["Player Name"] and not row["Current Status"]:
                silent.append((date, team))
                continue
            player = _player(row, place)
            if (date, team, player["player_name"]) in rows:
                place.refuse("Player Name", f"{player['player_name']} of {team} is duplicated")
            rows[date, team, player["player_name"]] = {"game_date": date, "team": team} | player
        except BadInput as problem:
            problems.append(problem)
    reported = {key[:2] for key in rows}
    for date, team in sorted(set(silent) & reported):
        problems.append(place.problem("Team", f"{team} has not reported for {date.date()} and lists players"))
    not_submitted = tuple(dict.fromkeys(one for one in silent if one not in reported))
    if not rows and not not_submitted:
        raise problems[0]
    notes = {"teams_not_submitted": len(not_submitted)} if not_submitted else {}
    return InjuryReport(
        rows=_rows(list(rows.values()), captured_at, place, source),
        problems=tuple(problems),
        notes=notes,
        captured_at=captured_at,
        not_submitted=not_submitted,
    )


def _rows(
    rows: list[dict[str, Any]],
    captured_at: pd.Timestamp,
    place: Place,
    source: str,
) -> pd.DataFrame:
    if not rows:
        return RAW_INJURY_REPORTS.empty()
    frame = pd.DataFrame(rows).assign(captured_at=captured_at, source=source)
    nothing = pd.Series(pd.NA, index=frame.index, dtype=pd.StringDtype("pyarrow"))
    parsed = statuses(frame["printed_status"].astype(nothing.dtype), nothing, frame["game_date"])
    frame = frame.assign(status=parsed["status"], status_text=parsed["status_text"])
    unknown = dict.fromkeys(("player_id", "match_method", "match_confidence"))
    kind = {"kind": "official_report", "time_basis": CAPTURED}
    return finished_rows(frame.assign(**unknown, **kind), RAW_INJURY_REPORTS, place)


def _date(row: dict[str, str], place: Place) -> pd.Timestamp:
    try:
        return pd.Timestamp(datetime.strptime(row["Game Date"], "%m/%d/%Y"))
    except ValueError:
        place.refuse("Game Date", f"{row['Game Date']!r} is no date")


def _team(row: dict[str, str], place: Place) -> str:
    matchup = _MATCHUP.fullmatch(row["Matchup"])
    if matchup is None or not {matchup[1], matchup[2]} <= set(TEAM_BY_TRICODE):
        place.refuse("Matchup", f"{row['Matchup']!r} is no matchup like MIL@SAS")
    try:
        team = tricode_of_name(row["Team"])
    except KeyError:
        place.refuse("Team", f"{row['Team']!r} is no team")
    if team not in (matchup[1], matchup[2]):
        place.refuse("Team", f"{row['Team']} does not play {row['Matchup']}")
    return team


def _player(row: dict[str, str], place: Place) -> dict[str, Any]:
    name = _NAME.fullmatch(row["Player Name"])
    if name is None:
        place.refuse("Player Name", f"{row['Player Name']!r} is no name like 'Payton II, Gary'")
    if row["Current Status"] not in _STATUSES:
        place.refuse("Current Status", f"{row['Current Status']!r} is none of {', '.join(_STATUSES)}")
    return {
        "player_name": f"{name[2]} {name[1]}",
        "printed_status": row["Current Status"],
        "reason": row["Reason"] or None,
    }
