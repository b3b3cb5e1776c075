"""A broken source file fails its dates with an error that a person can act on, and nothing else."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from dagster._core.execution.plan.objects import StepFailureData

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Fetched
from nba_assets_tests.support import league
from nba_assets_tests.support.league import (
    DATES,
    EVENTS,
    FIRST,
    LAST,
    PLAYERS,
    SCHEDULE,
    SHOTS,
    TEAMS,
    edit,
    set_value,
)
from nba_assets_tests.support.workbench import (
    Workbench,
    step_failure,
)

TABLE_OF = {
    PLAYERS: "raw_player_boxscores",
    TEAMS: "raw_team_boxscores",
    EVENTS: "raw_play_by_play",
    SHOTS: "raw_shot_chart",
}
NAMES = ("raw_schedule", *TABLE_OF.values())
BAD = DATES[1]
GOOD = [date for date in DATES if date != BAD]


@pytest.fixture
def bench(source: Path, tmp_path: Path) -> Iterator[Workbench]:
    opened = Workbench(tmp_path / "bench", [table for table in ALL_TABLES if table.name in NAMES], source)
    yield opened
    opened.close()


def _repeat_first(rows: pd.DataFrame) -> pd.DataFrame:
    """The first row of the date again, with another count."""
    first = rows[rows["GAME_DATE"] == BAD].head(1)
    return pd.concat([rows, first.assign(PF=first["PF"] + 1)])


def _drop_first(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop(rows.index[rows["GAME_DATE"] == BAD][0])


def _in_words(column: str) -> "Change":
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        return set_value(BAD, column, "n/a")(rows.assign(**{column: rows[column].astype(str)}))

    return change


def _one_attempt_more(rows: pd.DataFrame) -> pd.DataFrame:
    rows.loc[rows.index[(rows["GAME_DATE"] == BAD) & (rows["FGM"] > 0)][0], "FGA"] += 1
    return rows


def _nobody(rows: pd.DataFrame) -> pd.DataFrame:
    """A player without a name, of whom there is no other row."""
    rows.loc[rows.index[rows["GAME_DATE"] == BAD][0], ["PLAYER_ID", "PLAYER_NAME"]] = [9, ""]
    return rows


def _stranger(rows: pd.DataFrame) -> pd.DataFrame:
    """A player of no team: neither his tricode nor his team's id is one."""
    rows.loc[rows.index[rows["GAME_DATE"] == BAD][0], ["TEAM_ABBREVIATION", "TEAM_ID"]] = ["XXX", 0]
    return rows


Change = Callable[[pd.DataFrame], pd.DataFrame]

# One row of one date is wrong: file, change, field and reason that must be named.
ROWS: dict[str, tuple[str, Change, str, str]] = {
    "minutes of -5": (PLAYERS, set_value(BAD, "MIN", -5), "MIN", "minutes are negative or missing"),
    "minutes missing": (PLAYERS, set_value(BAD, "MIN", None), "MIN", "minutes are negative or missing"),
    "points that break the identity": (PLAYERS, set_value(BAD, "PTS", 99), "PTS", "FG3M + FTM is not PTS"),
    "rebounds that break the identity": (PLAYERS, set_value(BAD, "REB", 60), "REB", "OREB + DREB is not REB"),
    "a negative count": (PLAYERS, set_value(BAD, "BLK", -1), "BLK", "not a count"),
    "a count missing": (PLAYERS, set_value(BAD, "STL", None), "STL", "not a count"),
    "half an assist": (PLAYERS, set_value(BAD, "AST", 2.5), "AST", "not a count"),
    "a duplicate player": (PLAYERS, _repeat_first, "GAME_ID, PLAYER_ID", "the key repeats"),
    "a duplicate team": (TEAMS, _repeat_first, "GAME_ID, TEAM_ABBREVIATION", "the key repeats"),
    "a team that does not play": (PLAYERS, _stranger, "TEAM_ABBREVIATION", "the team does not play"),
    "a clock that is none": (EVENTS, set_value(BAD, "clock", "noon"), "clock", ""),
    "an event without a kind": (EVENTS, set_value(BAD, "actionType", None), "actionType", "no value"),
    "no player id": (PLAYERS, set_value(BAD, "PLAYER_ID", None), "PLAYER_ID", "not a player id"),
    "more makes than attempts": (PLAYERS, set_value(BAD, "FGA", 0), "FGM", "more than FGA"),
    "attempts that break their percentage": (
        PLAYERS, _one_attempt_more, "FG_PCT, FG3_PCT, FT_PCT", "not the percentage of the makes and attempts",
    ),
    "a player without a name": (PLAYERS, _nobody, "PLAYER_NAME", "no name, here and in the player's other"),
    "a count that is no number": (PLAYERS, _in_words("STL"), "STL", "not a count (1 rows"),
    "a shot worth nothing": (SHOTS, set_value(BAD, "SHOT_TYPE", "9PT"), "SHOT_TYPE", ""),
}  # fmt: skip


