"""Trifles in an archive's files that cost nothing: what is meant is plain, and repairs are counted."""

import datetime as dt
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nba_assets.domain.raw.box_scores import COUNTS
from nba_assets.domain.teams import TEAM_BY_TRICODE
from nba_assets.simulation.league import simulate
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched
from nba_assets_tests.support.league import edit

PLAYERS = "leaguegamelog/players_2024-25_regular.parquet"
TEAMS = "leaguegamelog/teams_2024-25_regular.parquet"
EVENTS = "playbyplay/2024-25_regular.parquet"
SCHEDULE = "schedule/games_2024-25_to_2024-25.parquet"
IDS = {tricode: team.team_id for tricode, team in TEAM_BY_TRICODE.items()}
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small league, with the percentages that stats.nba.com gives."""
    folder = tmp_path_factory.mktemp("whole") / "league"
    simulate(folder, seasons=1, teams=4, seed=3, dates_per_season=3)
    for name in (PLAYERS, TEAMS):
        edit(folder, name, lambda rows: rows.assign(FG_PCT=(rows["FGM"] / rows["FGA"]).round(3)))
    return folder


@pytest.fixture
def league(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "league")


def fetched(folder: Path) -> dict[str, Fetched]:
    source = ArchiveSource(folder)
    dates = source.seasons()["2024-25"]
    games = source.schedule(dates)
    schedule = pd.DataFrame(games.rows)
    return {
        "games": games,
        "players": source.player_boxscores(dates, schedule),
        "teams": source.team_boxscores(dates, schedule),
        "events": source.play_by_play(dates, schedule),
    }


def rows_of(found: Fetched) -> pd.DataFrame:
    return found.rows.to_pandas() if isinstance(found.rows, pa.Table) else pd.DataFrame(found.rows)


def on_first_date(column: str, value: object) -> Change:
    """A change of a column on the whole first date."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows["GAME_DATE"] == rows["GAME_DATE"].min()
        return rows.assign(**{column: rows[column].astype("object").mask(first, value)})

    return change


def on_first_row(column: str, value: object) -> Change:
    """A change of a column in one row."""
    return lambda rows: rows.assign(**{column: rows[column].astype("object").mask(rows.index == 0, value)})


def unnamed(value: str | None) -> Change:
    """No names on the first date, but for players who have no other row."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows["GAME_DATE"] == rows["GAME_DATE"].min()
        again = rows["PLAYER_ID"].isin(rows.loc[~first, "PLAYER_ID"])
        return rows.assign(PLAYER_NAME=rows["PLAYER_NAME"].astype("object").mask(first & again, value))

    return change


def absent(minutes: str | None) -> Change:
    """A row of a player who did not play, in the box score of every team."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows.drop_duplicates(["GAME_ID", "TEAM_ABBREVIATION"]).copy()
        more["PLAYER_ID"] += 5_000_000
        more[list(COUNTS)] = 0
        rows["MIN"] = rows["MIN"].astype("object" if minutes is None else "str")
        return pd.concat([rows, more.assign(MIN=minutes)])

    return change


def totals(name: str, *, by_id: bool) -> Change:
    """A row of each team's sums in every box score."""

    side = ["GAME_ID", "TEAM_ABBREVIATION"]

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        sums = rows.groupby(side)[["MIN", *COUNTS]].sum()
        more = rows.drop_duplicates(side).set_index(side).assign(**sums, PLAYER_NAME=name).reset_index()
        more["PLAYER_ID"] = more["TEAM_ABBREVIATION"].map(IDS) if by_id else None
        return pd.concat([rows.astype({"PLAYER_ID": "Int64"}), more.astype({"PLAYER_ID": "Int64"})])

    return change


def exhibition(rows: pd.DataFrame) -> pd.DataFrame:
    """The first game again, as an All-Star game."""
    first = "GAME_ID" if "GAME_ID" in rows else "game_id"
    more = rows[rows[first] == rows[first].min()]
    again = more.assign(**{first: "0032400001"})
    return pd.concat([rows, again.assign(season_type="All-Star") if first == "game_id" else again])


