import json

import pandas as pd
import pytest

from nba_assets.sources.wire.schedule import parse_schedule
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.sources.wire import miniatures as mini


def parse(*games: dict) -> object:
    document = {"leagueSchedule": {"gameDates": [{"games": list(games)}]}}
    return parse_schedule(mini.body(document), file="f")


def stated_records(document: dict) -> pd.DataFrame:
    """Wins and losses of each team after each final game of the regular season, as the document says."""
    records = [
        (game["gameId"], game[side]["teamTricode"], game[side]["wins"], game[side]["losses"])
        for date in document["leagueSchedule"]["gameDates"]
        for game in date["games"]
        for side in ("homeTeam", "awayTeam")
        if game["gameId"].startswith("002") and game["gameStatus"] == 3
    ]
    return pd.DataFrame(records, columns=["game_id", "team", "wins", "losses"])


def records_from_scores(schedule: pd.DataFrame) -> pd.DataFrame:
    """The same, counted from the scores of raw_schedule."""
    final = schedule.loc[schedule["status"].eq("final") & schedule["season_type"].eq("Regular Season")]
    home_won = final["home_score"] > final["away_score"]
    sides = pd.concat(
        [
            final[["game_date", "game_id"]].assign(team=final["home_team"], won=home_won),
            final[["game_date", "game_id"]].assign(team=final["away_team"], won=~home_won),
        ]
    ).sort_values(["game_date", "game_id", "team"], kind="stable", ignore_index=True)
    by_team = sides["won"].astype("int64").groupby(sides["team"])
    wins = by_team.cumsum()
    return sides[["game_id", "team"]].assign(wins=wins, losses=by_team.cumcount() + 1 - wins)


def test_2024_25_has_its_games(schedule_2024):
    counts = schedule_2024["season_type"].value_counts().to_dict()
    assert counts == {"Regular Season": 1230, "Playoffs": 84, "PlayIn": 6, "Cup": 1}
    assert schedule_2024["status"].eq("final").all()
    regular = schedule_2024.loc[schedule_2024["season_type"].eq("Regular Season")]
    assert regular["game_date"].nunique() == 163
    neutral = sorted(regular.loc[regular["is_neutral"].astype(bool), "game_id"])
    assert neutral == ["0022400147", "0022400621", "0022400633", "0022401229", "0022401230"]


def test_every_record_of_2024_25_agrees_with_the_scores(wire, schedule_2024):
    name = "stats.nba.com/scheduleleaguev2int_2024-25.json.gz"
    stated = stated_records(json.loads(wire(name)))
    both = stated.merge(records_from_scores(schedule_2024), on=["game_id", "team"], validate="1:1")
    assert len(stated) == len(both) == 2460
    assert both["wins_x"].eq(both["wins_y"]).all() and both["losses_x"].eq(both["losses_y"]).all()


def test_2024_25_equals_the_archives_schedule(archive_dir, schedule_2024):
    rows = pd.read_parquet(archive_dir / "schedule" / "games_2020-21_to_2024-25.parquet")
    both = rows.loc[rows["season"].eq("2024-25")].merge(
        schedule_2024, on="game_id", suffixes=("_archive", "")
    )
    assert len(both) == 1320
    assert (both["home_team_tricode"] == both["home_team"]).all()
    assert (pd.to_datetime(both["game_date_archive"]) == both["game_date"]).all()
    assert (pd.to_datetime(both["tipoff_utc_archive"], utc=True) == both["tipoff_utc"]).all()


def test_exhibitions_are_counted(wire):
    name = "cdn.nba.com/scheduleLeagueV2_2025-26_preseason.json"
    parsed = parse_schedule(wire(name), file=name)
    assert parsed.rows.empty and parsed.notes == {"preseason": 13} and not parsed.problems


def test_a_late_game_belongs_to_its_eastern_date():
    late = mini.game_node() | {"gameDateTimeUTC": "2024-10-23T02:30:00Z"}
    rows = parse(late).rows
    assert rows["game_date"].tolist() == [pd.Timestamp("2024-10-22")]
    assert rows["tipoff_utc"].tolist() == [pd.Timestamp("2024-10-23T02:30Z")]


def test_an_eastern_time_taken_for_utc_is_a_problem():
    parsed = parse(mini.game_node() | {"gameDateTimeUTC": "2024-10-22T03:30:00Z"})
    assert parsed.rows.empty and "US Eastern date" in parsed.problems[0].reason


@pytest.mark.parametrize("change", [{"gameStatusText": "PPD"}, {"postponedStatus": "Y"}])
def test_a_postponed_game_is_neither_final_nor_scheduled(change):
    rows = parse(mini.game_node() | change).rows
    assert rows["status"].tolist() == ["postponed"] and rows["is_postponed"].all()
    assert rows["home_score"].isna().all()


def test_a_postponed_game_may_be_duplicated_a_played_one_not():
    again = mini.game_node() | {
        "gameDateEst": "2024-10-25T00:00:00Z",
        "gameDateTimeUTC": "2024-10-25T23:30:00Z",
    }
    assert parse(mini.game_node() | {"gameStatusText": "PPD"}, again).rows["status"].tolist() == [
        "postponed",
        "final",
    ]
    parsed = parse(mini.game_node(), again)
    assert parsed.rows.empty
    assert [problem.reason for problem in parsed.problems] == ["the game is duplicated"]


def test_no_tipoff_is_made_up_before_it_is_set():
    later = {"gameStatus": 1, "gameStatusText": "TBD", "gameDateTimeUTC": "2024-10-22T04:00:00Z"}
    assert parse(mini.game_node() | later).rows["tipoff_utc"].isna().all()


def test_games_without_teams_are_counted():
    unknown_player = {"teamId": 0, "teamTricode": None}
    unknown = mini.game_node() | {"gameId": "0042400401", "gameStatus": 1, "homeTeam": unknown_player}
    assert parse(unknown).notes == {"teams_not_known_yet": 1}


def test_an_empty_season_is_refused():
    with pytest.raises(BadInput, match="an empty list where a season's games were due"):
        parse()


def test_one_bad_game_leaves_the_others():
    bad = mini.game_node() | {"gameId": "0022400009", "homeTeam": {"teamId": 5}}
    parsed = parse(bad, mini.game_node())
    assert parsed.rows["game_id"].tolist() == [mini.GAME]
    assert [problem.game for problem in parsed.problems] == ["0022400009"]