@pytest.mark.parametrize(("file", "change", "field", "reason"), ROWS.values(), ids=list(ROWS))
def test_a_broken_row_costs_its_game_naming_file_game_field_and_remedy(
    bench: Workbench, source: Path, file: str, change: Change, field: str, reason: str
) -> None:
    edit(source, file, change)
    result = bench.run(FIRST, LAST, ["raw_schedule", TABLE_OF[file]])
    assert result.success
    # One of two box scores is not enough for the date; every other table is good without a game.
    assert bench.materialized(TABLE_OF[file]) == (GOOD if file == PLAYERS else list(DATES))
    passed, words = bench.verdict(TABLE_OF[file], BAD)
    assert passed is (file != PLAYERS)
    if passed:
        games = set(bench.rows(TABLE_OF[file], BAD)["game_id"])
        assert len(games) == 1
        assert league.first_game(source, file, BAD) not in games
    for part in (file, league.first_game(source, file, BAD), f"field {field}", reason, "Remedy: "):
        assert part in words
    assert "\n" not in words


def test_events_counted_twice_cost_what_only_events_give(source: Path, tmp_path: Path) -> None:
    def again(rows: pd.DataFrame) -> pd.DataFrame:
        more = rows[rows["game_date"] == BAD]
        return pd.concat([rows, more.assign(actionNumber=more["actionNumber"] + 10_000)])

    edit(source, EVENTS, again)
    names = [*NAMES, "player_game_events"]
    opened = Workbench(tmp_path / "bench", [table for table in ALL_TABLES if table.name in names], source)
    try:
        assert opened.run(FIRST, LAST, names).success
        assert opened.materialized("player_game_events") == list(DATES)
        passed, words = opened.verdict("player_game_events", BAD)
        assert passed and "its events give" in words and league.first_game(source, PLAYERS, BAD) in words
        rows = opened.rows("player_game_events", BAD)
        assert rows["event_points"].isna().all() and rows["paint_fga"].notna().any()
        assert opened.rows("player_game_events", GOOD[0])["event_points"].notna().all()
    finally:
        opened.close()


def test_a_duplicated_file_is_read_once(source: Path) -> None:
    names = {PLAYERS: "player_boxscores", TEAMS: "team_boxscores", EVENTS: "lineups"}
    days = [dt.date.fromisoformat(date) for date in DATES]

    def rows(name: str) -> pd.DataFrame:
        archive = ArchiveSource(source)
        known = [pd.DataFrame(columns=["player_id"])] if name == "lineups" else []
        schedule = pd.DataFrame(archive.schedule(days).rows)
        return pd.DataFrame(getattr(archive, name)(days, schedule, *known).rows)

    whole = {name: rows(name) for name in names.values()}
    for file in names:
        shutil.copy(source / file, source / file.replace(".parquet", "_again.parquet"))
        edit(source, file, lambda rows: pd.concat([rows, rows.head(7)]))
    for name, before in whole.items():
        pd.testing.assert_frame_equal(rows(name), before)

    other = PLAYERS.replace(".parquet", "_again.parquet")
    game = league.first_game(source, PLAYERS, BAD)
    edit(source, other, set_value(BAD, "PF", 6))
    archive = ArchiveSource(source)
    fetched = archive.player_boxscores(days, pd.DataFrame(archive.schedule(days).rows))
    assert set(whole["player_boxscores"]["game_id"]) - set(pd.DataFrame(fetched.rows)["game_id"]) == {game}
    (problem,) = fetched.shortfalls[dt.date.fromisoformat(BAD)]
    assert (problem.game, problem.reason) == (game, "two files have different rows of it")


