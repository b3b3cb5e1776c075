"""The simulated league: same layout as the archive, exact to the last event, and worth learning from."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.simulation.league import (
    SimulationSummary,
    simulate,
)
from nba_assets.simulation.league.expectation import (
    expected_points,
    expected_score,
)
from nba_assets.simulation.league.franchises import FRANCHISES
from nba_assets.simulation.league.names import plain
from nba_assets.simulation.league.play.possessions import play
from nba_assets.simulation.league.play.rotation import (
    Situation,
    make_sheet,
    planned_minutes,
)
from nba_assets.simulation.league.rosters import (
    FIRST_PLAYER_ID,
    build_league,
)

SEED, SEASONS, TEAMS, DATES = 7, 3, 6, 32
BOX = ["FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "AST", "STL", "BLK", "TOV", "PF", "PTS"]
Read = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    out = tmp_path_factory.mktemp("simulated") / "league"
    return simulate(out, seasons=SEASONS, teams=TEAMS, seed=SEED, dates_per_season=DATES)


@pytest.fixture(scope="session")
def read(summary: SimulationSummary) -> Read:
    def reader(pattern: str) -> pd.DataFrame:
        files = sorted(summary.out.glob(pattern))
        assert files, pattern
        return pd.concat([pd.read_parquet(f) for f in files], ignore_index=True)

    return reader


def _small(out: Path, seed: int, **more: int) -> dict[str, bytes]:
    simulate(out, **{"seasons": 1, "teams": 4, "dates_per_season": 6, **more}, seed=seed)
    files = (p for p in sorted(out.rglob("*")) if p.is_file())
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in files}


# -- files ------------------------------------------------------------------------------------------------
def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    first, again, other = _small(tmp_path / "a", 1), _small(tmp_path / "b", 1), _small(tmp_path / "c", 2)
    assert first == again
    assert first.keys() == other.keys()
    assert not [name for name in first if first[name] == other[name]]


def _archive_file(archive_dir: Path, name: str) -> Path | None:
    """Find the archive's file of the same feed: names differ in the months or seasons they cover."""
    same = archive_dir / name
    if same.exists():
        return same
    pattern = re.sub(r"\d{4}-\d{2}(_to_\d{4}-\d{2})?", "*", name)
    return next(iter(sorted(archive_dir.glob(pattern))), None)


def test_columns_and_types_equal_the_archive(summary: SimulationSummary, archive_dir: Path) -> None:
    for name in summary.rows:
        real_file = _archive_file(archive_dir, name)
        assert real_file is not None, name
        real, ours = pq.read_schema(real_file), pq.read_schema(summary.out / name)
        # COMMENT is all null: the archive itself stores it once as text, four times as numbers.
        expected = [(f.name, f.type) for f in real if f.name not in ("source", "COMMENT")]
        assert [(f.name, f.type) for f in ours if f.name not in ("source", "COMMENT")] == expected, name
        assert [n for n in ours.names if n != "source"] == [n for n in real.names if n != "source"], name
        frames = [pa.Table.from_batches([], schema=s).to_pandas() for s in (real, ours)]
        types = [f.drop(columns=["source", "COMMENT"], errors="ignore").dtypes for f in frames]
        assert types[0].equals(types[1]), name


def test_values_speak_the_archives_language(read: Read, archive_dir: Path) -> None:
    def archive(pattern: str, columns: list[str]) -> pd.DataFrame:
        return pd.read_parquet(sorted(archive_dir.glob(pattern))[-1], columns=columns)

    events, real = (
        read("playbyplay/*.parquet"),
        archive("playbyplay/*_regular.parquet", ["actionType", "qualifier"]),
    )
    assert set(events.actionType) == set(real.actionType)
    assert set(events.qualifier) <= set(real.qualifier)
    chart = read("shotchart/*.parquet")
    columns = ["BASIC_ZONE", "ZONE_NAME", "ZONE_RANGE", "ACTION_TYPE", "SHOT_TYPE", "EVENT_TYPE"]
    real = archive("shotchart/*.parquet", columns)
    for column in columns:
        assert set(chart[column]) <= set(real[column]), column
    lines = read("odds/player_points_lines_*.parquet")
    assert set(lines.book) <= set(archive("odds/player_points_lines_*.parquet", ["book"]).book)