TRIFLES: dict[str, tuple[tuple[str, ...], Change, str]] = {
    "names missing on a date": ((PLAYERS,), unnamed(None), "names by other rows"),
    "names empty on a date": ((PLAYERS,), unnamed(" "), "names by other rows"),
    "winners missing on a date": ((PLAYERS, TEAMS), on_first_date("WL", None), "winners by their points"),
    "minutes as 34:00": ((PLAYERS, TEAMS), lambda rows: rows.assign(MIN=rows["MIN"].astype(str) + ":00"), ""),
    "minutes as PT34M": ((PLAYERS,), lambda rows: rows.assign(MIN="PT" + rows["MIN"].astype(str) + "M"), ""),
    "minutes as PT34M00.00S": (
        (PLAYERS,), lambda rows: rows.assign(MIN="PT" + rows["MIN"].astype(str) + "M00.00S"), "",
    ),
    "rows of DNP": ((PLAYERS,), absent("DNP - Coach's Decision"), "players who did not play"),
    "rows without minutes": ((PLAYERS,), absent(None), "players who did not play"),
    "codes of another publisher": (
        (PLAYERS, TEAMS),
        lambda rows: rows.assign(TEAM_ABBREVIATION=rows["TEAM_ABBREVIATION"].replace("NOP", "NOH")),
        "tricodes of another publisher",
    ),
    "a tricode that is new": (
        (PLAYERS, TEAMS),
        lambda rows: rows.assign(TEAM_ID=rows["TEAM_ABBREVIATION"].map(IDS)).replace(
            {"TEAM_ABBREVIATION": {"NOP": "LVA"}}
        ),
        "teams by their ids",
    ),
    "columns in other letters": (
        (PLAYERS, TEAMS, EVENTS, SCHEDULE),
        lambda rows: rows.rename(columns=lambda name: f" {name.title()}"), "",
    ),
    "columns as other endpoints have them": (
        (PLAYERS, TEAMS),
        lambda rows: rows.rename(
            columns={"TEAM_ABBREVIATION": "teamTricode", "MIN": "minutes", "TOV": "TO"}
        ), "",
    ),
    "texts as bytes": (
        (PLAYERS, EVENTS), lambda rows: rows.pipe(_with_keys, lambda keys: keys.map(str.encode)), "",
    ),
    "a name in another encoding": (
        (PLAYERS,),
        lambda rows: rows.assign(
            PLAYER_NAME=[*rows["PLAYER_NAME"].map(str.encode)[:-1], "José".encode("latin-1")]
        ),
        "names by other rows of the player",
    ),
    "numbers as decimals": ((PLAYERS,), lambda rows: rows.assign(PTS=rows["PTS"].map(Decimal)), ""),
    "ids between blanks": (
        (PLAYERS, EVENTS, SCHEDULE), lambda rows: rows.pipe(_with_keys, lambda keys: " " + keys + " "), "",
    ),
    "minutes as 0:34:00": (
        (PLAYERS,), lambda rows: rows.assign(MIN="0:" + rows["MIN"].astype(str).str.zfill(2) + ":00"), "",
    ),
    "minutes as seconds": (
        (PLAYERS, TEAMS), lambda rows: rows.assign(MIN=rows["MIN"] * 60), "seconds as minutes",
    ),
    "dates as numbers of a spreadsheet": (
        (PLAYERS, TEAMS, EVENTS),
        lambda rows: rows.pipe(
            _with_days, lambda days: (pd.to_datetime(days) - pd.Timestamp("1899-12-30")).dt.days
        ),
        "dates by their games",
    ),
    "dates as moments of a zone": (
        (PLAYERS, EVENTS),
        lambda rows: rows.pipe(_with_days, lambda days: pd.to_datetime(days).dt.tz_localize("US/Pacific")),
        "dates by their games",
    ),
    "a row of another date": ((PLAYERS,), on_first_row("GAME_DATE", "2025-01-07"), "dates by their games"),
    "a row of an impossible date": (
        (PLAYERS,), on_first_row("GAME_DATE", "2205-10-29"), "dates by their games",
    ),
    "codes of another publisher in the schedule": (
        (SCHEDULE,), lambda rows: rows.replace({"home_team_tricode": {"NOP": "NOH"}}),
        "tricodes of another publisher",
    ),
    "dates as 20241022": (
        (PLAYERS, EVENTS),
        lambda rows: rows.rename(columns=str).pipe(_with_days, lambda days: days.str.replace("-", "")), "",
    ),
    "dates as 10/22/24": (
        (PLAYERS, EVENTS, SCHEDULE),
        lambda rows: rows.pipe(_with_days, lambda days: pd.to_datetime(days).dt.strftime("%m/%d/%y")), "",
    ),
    "dates as Tue, Oct 22, 2024": (
        (PLAYERS, TEAMS, SCHEDULE),
        lambda rows: rows.pipe(_with_days, lambda days: pd.to_datetime(days).dt.strftime("%a, %b %d, %Y")),
        "",
    ),
    "periods as words": (
        (EVENTS,),
        lambda rows: rows.assign(
            period=rows["period"].map(lambda period: f"Q{period}" if period < 5 else f"OT{period - 4}")
        ),
        "periods by their words",
    ),
    "types and results in capital letters": (
        (EVENTS,),
        lambda rows: rows.assign(
            actionType=rows["actionType"].str.upper(), shotResult=rows["shotResult"].str.upper()
        ), "",
    ),
    "lists of ids as a tool prints them": (
        (EVENTS,), lambda rows: rows.assign(players_on="[" + rows["players_on"].str.replace("|", ", ") + "]"),
        "",
    ),
    "missing numbers as words": (
        (EVENTS,), lambda rows: rows.assign(scoreHome=rows["scoreHome"].astype("object").astype(str)), "",
    ),
    "a header among the rows": (
        (PLAYERS, EVENTS, SCHEDULE),
        lambda rows: pd.concat([
            rows.head(3).astype(str), pd.DataFrame([dict(zip(rows, rows, strict=True))]), rows[3:].astype(str)
        ]),
        "",
    ),
    "minutes with their unit": (
        (PLAYERS,), lambda rows: rows.assign(MIN=rows["MIN"].astype(str) + " min"), "",
    ),
    "a team's totals by its id": ((PLAYERS,), totals("Totals", by_id=True), "rows of totals"),
    "a team's totals without an id": ((PLAYERS,), totals("Team Totals", by_id=False), "rows of totals"),
    "line ends of Windows": (
        (PLAYERS, TEAMS, EVENTS, SCHEDULE),
        lambda rows: rows.map(lambda value: f"{value}\r" if isinstance(value, str) else value), "",
    ),
    "ids of a spreadsheet as text": (
        (PLAYERS, EVENTS, SCHEDULE),
        lambda rows: rows.pipe(_with_keys, lambda keys: keys.str.lstrip("0") + ".0"), "",
    ),
    "numbers with the comma of Europe": (
        (PLAYERS,), lambda rows: rows.assign(PTS=rows["PTS"].astype(str) + ",0"), "",
    ),
    "everything as text": ((PLAYERS, TEAMS), lambda rows: rows.astype(str), ""),
    "numbers with a point": ((EVENTS,), lambda rows: rows.astype({"period": float, "teamId": float}), ""),
    "ids joined otherwise": (
        (EVENTS,), lambda rows: rows.assign(players_on=rows["players_on"].str.replace("|", ", ")), "",
    ),
    "exhibition games": ((PLAYERS, TEAMS, SCHEDULE), exhibition, ""),
    "events twice": ((EVENTS,), lambda rows: pd.concat([rows, rows.head(50)]), ""),
}  # fmt: skip