def test_a_value_out_of_range_costs_its_game_naming_table_field_and_keys(
    bench: Workbench, source: Path
) -> None:
    edit(source, EVENTS, set_value(BAD, "period", -1))
    bench.run(FIRST, LAST, ["raw_schedule", "raw_play_by_play"])
    assert bench.materialized("raw_play_by_play") == list(DATES)
    assert len(set(bench.rows("raw_play_by_play", BAD)["game_id"])) == 1
    words = bench.verdict("raw_play_by_play", BAD)[1]
    game = league.first_game(source, EVENTS, BAD)
    assert words.startswith(
        "raw_play_by_play.period: 1 rows break greater_than_or_equal_to(1), first value -1"
    )
    assert f"keys {game}/0" in words


def test_a_row_without_game_costs_the_game_that_lacks_it(bench: Workbench, source: Path) -> None:
    game = league.first_game(source, PLAYERS, BAD)
    edit(source, PLAYERS, set_value(BAD, "GAME_ID", None))
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    words = bench.verdict("raw_player_boxscores", BAD)[1]
    assert f"({game}), field GAME_ID: no game named (1 rows" in words
    assert bench.materialized("raw_player_boxscores") == GOOD


@pytest.mark.parametrize(
    ("file", "columns", "blamed"),
    [
        pytest.param(PLAYERS, ["PTS", "FTM", "FTA"], "raw_player_boxscores", id="points of a player"),
        pytest.param(TEAMS, ["PTS", "FTM", "FTA"], "raw_team_boxscores", id="points of a team"),
    ],
)
def test_boxes_of_a_game_that_contradict_each_other_cost_the_wrong_one_alone(
    bench: Workbench, source: Path, file: str, columns: list[str], blamed: str
) -> None:
    day = "2023-12-06"  # eleven games

    def more(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[rows.index[rows["GAME_DATE"] == day][0], columns] += 10
        return rows.drop(columns="FT_PCT")  # which would tell

    edit(source, file, more)
    game = league.first_game(source, file, day)
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores", "raw_team_boxscores"])
    for table in ("raw_player_boxscores", "raw_team_boxscores"):
        assert bench.materialized(table) == list(DATES)
        assert (game in set(bench.rows(table, day)["game_id"])) is (table != blamed)
    passed, words = bench.verdict(blamed, day)
    assert passed
    assert f"{blamed}, game {game}, field pts, ftm, fta: the players of" in words


@pytest.mark.parametrize(
    ("file", "columns", "blamed"),
    [
        pytest.param(TEAMS, ["TOV"], {"raw_team_boxscores"}, id="turnovers of a team"),
        pytest.param(PLAYERS, ["OREB", "REB"], {"raw_player_boxscores"}, id="rebounds of a player"),
        pytest.param(TEAMS, ["FTA"], {"raw_team_boxscores", "raw_player_boxscores"}, id="without events"),
    ],
)
def test_the_events_decide_between_boxes_of_which_no_score_tells(
    bench: Workbench, source: Path, file: str, columns: list[str], blamed: set[str]
) -> None:
    day = "2023-12-06"

    def more(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[rows.index[rows["GAME_DATE"] == day][0], columns] += 3
        return rows.drop(columns="FT_PCT")

    edit(source, file, more)
    game = league.first_game(source, file, day)
    if len(blamed) == 2:
        (source / EVENTS).unlink()
    bench.run(day, day, ["raw_schedule", "raw_player_boxscores", "raw_team_boxscores"])
    for table in ("raw_player_boxscores", "raw_team_boxscores"):
        assert (game in set(bench.rows(table, day)["game_id"])) is (table not in blamed)


def test_a_game_that_the_schedule_does_not_have_fails_its_date_and_is_named(
    bench: Workbench, source: Path
) -> None:
    edit(source, PLAYERS, set_value(BAD, "GAME_ID", "0022399999"))
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    assert "0022399999" not in set(bench.rows("raw_player_boxscores", *DATES)["game_id"])
    words = bench.verdict("raw_player_boxscores", BAD)[1]
    assert f"{PLAYERS}, game 0022399999, field GAME_ID: the schedule has no such game" in words


def test_an_event_of_a_game_that_the_schedule_does_not_have_is_left_out_and_named(
    bench: Workbench, source: Path
) -> None:
    edit(source, EVENTS, set_value(BAD, "game_id", "0022399999"))
    bench.run(FIRST, LAST, ["raw_schedule", "raw_play_by_play"])
    assert bench.materialized("raw_play_by_play") == list(DATES)
    assert "0022399999" not in set(bench.rows("raw_play_by_play", BAD)["game_id"])
    words = bench.verdict("raw_play_by_play", BAD)[1]
    assert "game 0022399999, field game_id: the schedule has no such game on this date" in words


def test_a_game_under_another_date_fails_the_date_it_claims(bench: Workbench, source: Path) -> None:
    game = league.first_game(source, PLAYERS, BAD)

    def move(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[rows["GAME_ID"] == game, "GAME_DATE"] = LAST  # a day beside its own would be read
        return rows

    edit(source, PLAYERS, move)
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    assert bench.materialized("raw_player_boxscores") == GOOD, "the games of the date it claims are there"
    assert (
        f"game {game}, field GAME_DATE: the schedule has another date"
        in bench.verdict("raw_player_boxscores", LAST)[1]
    )
    assert game in bench.verdict("raw_player_boxscores", BAD)[1]


def test_a_missing_game_fails_its_date_and_is_named(bench: Workbench, source: Path) -> None:
    game = league.first_game(source, PLAYERS, BAD)
    edit(source, PLAYERS, lambda rows: rows[rows["GAME_ID"] != game])
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    assert bench.materialized("raw_player_boxscores") == GOOD
    passed, words = bench.verdict("raw_player_boxscores", BAD)
    assert not passed
    assert "games: 1 of 2 (50" in words
    assert game in words


FULL = DATES[2]  # eleven games


def _without_starter(rows: pd.DataFrame) -> pd.DataFrame:
    """The first game of a full date without the player of its first team who played longest."""
    here = rows[rows["GAME_DATE"].eq(FULL)]
    first = here.iloc[0]
    side = here[
        here["GAME_ID"].eq(first["GAME_ID"]) & here["TEAM_ABBREVIATION"].eq(first["TEAM_ABBREVIATION"])
    ]
    return rows.drop(side["MIN"].idxmax())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_without_starter, "the box score is incomplete: "),
        (set_value(FULL, "REB", 60), "OREB + DREB is not REB"),
    ],
    ids=["a player is missing", "a count is wrong"],
)
def test_a_date_of_many_games_goes_on_without_one_and_names_it(
    bench: Workbench, source: Path, change: Change, reason: str
) -> None:
    edit(source, PLAYERS, change)
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    assert bench.materialized("raw_player_boxscores") == list(DATES)
    passed, words = bench.verdict("raw_player_boxscores", FULL)
    game = league.first_game(source, PLAYERS, FULL)
    assert passed
    assert reason in words
    assert f"game {game}" in words
    assert f"games: 10 of 11 (90.9%), missing {game}" in words
    assert game not in set(bench.rows("raw_player_boxscores", FULL)["game_id"])