def test_every_row_is_marked_simulated(summary: SimulationSummary) -> None:
    for name in summary.rows:
        source = pq.read_table(summary.out / name, columns=["source"]).column(0)
        assert set(source.to_pylist()) == {"simulated"}, name


def test_a_folder_with_other_parquet_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "odds" / "real.parquet"
    foreign.parent.mkdir()
    pd.DataFrame({"a": [1]}).to_parquet(foreign)
    with pytest.raises(
        ValueError, match=r"1 parquet file\(s\) that simulate did not write \(odds/real\.parquet\)"
    ):
        _small(tmp_path, 1)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [foreign]


def test_a_simulated_folder_is_replaced_whole(tmp_path: Path) -> None:
    before = _small(tmp_path, 1, seasons=2)
    after = _small(tmp_path, 2, seasons=1)
    assert set(before) - set(after), "files of the season no longer simulated must go"
    marker = json.loads(after["SIMULATED.json"])
    assert marker["complete"]
    assert marker["arguments"] == {
        "seasons": 1, "teams": 4, "seed": 2, "dates_per_season": 6, "matinees": False,
    }  # fmt: skip
    assert set(marker["files"]) == {name for name in after if name.endswith(".parquet")}


@pytest.mark.parametrize(
    "wrong",
    [{"seasons": 21}, {"seasons": 0}, {"teams": 3}, {"teams": 31}, {"seed": -1}, {"dates_per_season": 1}],
)
def test_arguments_out_of_range_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must"):
        simulate(tmp_path, **{"seasons": 1, "teams": 4, "seed": 1, "dates_per_season": 4, **wrong})