def _with_keys(rows: pd.DataFrame, change: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    name = "GAME_ID" if "GAME_ID" in rows else "game_id"
    return rows.assign(**{name: change(rows[name])})


def _with_days(rows: pd.DataFrame, change: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    name = "GAME_DATE" if "GAME_DATE" in rows else "game_date"
    return rows.assign(**{name: change(rows[name])})


@pytest.mark.parametrize(("files", "change", "repaired"), TRIFLES.values(), ids=list(TRIFLES))
def test_a_trifle_costs_nothing(
    whole: Path, league: Path, files: tuple[str, ...], change: Change, repaired: str
) -> None:
    for name in files:
        edit(league, name, change)
    before, after = fetched(whole), fetched(league)
    for name, found in after.items():
        pd.testing.assert_frame_equal(rows_of(found), rows_of(before[name]), check_dtype=False)
        assert not found.shortfalls and not found.problems
    notes = " ".join(str(found.notes) for found in after.values())
    assert (f"repaired: {repaired}" in notes) if repaired else "repaired" not in notes


def test_what_a_tool_leaves_beside_or_inside_a_file_costs_nothing(whole: Path, league: Path) -> None:
    """Hidden files of a file system, columns that are repeated as they are, other endings of a name."""
    for name in (PLAYERS, EVENTS):
        path = league / name
        (path.parent / f"._{path.name}").write_bytes(b"Mac OS X")
        rows = pq.read_table(path)
        twice = pa.Table.from_arrays([*rows.columns, *rows.columns], names=rows.column_names * 2)
        pq.write_table(twice, path)
    (league / PLAYERS).rename((league / PLAYERS).with_suffix(".PARQUET"))
    (league / EVENTS).rename(league / EVENTS.replace("regular.parquet", "Regular.pq"))
    before, after = fetched(whole), fetched(league)
    for name, found in after.items():
        pd.testing.assert_frame_equal(rows_of(found), rows_of(before[name]), check_dtype=False)
        assert not found.shortfalls and not found.problems


def test_a_table_that_no_feed_reads_is_named(league: Path) -> None:
    """It counted as not published: nobody looked for it."""
    (league / TEAMS).rename((league / TEAMS).with_suffix(".parquet.gz"))
    (league / "playbyplay/notes.txt").write_text("not a table")
    for name in (
        "leaguegamelog/boxes.csv",
        "leaguegamelog/boxes_2019-20.csv",
        "play-by-play/2024-25.parquet",
    ):
        (league / name).parent.mkdir(exist_ok=True)
        (league / name).touch()
    found = {name: one.shortfalls for name, one in fetched(league).items()}
    named = {
        name: {problem.file for problems in days.values() for problem in problems}
        for name, days in found.items()
    }
    assert named == {
        "games": {"play-by-play/2024-25.parquet"},
        "players": {"leaguegamelog/boxes.csv"},
        "teams": {"leaguegamelog/boxes.csv", TEAMS + ".gz"},
        "events": set(),
    }
    problem = next(iter(found["teams"].values()))[-1]
    assert "name it like leaguegamelog/teams_*.parquet, as a Parquet file" in problem.remedy
    assert len(found["teams"]) == len(ArchiveSource(league).seasons()["2024-25"])


def test_columns_of_one_name_that_differ_and_a_link_to_nothing_are_named(league: Path) -> None:
    rows = pq.read_table(league / EVENTS)
    names = [*rows.column_names, "period"]
    pq.write_table(pa.Table.from_arrays([*rows.columns, rows.column("actionNumber")], names), league / EVENTS)
    (league / "leaguegamelog/teams_2024-25_playoffs.parquet").symlink_to(league / "nothing")
    found = fetched(league)
    problems = next(iter(found["events"].shortfalls.values()))
    assert [(problem.file, problem.field) for problem in problems] == [(EVENTS, "period")]
    (problem,) = next(iter(found["teams"].shortfalls.values()))
    assert problem.file == "leaguegamelog/teams_2024-25_playoffs.parquet" and len(rows_of(found["teams"]))


@pytest.mark.parametrize("unit", [1, 100], ids=["fractions", "percent"])
@pytest.mark.parametrize("everywhere", [False, True], ids=["one row", "every row"])
def test_attempts_of_a_team_that_break_its_percentage_cost_the_team_box_alone(
    whole: Path, league: Path, unit: int, everywhere: bool
) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows["FGA"] + 3 * (everywhere | (rows.index == 0))
        return rows.assign(FGA=more, FG_PCT=rows["FG_PCT"] * unit)

    edit(league, TEAMS, change)
    before, after = fetched(whole), fetched(league)
    pd.testing.assert_frame_equal(rows_of(after["players"]), rows_of(before["players"]))
    lost = set(rows_of(before["teams"])["game_id"]) - set(rows_of(after["teams"])["game_id"])
    assert len(lost) == (len(set(rows_of(before["teams"])["game_id"])) if everywhere else 1)
    assert lost == {problem.game for found in after["teams"].shortfalls.values() for problem in found}


def test_a_column_that_can_be_missed_costs_itself(league: Path, whole: Path) -> None:
    edit(league, EVENTS, lambda rows: rows.drop(columns=["players_on", "qualifier"]))
    edit(league, PLAYERS, lambda rows: rows.drop(columns=["PLUS_MINUS"]))
    before, after = fetched(whole), fetched(league)
    for name, columns in {"events": ["players_on", "qualifiers"], "players": ["plus_minus"]}.items():
        rows = rows_of(after[name])
        assert rows[columns].isna().all(axis=None)
        kept = [column for column in rows if column not in columns]
        pd.testing.assert_frame_equal(rows[kept], rows_of(before[name])[kept])
        found = next(iter(after[name].shortfalls.values()))
        assert all(problem.reason == "column missing" for problem in found)


def test_a_typing_error_in_a_date_plays_no_game_to_come(league: Path) -> None:
    """A box row of the year 2205 made every game of a schedule final, and a NULL stopped the schedule.

    The id of its game tells the date.
    """
    edit(league, PLAYERS, lambda rows: rows[rows["GAME_DATE"] < rows["GAME_DATE"].max()])
    before = rows_of(fetched(league)["games"])
    assert set(before["status"]) == {"final", "scheduled"}
    for value in ("2205-10-29", "soon", None):

        def change(rows: pd.DataFrame, value: str | None = value) -> pd.DataFrame:
            rows.loc[0, "GAME_DATE"] = value
            return rows

        edit(league, PLAYERS, change)
        found = fetched(league)
        assert rows_of(found["games"])["status"].tolist() == before["status"].tolist()
        assert not found["players"].shortfalls
        assert "'repaired: dates by their games': 1" in str(found["players"].notes)


def test_a_schedule_that_cannot_be_read_costs_its_own_dates(league: Path) -> None:
    before = rows_of(fetched(league)["games"])
    (league / "schedule/games_2023-24.parquet").write_bytes(b"torn")
    pd.testing.assert_frame_equal(rows_of(fetched(league)["games"]), before)
    unknown = dt.date(2023, 12, 6)
    (problem,) = ArchiveSource(league).schedule([unknown]).shortfalls[unknown]
    assert problem.file == "schedule/games_2023-24.parquet"


@pytest.mark.parametrize("beside", ["2024-25", "2024-25_more", "2024-10_to_2024-11"])
def test_a_file_that_names_no_part_of_its_season_is_found(whole: Path, league: Path, beside: str) -> None:
    """The first date in a file of its own: nobody read it where the part had a file too."""
    before = fetched(whole)
    first = str(min(before["players"].rows["game_date"]))[:10]
    for name in (PLAYERS, TEAMS, EVENTS):
        rows = pd.read_parquet(league / name)
        mine = rows["game_date" if "game_date" in rows else "GAME_DATE"].eq(first)
        rows[~mine].to_parquet(league / name)
        rows[mine].to_parquet(league / name.replace("2024-25_regular", beside))
    for name, found in fetched(league).items():
        pd.testing.assert_frame_equal(rows_of(found), rows_of(before[name]))


def test_a_game_that_was_moved_is_where_its_box_score_is(league: Path) -> None:
    """A postponed game was lost on both dates: its schedule was exported before."""
    before = fetched(league)
    games = rows_of(before["games"])
    moved, day = games["game_id"].iloc[0], pd.Timestamp("2025-03-04")
    edit(league, SCHEDULE, lambda rows: rows.assign(
        game_date=rows["game_date"].mask(rows["game_id"].eq(moved), str(day.date()))
    ))  # fmt: skip
    after = fetched(league)
    for name in ("games", "players", "teams", "events"):
        kept = [column for column in rows_of(before[name]) if column != "tipoff_utc"]
        pd.testing.assert_frame_equal(rows_of(after[name])[kept], rows_of(before[name])[kept])
    ((date, (problem,)),) = after["games"].shortfalls.items()
    assert (str(date), problem.game) == (str(games["game_date"].iloc[0].date()), moved)
    assert "the game has moved" in problem.reason


def test_a_team_that_plays_itself_or_twice_on_a_date_costs_that_game(league: Path) -> None:
    """Every table that is merged by team raised on all dates of such a schedule."""
    before = fetched(league)

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        again = rows.head(1).assign(game_id="0022409998")
        itself = rows.head(1).assign(game_id="0022409999", home_team_tricode=rows["away_team_tricode"])
        return pd.concat([again, itself, rows])

    edit(league, SCHEDULE, change)
    after = fetched(league)
    for name in before:
        pd.testing.assert_frame_equal(rows_of(after[name]), rows_of(before[name]))
    ((_, problems),) = after["games"].shortfalls.items()
    assert {problem.game for problem in problems} == {"0022409998", "0022409999"}


def test_a_box_on_a_day_on_which_its_teams_play_another_game_is_refused(league: Path) -> None:
    games = rows_of(fetched(league)["games"])
    first = games["game_id"].iloc[0]
    (home, away), later = games.iloc[0][["home_team", "away_team"]], games["game_date"].iloc[-1]
    others = games.loc[games["game_date"] == later, ["home_team", "away_team"]]
    assert {home, away} & {*others["home_team"], *others["away_team"]}
    edit(league, PLAYERS, lambda rows: rows.assign(
        GAME_DATE=rows["GAME_DATE"].mask(rows["GAME_ID"].eq(first), str(later.date()))
    ))  # fmt: skip
    found = fetched(league)
    assert first not in set(rows_of(found["players"])["game_id"])
    assert {problem.game for found in found["players"].shortfalls.values() for problem in found} == {first}