# The whole file is unusable: what is done to it, and what must be said. Columns that others determine are not
# missed.
def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _without(*columns: str) -> Callable[[Path], None]:
    return lambda path: pd.read_parquet(path).drop(columns=[*columns]).to_parquet(path, index=False)


def _without_box_scores(folder: Path, games: Iterable[str], team: str | None = None) -> None:
    """Remove box scores of games, of both teams by default: they would tell what a schedule lacks."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        mine = rows["GAME_ID"].isin([*games])
        return rows[~(mine if team is None else mine & rows["TEAM_ABBREVIATION"].eq(team))]

    for file in (PLAYERS, TEAMS):
        edit(folder, file, change)


def _as_flag(column: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        pd.read_parquet(path).assign(**{column: True}).to_parquet(path, index=False)

    return change


FILES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "players truncated": (PLAYERS, _truncate, "not readable as parquet"),
    "players empty": (PLAYERS, _empty, "not readable as parquet"),
    "events truncated": (EVENTS, _truncate, "not readable as parquet"),
    "shots truncated": (SHOTS, _truncate, "not readable as parquet"),
    "teams without attempts": (TEAMS, _without("FGA"), "field FGA: column missing"),
    "players without assists": (PLAYERS, _without("AST"), "field AST: column missing"),
    "players without games and dates": (
        PLAYERS,
        _without("GAME_ID", "GAME_DATE"),
        "field GAME_ID: no row names",
    ),
    "events without a clock": (EVENTS, _without("clock"), "field clock: column missing"),
    "events without games": (EVENTS, _without("game_id"), "game_id"),
    "shots without a zone": (SHOTS, _without("BASIC_ZONE"), "field BASIC_ZONE: column missing"),
    "periods as flags": (EVENTS, _as_flag("period"), "field period: type"),
}


@pytest.mark.parametrize(
    ("file", "damage", "reason"),
    [pytest.param(*case, id=name) for name, case in FILES.items()],
)
def test_a_broken_file_costs_what_it_holds_and_names_itself(
    bench: Workbench, source: Path, file: str, damage: Callable[[Path], None], reason: str
) -> None:
    table = TABLE_OF[file]
    damage(source / file)
    result = bench.run(FIRST, LAST, ["raw_schedule", table])
    assert bench.materialized("raw_schedule") == list(DATES)
    needed = file == PLAYERS  # for the others something else steps in
    assert result.success is not needed
    assert bench.materialized(table) == ([] if needed else list(DATES))
    if needed:
        failure = step_failure(result, table)
        assert failure.user_failure_data, failure.error.message
        assert set(failure.user_failure_data.metadata["blocked"].value) == set(DATES)
    for date in DATES:
        words = bench.verdict(table, date)[1]
        for part in (file, reason, "Remedy: "):
            assert part in words
        assert "\n" not in words


def test_another_season_goes_on_when_a_file_is_broken(
    bench: Workbench, source: Path, archive_dir: Path
) -> None:
    """The regular season's file is torn; the play-offs lie in another."""
    playoffs = pd.read_parquet(archive_dir / "leaguegamelog/players_2023-24_playoffs.parquet")
    rows = playoffs[playoffs["GAME_DATE"] == "2024-06-17"]
    rows.to_parquet(source / "leaguegamelog/players_2023-24_playoffs.parquet", index=False)
    _truncate(source / PLAYERS)
    for date, good in ((BAD, False), ("2024-06-17", True)):
        assert bench.run(date, names=["raw_schedule", "raw_player_boxscores"]).success is good
    assert bench.materialized("raw_player_boxscores") == ["2024-06-17"]


