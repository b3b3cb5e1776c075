import pandas as pd
import pytest

from nba_assets.domain.raw.availability.injuries import identified_reports
from nba_assets.simulation.server.injuries import report_pdf
from nba_assets.sources.wire.documents import Place
from nba_assets.sources.wire.injuries.injury_pdf import (
    COLUMNS,
    Page,
    Word,
    table_of_report,
)
from nba_assets.sources.wire.injuries.injury_report import read_injury_report
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.domain.market_frames import archive_appearances

NAME = "nba.com/injury_report.pdf"
ANKLE = "Injury/Illness - Right Ankle; Sprain"
# Read off the pages by eye.
PRINTED = [
    ("SAS", "Dominick Barlow", "Questionable", "G League - Two-Way"),
    ("SAS", "Charles Bassey", "Out", "Injury/Illness - Left Acl; Tear"),
    ("SAS", "Malaki Branham", "Doubtful", ANKLE),
    ("SAS", "Sidy Cissoko", "Out", "G League - On Assignment"),
    ("SAS", "Zach Collins", "Out", ANKLE),
    ("SAS", "Mamadi Diakite", "Questionable", "G League - Two-Way"),
    ("SAS", "David Duke Jr.", "Out", "G League - Two-Way"),
    ("SAS", "Doug McDermott", "Out", "Injury/Illness - Right Forearm; Contusion"),
    ("DEN", "Vlatko Cancar", "Out", "Injury/Illness - Left Knee; Surgery"),
    ("DEN", "Reggie Jackson", "Probable", "Injury/Illness - Left Calf; Tightness"),
    ("DEN", "Jalen Pickett", "Out", "G League - On Assignment"),
    ("DEN", "Hunter Tyson", "Out", "G League - On Assignment"),
    ("GSW", "Draymond Green", "Out", "League Suspension"),
    ("GSW", "Gary Payton II", "Out", "Injury/Illness - Left Hamstring; Strain"),
]
SILENT_ON_THE_FIFTH = (
    "ATL IND UTA BOS NYK PHI OKC BKN WAS CLE CHA CHI LAC NOP MIN HOU POR DAL MIA PHX ORL DEN "
    "DET GSW MEM LAL TOR SAC"
)  # fmt: skip


@pytest.fixture(scope="module")
def report(wire):
    return read_injury_report(wire(NAME), file=NAME)


def test_row_for_row(report):
    found = report.rows[["team", "player_name", "status", "reason"]].itertuples(index=False, name=None)
    assert sorted(found) == sorted(PRINTED)
    assert report.rows["game_date"].eq("2024-01-04").all()
    assert report.captured_at == pd.Timestamp("2024-01-04T12:30", tz="America/New_York")


def test_teams_that_have_not_reported_are_unknown_not_healthy(report):
    first, second = pd.Timestamp("2024-01-04"), pd.Timestamp("2024-01-05")
    assert list(report.not_submitted) == [
        (first, "MIL"),
        *((second, team) for team in SILENT_ON_THE_FIFTH.split()),
    ]
    assert report.notes == {"teams_not_submitted": 29}


def test_everybody_is_resolved_with_evidence(report, archive_dir):
    rows = identified_reports(report.rows, archive_appearances(archive_dir))
    assert rows["player_id"].notna().all() and rows["match_confidence"].min() >= 0.7
    methods = rows.set_index("player_name")["match_method"]
    assert (methods["Vlatko Cancar"], methods["David Duke Jr."]) == ("normalised", "other_team")


@pytest.mark.parametrize("body", [b"", b"<html>403</html>", b"%PDF-1.4 broken", b"\x89PNG"])
def test_what_is_no_report_is_refused(body):
    with pytest.raises(BadInput):
        read_injury_report(body, file="f")