def test_progress_counts_dates(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    simulate(tmp_path, seasons=1, teams=5, seed=1, dates_per_season=5, progress=lambda *a: seen.append(a))
    assert seen == [(i, 5) for i in range(1, 6)]


# -- schedule ---------------------------------------------------------------------------------------------
def test_schedule_keeps_to_the_real_calendar(summary: SimulationSummary, read: Read) -> None:
    games = read("schedule/games_*.parquet")
    assert list(summary.seasons) == ["2022-23", "2023-24", "2024-25"]
    for season, rows in games.groupby("season"):
        assert sorted(set(rows.game_date)) == [
            d.isoformat() for d in finished_seasons().season(str(season))[:DATES]
        ]
        types = rows.drop_duplicates("game_date").sort_values("game_date").season_type.tolist()
        assert types == ["Regular Season"] * 28 + ["Playoffs"] * 4
    assert games.game_id.is_unique
    prefix = games.season_type.map({"Regular Season": "002", "Playoffs": "004"}) + games.season.str[2:4]
    assert (games.game_id.str[:5] == prefix).all()
    assert games.game_id.str.fullmatch(r"\d{10}").all()
    sides = games.melt(["game_date"], ["home_team_tricode", "away_team_tricode"])
    assert not sides.duplicated(["game_date", "value"]).any()
    assert set(sides.value) == {f.tricode for f in FRANCHISES[:TEAMS]}
    eastern = pd.to_datetime(games.tipoff_utc, utc=True).dt.tz_convert("America/New_York")
    assert (eastern.dt.strftime("%Y-%m-%d") == games.game_date).all()
    assert eastern.dt.hour.between(19, 22).all()


def test_teams_play_every_second_or_third_date_sometimes_back_to_back(read: Read) -> None:
    teams = read("leaguegamelog/teams_*.parquet")
    counts = teams.groupby(["SEASON_ID", "TEAM_ID"]).size()
    assert counts.between(9, 15).all()
    days = pd.to_datetime(teams.GAME_DATE).groupby([teams.SEASON_ID, teams.TEAM_ID]).diff().dt.days
    assert 0.02 < (days == 1).mean() < 0.4


def test_tonight_is_scheduled_and_priced_but_not_played(summary: SimulationSummary, read: Read) -> None:
    tonight = summary.tonight.isoformat()
    games = read("schedule/games_*.parquet")
    assert games.game_date.max() == tonight
    assert games[games.game_date == tonight].game_id.tolist() == list(summary.tonight_games) != []
    for pattern, column in (
        ("leaguegamelog/*", "GAME_DATE"),
        ("playbyplay/*", "game_date"),
        ("shotchart/*", "GAME_DATE"),
    ):
        assert read(pattern + ".parquet")[column].max() < tonight
    lines = read("odds/player_points_lines_*.parquet").query("game_date == @tonight")
    assert lines.snapshot_at.min() < lines.commence_time.min()
    assert lines.player.nunique() >= 8
    closing = read("odds/game_closing_lines.parquet")
    assert games[games.game_date == tonight].tipoff_utc.isin(closing.commence_time).all()
    captured = read("injuries/injury_snapshots_*.parquet").snapshot_at
    last = captured[captured.str[:10] == tonight].max().replace(" ", "T").replace("+00:00", "Z")
    assert last < lines.commence_time.min()


def test_playoffs_have_neither_team_box_nor_chart_nor_season_id(
    summary: SimulationSummary, read: Read
) -> None:
    names = list(summary.rows)
    assert not [n for n in names if "playoffs" in n and n.startswith(("shotchart", "leaguegamelog/teams"))]
    assert [n for n in names if n.startswith("shotchart")] == [
        "shotchart/2023-24_regular.parquet",
        "shotchart/2024-25_regular.parquet",
    ]
    players = read("leaguegamelog/players_*_playoffs.parquet")
    assert {"SEASON_ID", "TEAM_NAME"}.isdisjoint(players.columns)
    assert players.COMMENT.isna().all()
    starters = players.groupby(["GAME_ID", "TEAM_ID"]).START_POSITION.apply(
        lambda s: "".join(sorted(s.dropna()))
    )
    assert set(starters) == {"CFFGG"}


# -- the box score and the events -------------------------------------------------------------------------
def _boxes(read: Read) -> pd.DataFrame:
    return read("leaguegamelog/players_*.parquet").set_index(["GAME_ID", "PLAYER_ID"]).sort_index()


def _count(events: pd.DataFrame, person: str = "person_id") -> pd.Series:
    return events.dropna(subset=[person]).groupby(["game_id", person]).size()


def test_events_sum_to_the_box_exactly(read: Read) -> None:
    box, events = _boxes(read), read("playbyplay/*.parquet")
    kind, made = events.actionType, events.shotResult == "Made"
    threes, goals, throws = kind == "3pt", kind.isin(["2pt", "3pt"]), kind == "freethrow"
    rebounds = events[(kind == "rebound") & (events.person_id > 0)].copy()
    offensive = rebounds.description.str.extract(r"Off:(\d+) Def:(\d+)").astype(int)
    last = rebounds.assign(o=offensive[0], d=offensive[1]).groupby(["game_id", "person_id"])[["o", "d"]].max()
    counted = {
        "FGM": _count(events[goals & made]), "FGA": _count(events[goals]),
        "FG3M": _count(events[threes & made]), "FG3A": _count(events[threes]),
        "FTM": _count(events[throws & made]), "FTA": _count(events[throws]),
        "OREB": last.o, "DREB": last.d,
        "AST": _count(events[goals & made], "assister_id"), "STL": _count(events[kind == "steal"]),
        "BLK": _count(events[kind == "block"]), "TOV": _count(events[kind == "turnover"]),
        "PF": _count(events[(kind == "foul") & events.description.str.contains(" PF)", regex=False)]),
    }  # fmt: skip
    worth = pd.Series(np.select([threes, throws, goals], [3, 1, 2], 0), events.index).where(made, 0)
    counted["PTS"] = worth.groupby([events.game_id, events.person_id]).sum()
    assert len(box)
    for name in BOX:
        summed = counted[name].rename_axis(box.index.names)
        assert set(summed[summed > 0].index) <= set(box.index), name
        difference = summed.reindex(box.index).fillna(0).astype(int) - box[name]
        assert not difference.any(), f"{name}: {difference[difference != 0].head()}"
    assert (_count(rebounds).rename_axis(box.index.names).reindex(box.index).fillna(0) == box.REB).all()
    # The feed names stealers and blockers twice: in their own event and in the event they spoiled.
    for name, spoiled, person in (
        ("STL", kind == "turnover", "stealPersonId"),
        ("BLK", goals, "blockPersonId"),
    ):
        assert _count(events[spoiled], person).tolist() == counted[name].tolist()


def test_identities_and_team_box(read: Read) -> None:
    box = read("leaguegamelog/players_*_regular.parquet")
    both = pd.concat([box, read("leaguegamelog/players_*_playoffs.parquet")])
    assert (2 * both.FGM + both.FG3M + both.FTM == both.PTS).all()
    assert (both.OREB + both.DREB == both.REB).all()
    assert not both.duplicated(["GAME_ID", "PLAYER_ID"]).any()
    teams = read("leaguegamelog/teams_*.parquet").set_index(["GAME_ID", "TEAM_ID"]).sort_index()
    columns = ["MIN", "REB", *BOX]
    pd.testing.assert_frame_equal(teams[columns], box.groupby(["GAME_ID", "TEAM_ID"])[columns].sum())
    margin = box.groupby(["GAME_ID", "TEAM_ID"]).PLUS_MINUS.sum() / 5
    assert (margin == teams.PLUS_MINUS).all()
    assert ((teams.PLUS_MINUS > 0) == (teams.WL == "W")).all()
    assert not (teams.PLUS_MINUS == 0).any()
    assert both.PLAYER_ID.min() >= FIRST_PLAYER_ID


def _seconds_played(game: pd.DataFrame) -> dict[int, float]:
    """Recount the minutes of one game the slow way: from the first ten and the substitutions."""
    clock = game.clock.str.extract(r"PT(\d\d)M(\d\d\.\d\d)S").astype(float)
    start = np.where(game.period <= 4, (game.period - 1) * 720, 2880 + (game.period - 5) * 300)
    length = np.where(game.period <= 4, 720, 300)
    now = start + length - clock[0].to_numpy() * 60 - clock[1].to_numpy()
    end = float((start + length).max())
    on = {int(i): 0.0 for i in game.players_on.iloc[0].split("|")}
    played: dict[int, float] = {}
    for time, kind, words, person in zip(now, game.actionType, game.description, game.person_id, strict=True):
        if kind == "substitution" and words.startswith("SUB out"):
            played[person] = played.get(person, 0.0) + time - on.pop(person)
        elif kind == "substitution":
            on[person] = time
    for person, since in on.items():
        played[person] = played.get(person, 0.0) + end - since
    return played


def test_minutes_from_substitutions_agree_with_the_box(read: Read) -> None:
    box, events = _boxes(read).MIN, read("playbyplay/*.parquet")
    for game_id, game in events.groupby("game_id"):
        seconds = _seconds_played(game)
        minutes = box.loc[game_id]
        assert set(seconds) == set(minutes.index)
        assert all(abs(seconds[i] / 60 - minutes[i]) <= 0.5 + 1e-9 for i in seconds)
        assert sum(seconds.values()) == pytest.approx(2 * 60 * (240 + 25 * max(0, game.period.max() - 4)))


def test_minutes_sum_to_team_minutes(read: Read) -> None:
    teams, events = read("leaguegamelog/teams_*.parquet"), read("playbyplay/*.parquet")
    overtimes = (events.groupby("game_id").period.max() - 4).clip(lower=0)
    expected = 240 + 25 * overtimes.reindex(teams.GAME_ID).to_numpy(dtype=float)
    assert (np.abs(teams.MIN - expected) <= 4).all()
    assert abs((teams.MIN - expected).mean()) < 0.5


def test_ten_are_on_the_floor_and_the_score_only_grows(read: Read) -> None:
    events = read("playbyplay/*.parquet")
    floor = events[events.actionType != "substitution"]
    assert (floor.players_on.str.count(r"\|") == 9).all()
    subs = events[events.actionType == "substitution"].description.str[:6].value_counts()
    assert subs["SUB in"] == subs["SUB ou"]
    assert (events.groupby("game_id")[["scoreHome", "scoreAway"]].diff().fillna(0) >= 0).all(axis=None)
    assert events.clock.str.fullmatch(r"PT\d\dM\d\d\.\d0S").all()
    final = events.groupby("game_id")[["scoreHome", "scoreAway"]].last()
    points = read("leaguegamelog/players_*.parquet").groupby(["GAME_ID", "MATCHUP"]).PTS.sum().reset_index()
    home = points[points.MATCHUP.str.contains("vs.", regex=False)].set_index("GAME_ID").PTS
    assert (home == final.scoreHome.reindex(home.index)).all()


def test_a_shooter_at_the_line_is_not_taken_off_by_a_timeout(read: Read) -> None:
    events = read("playbyplay/*.parquet")
    acting = events[(events.actionType != "substitution") & (events.person_id > 0)]
    on = [str(p) in ids.split("|") for p, ids in zip(acting.person_id, acting.players_on, strict=True)]
    assert all(on)


def test_shot_chart_agrees_with_the_play_by_play(read: Read) -> None:
    chart, events = read("shotchart/*.parquet"), read("playbyplay/*_regular.parquet")
    shots = events[events.isFieldGoal & events.game_id.isin(chart.GAME_ID)].reset_index(drop=True)
    assert len(shots) == len(chart)
    assert (shots.game_id == chart.GAME_ID).all()
    assert (shots.person_id == chart.PLAYER_ID).all()
    assert ((shots.shotResult == "Made") == chart.SHOT_MADE).all()
    assert ((shots.actionType == "3pt") == (chart.SHOT_TYPE == "3PT Field Goal")).all()
    paint = chart.BASIC_ZONE.isin(["Restricted Area", "In The Paint (Non-RA)"])
    assert (shots.qualifier.str.contains("pointsinthepaint") == paint).all()
    stated = shots.description.str.extract(r"(\d+)' ")[0].astype(float)
    three = shots.actionType == "3pt"
    assert (stated.notna() == (np.where(three, 24, 6) <= chart.SHOT_DISTANCE)).all()
    assert (stated.dropna() == chart.SHOT_DISTANCE[stated.notna()]).all()
    radius = np.hypot(chart.LOC_X, chart.LOC_Y - 5.25)
    assert (np.floor(radius + 1e-9) == chart.SHOT_DISTANCE).all()
    corner = chart.BASIC_ZONE.str.contains("Corner")
    assert ((chart.LOC_X > 0) == (chart.BASIC_ZONE == "Left Corner 3"))[corner].all()


# -- what a model can learn -------------------------------------------------------------------------------
def test_magnitudes_are_those_of_the_league(read: Read) -> None:
    teams = read("leaguegamelog/teams_*.parquet")
    assert 108 < teams.PTS.mean() < 120
    assert teams.PTS.between(90, 138).mean() > 0.9
    possessions = teams.FGA + 0.44 * teams.FTA + teams.TOV - teams.OREB
    assert 94 < (possessions * 48 * 5 / teams.MIN).mean() < 104
    players = read("leaguegamelog/players_*_regular.parquet")
    assert players.groupby(["GAME_ID", "TEAM_ID"]).size().between(8, 13).all()
    season = players.groupby(["SEASON_ID", "PLAYER_ID"]).PTS.mean()
    assert 22 < season.groupby("SEASON_ID").max().median() < 36


def test_skill_matters(read: Read) -> None:
    league = build_league(SEED, TEAMS)
    expected: dict[int, float] = {}
    for team, other in zip(league.teams, league.teams[1:] + league.teams[:1], strict=True):
        sheets = [make_sheet(t, t.roster, Situation(True, 2)) for t in (team, other)]
        expected |= expected_points(sheets[0], sheets[1])
    box = read("leaguegamelog/players_2022-23_regular.parquet")
    means = box.groupby("PLAYER_ID").PTS.agg(["mean", "size"]).query("size >= 6")
    truth = means.index.map(expected)
    assert len(means) > 40
    correlation = np.corrcoef(truth, means["mean"])[0, 1]
    assert correlation > 0.85


def test_expectation_is_that_of_the_engine_and_back_to_backs_cost_points() -> None:
    league = build_league(11, 4)
    home, away = league.teams[0], league.teams[1]
    sheets = {
        rest: (
            make_sheet(home, home.roster, Situation(True, rest)),
            make_sheet(away, away.roster, Situation(False, 2)),
        )
        for rest in (1, 2)
    }
    rng = np.random.default_rng(5)
    played = {rest: np.mean([play(*pair, rng).score[0] for _ in range(250)]) for rest, pair in sheets.items()}
    for rest, pair in sheets.items():
        assert played[rest] == pytest.approx(expected_score(*pair), abs=4.0)
    assert expected_score(*sheets[2]) - expected_score(*sheets[1]) > 2
    assert played[2] - played[1] > 1


def test_opponent_venue_and_absences_matter() -> None:
    league = build_league(11, 8)
    team, rested = league.teams[0], Situation(True, 2)
    sheet = make_sheet(team, team.roster, rested)
    opponents = [make_sheet(t, t.roster, Situation(False, 2)) for t in league.teams[1:]]
    by_opponent = [expected_score(sheet, o) for o in opponents]
    assert max(by_opponent) - min(by_opponent) > 3
    on_the_road = make_sheet(team, team.roster, Situation(False, 2))
    assert expected_score(sheet, opponents[0]) > expected_score(on_the_road, opponents[0])
    without_star = make_sheet(team, team.roster[1:], rested)
    everybody, others = (expected_points(s, opponents[0]) for s in (sheet, without_star))
    second, ninth = team.roster[1].player_id, team.roster[8].player_id
    assert others[second] > everybody[second] + 0.5
    assert others[ninth] > everybody[ninth]
    assert sum(planned_minutes(team.roster[1:], team.depth)) == pytest.approx(240)


def test_too_few_players_are_an_error() -> None:
    team = build_league(1, 4).teams[0]
    with pytest.raises(ValueError, match="only 7 players available"):
        make_sheet(team, team.roster[:7], Situation(True, 2))


# -- books and injuries -----------------------------------------------------------------------------------
def test_points_lines_are_forecasts_of_regular_players(read: Read) -> None:
    lines = read("odds/player_points_lines_*.parquet")
    assert (lines.line % 1 == 0.5).all()
    assert lines.book.nunique() == 4
    for price in ("over_price", "under_price"):
        assert (lines[price].abs() >= 100).all()
        assert (lines[price] % 1 == 0).all()
    early = lines.snapshot_at < lines.commence_time
    assert 0 < (~early).mean() < 0.15
    lines = lines[early].sort_values("snapshot_at", kind="stable")
    assert lines.groupby("event_id").snapshot_at.nunique().min() >= 4
    last = lines.groupby(["game_date", "player"], as_index=False).line.last()
    box = read("leaguegamelog/players_*.parquet")
    box["player"], box["game_date"] = box.PLAYER_NAME.map(plain), box.GAME_DATE
    joined = last.merge(box, on=["game_date", "player"], how="left")
    played_dates = joined[joined.game_date.isin(box.game_date)]
    assert played_dates.PTS.notna().mean() > 0.9
    graded = joined.dropna(subset=["PTS"])
    assert abs((graded.PTS - graded.line).mean()) < 1.0
    assert np.corrcoef(graded.line, graded.PTS)[0, 1] > 0.5
    minutes = graded.groupby("player").MIN.agg(["mean", "size"]).query("size >= 5")["mean"]
    assert minutes.min() > 12


def test_closing_lines_name_every_game_once(read: Read) -> None:
    closing, games = read("odds/game_closing_lines.parquet"), read("schedule/games_*.parquet")
    names = {f.tricode: f.odds_name for f in FRANCHISES}
    keys = zip(
        games.home_team_tricode.map(names), games.away_team_tricode.map(names), games.tipoff_utc, strict=True
    )
    assert set(keys) == set(zip(closing.home_team, closing.away_team, closing.commence_time, strict=True))
    assert closing.event_id.is_unique
    favourite = closing.home_ml < closing.away_ml
    assert (closing.spread_point[favourite] <= 0).all()
    assert closing.total_point.between(190, 270).all()


def test_who_is_out_before_tip_off_does_not_play(read: Read) -> None:
    reports, box = read("injuries/injury_snapshots_*.parquet"), read("leaguegamelog/players_*.parquet")
    captured = pd.to_datetime(reports.snapshot_at, utc=True).dt.tz_convert("America/New_York")
    out = (reports.Status == "Out") | reports.Details.str.startswith("Out").fillna(False).astype(bool)
    listed = set(zip(captured[out].dt.strftime("%Y-%m-%d"), reports.Player[out], strict=True))
    assert len(listed) > 20
    assert listed.isdisjoint(zip(box.GAME_DATE, box.PLAYER_NAME, strict=True))
    assert {"Out", "Questionable", "Probable"} <= set(reports.Status.dropna())
    assert reports.Details.notna().any()
    assert (reports.Details.notna() != reports.Status.notna()).all()


def test_names_are_unique_and_some_have_accents_and_suffixes() -> None:
    names = [p.name for t in build_league(3, 30).teams for p in t.roster]
    assert len({plain(n) for n in names}) == len(names) == 390
    assert any(n.endswith(("Jr.", "II", "III", "IV")) for n in names)
    assert any(plain(n) != n for n in names)


def test_calendar_can_be_given(tmp_path: Path) -> None:
    days = [dt.date(2024, 11, 1) + dt.timedelta(days=2 * n) for n in range(4)]
    made = simulate(tmp_path, seasons=1, teams=4, seed=1, season_dates=lambda season: days)
    assert made.tonight == days[-1]
    assert made.games_played >= 3