def test_what_was_stored_before_stays_readable(bench: Workbench, source: Path) -> None:
    assert bench.run(FIRST, LAST).success
    before = {name: bench.bytes_of(name) for name in NAMES}
    assert all(len(dates) == len(DATES) for dates in before.values())
    _truncate(source / PLAYERS)
    assert not bench.run(FIRST, LAST).success
    assert bench.bytes_of("raw_player_boxscores") == before["raw_player_boxscores"]
    assert len(bench.rows("raw_player_boxscores", *DATES)) > 300


def test_a_repaired_file_opens_its_dates(bench: Workbench, source: Path, whole: Path) -> None:
    edit(source, PLAYERS, set_value(BAD, "MIN", -5))
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    (source / PLAYERS).write_bytes((whole / PLAYERS).read_bytes())
    assert bench.run(BAD, names=["raw_player_boxscores"]).success
    assert bench.materialized("raw_player_boxscores") == list(DATES)


# --- the schedule, on which everything else stands -----------------------------------------------------


SCHEDULES: dict[str, tuple[Callable[[Path], None], str]] = {
    "truncated": (_truncate, "not readable as parquet"),
    "without games and days": (_without("game_id", "game_date"), "field game_id, game_date: column missing"),
}


@pytest.mark.parametrize(("damage", "reason"), SCHEDULES.values(), ids=list(SCHEDULES))
def test_a_broken_schedule_stops_everything_in_one_line(
    bench: Workbench, source: Path, damage: Callable[[Path], None], reason: str
) -> None:
    damage(source / SCHEDULE)
    result = bench.run(FIRST, LAST)
    assert not result.success
    assert bench.materialized("raw_schedule") == []
    words = _refusal(step_failure(result, "raw_schedule"))
    assert SCHEDULE in words
    assert reason in words
    assert "Remedy: " in words