def test_a_broken_pdf_is_refused_or_read(wire):
    body = wire(NAME)
    for at in range(0, len(body), len(body) // 8):
        for broken in (body[:at], body[:at] + b"\x00\xff" + body[at + 2 :]):
            try:
                read_injury_report(broken, file="f")
            except BadInput as refusal:
                assert refusal.reason


LEFT = dict(zip(COLUMNS, (23, 119, 200, 264, 425, 585, 666), strict=True))


def page(*rows: dict[str, str], headed: bool = True) -> Page:
    """A page whose rows are 20 points high; '|' breaks a line within a cell."""
    words = [
        Word(text, 280 + 60 * i, 50)
        for i, text in enumerate(["Injury", "Report:", "01/04/24", "12:30", "PM"])
    ]
    if headed:
        words += [Word(w, LEFT[name] + 30 * i, 110) for name in COLUMNS for i, w in enumerate(name.split())]
    for number, row in enumerate(rows):
        for name, cell in row.items():
            for line, part in enumerate(cell.split("|")):
                middle = 130 + 20 * number + 7 * line - (3 if "|" in cell else 0)
                words += [Word(w, LEFT[name] + 1 + 30 * i, middle) for i, w in enumerate(part.split())]
    return Page(words, [(120.0 + 20 * number, 660.0, 820.0) for number in range(len(rows) + 1)])


FIRST = {"Game Date": "01/04/2024", "Game Time": "07:30", "Matchup": "MIL@SAS", "Team": "Milwaukee Bucks",
         "Player Name": "Doe, John", "Current Status": "Out", "Reason": "Left Knee;|Sprain"}  # fmt: skip


def read(*pages: Page) -> list[dict[str, str]]:
    return table_of_report(list(pages), Place("f"))[1]


def test_a_team_holds_over_the_page_and_a_reason_runs_on():
    second = {"Player Name": "Roe, Jim", "Current Status": "Out", "Reason": "Rest"}
    rows = read(page(FIRST), page({"Reason": "and more"}, second, headed=False))
    assert [row["Reason"] for row in rows] == ["Left Knee; Sprain and more", "Rest"]
    assert {row["Team"] for row in rows} == {"Milwaukee Bucks"}


def test_a_line_outside_the_table_costs_that_line():
    stray = page(FIRST)
    stray.words.append(Word("stray", 430, 300))
    title, rows, problems = table_of_report([stray], Place("f"))
    assert title == "01/04/24 12:30 PM"
    assert [row["Player Name"] for row in rows] == ["Doe, John"]
    assert [problem.reason for problem in problems] == ["'stray' is outside the table"]


def test_players_below_a_matchup_without_a_team_are_not_given_the_team_before():
    second = {"Matchup": "DEN@UTA", "Player Name": "Roe, Jim", "Current Status": "Out", "Reason": "Rest"}
    third = {"Player Name": "Poe, Tom", "Current Status": "Out", "Reason": "Rest"}
    fourth = {"Team": "Utah Jazz", "Player Name": "Coe, Sam", "Current Status": "Out", "Reason": "Rest"}
    _, rows, problems = table_of_report([page(FIRST, second, third, fourth)], Place("f"))
    assert [(row["Team"], row["Player Name"]) for row in rows] == [
        ("Milwaukee Bucks", "Doe, John"), ("Utah Jazz", "Coe, Sam"),
    ]  # fmt: skip
    assert [problem.field for problem in problems] == ["Team"]


def test_a_page_without_headings_is_refused():
    with pytest.raises(BadInput, match="no headings"):
        read(page(FIRST, headed=False))


ODD_ROWS = {
    "Current Status": ("01/04/2024", "07:30", "DEN@UTA", "Utah Jazz", "Roe, Jim", "Resting", "Rest"),
    "Player Name": ("01/04/2024", "07:30", "DEN@UTA", "Utah Jazz", "Jim Roe", "Out", "Rest"),
    "Team": ("01/04/2024", "07:30", "DEN@UTA", "Utah Stars", "Roe, Jim", "Out", "Rest"),
    "Matchup": ("01/04/2024", "07:30", "DENUTA", "Utah Jazz", "Roe, Jim", "Out", "Rest"),
    "Game Date": ("13/04/2024", "07:30", "DEN@UTA", "Utah Jazz", "Roe, Jim", "Out", "Rest"),
}
GOOD_ROW = ("01/04/2024", "07:30", "MIL@SAS", "Milwaukee Bucks", "Doe, John", "Out", "Left Knee; Sprain")


@pytest.mark.parametrize("field", ODD_ROWS)
def test_an_odd_row_costs_that_row(field):
    body = report_pdf("Injury Report: 01/04/24 12:30 PM", [ODD_ROWS[field], GOOD_ROW])
    report = read_injury_report(body, file="f")
    assert list(report.rows["player_name"]) == ["John Doe"]
    assert [problem.field for problem in report.problems] == [field]


def test_a_player_who_is_listed_twice_lands_once():
    again = (*GOOD_ROW[:5], "Probable", "Left Knee; Sprain")
    report = read_injury_report(report_pdf("Injury Report: 01/04/24 12:30 PM", [GOOD_ROW, again]), file="f")
    assert list(report.rows["status"]) == ["Out"]
    assert "duplicated" in report.problems[0].reason


def test_a_report_of_which_no_row_can_be_read_is_refused():
    body = report_pdf("Injury Report: 01/04/24 12:30 PM", [ODD_ROWS["Matchup"]])
    with pytest.raises(BadInput, match="no matchup"):
        read_injury_report(body, file="f")