def test_a_bad_row_of_the_schedule_costs_its_game(bench: Workbench, source: Path) -> None:
    game = league.first_game(source, SCHEDULE, BAD)
    schedule = pd.read_parquet(source / SCHEDULE).set_index("game_id")
    edit(source, SCHEDULE, set_value(BAD, "home_team_tricode", "ZZZ"))
    # Its box scores tell of the visitors alone.
    _without_box_scores(source, [game], team=schedule.loc[game, "home_team_tricode"])
    bench.run(FIRST, LAST, ["raw_schedule", "raw_player_boxscores"])
    for table in ("raw_schedule", "raw_player_boxscores"):
        assert bench.materialized(table) == list(DATES)
        assert game not in set(bench.rows(table, BAD)["game_id"])
        assert game in bench.verdict(table, BAD)[1]
    assert "'ZZZ' cannot be read; the game is left out" in bench.verdict("raw_schedule", BAD)[1]


def test_a_tipoff_that_cannot_be_read_costs_itself(bench: Workbench, source: Path) -> None:
    edit(source, SCHEDULE, set_value(BAD, "tipoff_utc", "20231205_190000"))
    bench.run(FIRST, LAST, ["raw_schedule"])
    assert bench.materialized("raw_schedule") == list(DATES)
    assert len(bench.rows("raw_schedule", BAD)) == 2
    assert "the tip-off is left out" in bench.verdict("raw_schedule", BAD)[1]


def test_a_date_of_which_no_game_can_be_read_is_not_empty(bench: Workbench, source: Path) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(home_team_tricode=rows["home_team_tricode"].mask(rows["game_date"] == BAD, "ZZZ"))

    games = pd.read_parquet(source / SCHEDULE)
    _without_box_scores(source, games.loc[games["game_date"] == BAD, "game_id"])
    edit(source, SCHEDULE, change)
    bench.run(FIRST, LAST, ["raw_schedule"])
    assert bench.materialized("raw_schedule") == GOOD


def test_a_date_outside_the_schedule_is_not_proven_empty(bench: Workbench) -> None:
    result = bench.run("2022-12-05", names=["raw_schedule"])
    assert not result.success
    assert bench.verdict("raw_schedule", "2022-12-05") == (False, "dates: 0 of 1 (0.0%), missing 2022-12-05")


def test_a_day_before_opening_night_is_empty_by_proof(source: Path) -> None:
    """The schedule of the season is known and does not name it; of the season before nothing is known."""
    before, other = dt.date(2023, 10, 20), dt.date(2022, 12, 5)
    assert ArchiveSource(source).accounted_days([other, before]) == [before]


def _refusal(failure: StepFailureData) -> str:
    """What the source said when it refused to go on."""
    error = failure.error
    while error and error.cls_name != "BadInput":
        error = error.cause
    assert error, "not refused, but crashed"
    return error.message.strip()


@pytest.mark.parametrize("made", [False, True], ids=["missing", "empty"])
def test_a_missing_or_empty_source_folder_is_one_line(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "nowhere"
    if made:
        folder.mkdir()
    bench = Workbench(
        tmp_path / "bench", [table for table in ALL_TABLES if table.name == "raw_schedule"], folder
    )
    result = bench.run(FIRST, LAST)
    bench.close()
    words = _refusal(step_failure(result, "raw_schedule"))
    assert str(folder) in words
    assert ("has no schedule" if made else "no such folder") in words
    assert "Remedy: " in words
    assert len(words.splitlines()) == 1


def test_a_parser_that_raises_on_an_optional_feed_costs_what_only_it_has(
    bench: Workbench, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ArchiveSource.shot_chart

    def raising(self: ArchiveSource, dates: list[dt.date], schedule: pd.DataFrame) -> Fetched:
        if dt.date.fromisoformat(BAD) in dates:
            raise RuntimeError("what nobody has thought of")
        return whole(self, dates, schedule)

    monkeypatch.setattr(ArchiveSource, "shot_chart", raising)
    assert bench.run(FIRST, LAST, ["raw_schedule", "raw_shot_chart"]).success
    assert bench.materialized("raw_shot_chart") == list(DATES)
    assert bench.rows("raw_shot_chart", BAD).empty
    passed, words = bench.verdict("raw_shot_chart", BAD)
    assert passed
    assert words.startswith("RuntimeError: what nobody has thought of; games: 0 of 2")
