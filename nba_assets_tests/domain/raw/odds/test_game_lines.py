import pandas as pd
import pytest

from nba_assets.domain.raw.odds.game_lines import (
    RAW_GAME_LINE_COLUMNS,
    game_lines_as_of,
    game_lines_from_archive,
)
from nba_assets.domain.raw.odds.odds_prices import implied_probability
from nba_assets_tests.domain.market_frames import archive_appearances, archive_schedule, schedule_of

SCHEDULE = schedule_of(("0022400001", "2024-12-10", "ATL", "BOS", "2024-12-11T00:30:00Z"))
EVENT = {"event_id": "a", "home_team": "Atlanta Hawks", "away_team": "Boston Celtics",
         "commence_time": "2024-12-11T00:40:00Z", "home_ml": 180.0, "away_ml": -220.0,
         "home_spread_price": -110.0, "away_spread_price": -105.0, "spread_point": 5.5,
         "total_over_price": -112.0, "total_under_price": -108.0, "total_point": 230.0}  # fmt: skip


def land(*changes: dict, schedule: pd.DataFrame = SCHEDULE) -> tuple[pd.DataFrame, dict[str, int]]:
    lines, refused = game_lines_from_archive(pd.DataFrame([EVENT | change for change in changes]), schedule)
    events = refused.loc[refused["market"].isna(), "count"].sum()
    markets = refused.loc[refused["market"].notna(), "count"].sum()
    assert len(lines) + markets == 3 * (len(changes) - events)
    assert list(lines.columns) == RAW_GAME_LINE_COLUMNS
    return lines, refused.groupby("reason")["count"].sum().to_dict()


def test_three_markets_of_a_late_game():
    lines, refused = land({})
    assert refused == {} and lines["market"].tolist() == ["moneyline", "spread", "total"]
    assert lines["home_price"].tolist() == [180.0, -110.0, -112.0]
    assert lines["away_price"].tolist() == [-220.0, -105.0, -108.0]
    assert lines["captured_at"].isna().all() and set(lines["book"]) == {"closing"}


def test_implied_totals_sum_to_the_total_and_differ_by_the_spread():
    out = game_lines_as_of(land({})[0], SCHEDULE).iloc[0]
    assert (out["spread"], out["game_total"]) == (5.5, 230.0)
    assert (out["home_implied_total"], out["away_implied_total"]) == (112.25, 117.75)


def test_a_missing_total_stays_null():
    lines, refused = land({"total_point": None, "total_over_price": None, "total_under_price": None})
    assert refused == {"market_not_quoted": 1}
    out = game_lines_as_of(lines, SCHEDULE).iloc[0]
    assert (
        out["spread"] == 5.5 and out[["game_total", "home_implied_total", "away_implied_total"]].isna().all()
    )


def test_a_number_that_is_none_costs_its_market():
    event = pd.DataFrame([EVENT | {"spread_point": "PK", "total_over_price": "n/a"}])
    lines, counts = game_lines_from_archive(event, SCHEDULE)
    assert lines["market"].tolist() == ["moneyline", "total"]
    assert lines["home_price"].isna().tolist() == [False, True] and lines["point"].iloc[1] == 230.0
    without = counts[counts["remark"].eq("kept without it: it cannot be read")]
    assert without[["field", "value", "count"]].to_numpy().tolist() == [["spread_point", "PK", 1]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"commence_time": "2024-12-12T00:40:00Z"}, "no_such_game_on_date"),
        ({"commence_time": "2024-12-11T00:41:00Z"}, "in_play_commence_time"),
        ({"commence_time": "2024-12-11T00:40:42Z"}, "in_play_commence_time"),
        ({"spread_point": -7.5}, "moneyline_contradicts_spread"),
        ({"home_ml": -416.0, "away_ml": -702.0}, "moneyline_contradicts_spread"),
        ({"home_ml": 3000.0, "away_ml": -20000.0, "spread_point": 25.0}, "in_play_prices"),
        ({"home_team": "Boston Celtics", "away_team": "Atlanta Hawks"}, "home_and_away_swapped"),
    ],
)
def test_refused_by_name(change, reason):
    assert land(change)[1] == {reason: 1}


def test_a_neutral_site_may_be_named_the_other_way_round():
    neutral = SCHEDULE.assign(is_neutral=pd.Series([True], dtype="boolean"))
    prices = {"home_ml": -220.0, "away_ml": 180.0, "home_spread_price": -105.0, "away_spread_price": -110.0}
    turned = prices | {"home_team": "Boston Celtics", "away_team": "Atlanta Hawks", "spread_point": -5.5}
    pd.testing.assert_frame_equal(land(turned, schedule=neutral)[0], land({})[0])


def test_of_two_events_the_placeholder_goes():
    lines, refused = land({"event_id": "b", "commence_time": "2024-12-10T23:30:00Z", "spread_point": 4.5}, {})
    assert refused == {"superseded_event": 1} and 5.5 in lines["point"].tolist()


def test_captured_lines_count_until_tipoff_and_closing_wins():
    closing, _ = land({})
    spread = closing.loc[closing["market"] == "spread"]
    moments = pd.to_datetime(
        pd.Series(["2024-12-10T20:00Z", "2024-12-11T00:20Z", "2024-12-11T00:25Z", "2024-12-11T00:30Z"])
    )
    live = pd.concat([spread] * 4, ignore_index=True).assign(
        captured_at=moments.astype("datetime64[ns, UTC]"),
        book=["a", "a", "b", "b"],
        point=[1.0, 2.0, 4.0, 20.0],
    )
    assert game_lines_as_of(live, SCHEDULE)["spread"].tolist() == [3.0]
    assert game_lines_as_of(pd.concat([live, spread]), SCHEDULE)["spread"].tolist() == [5.5]
    nameless = spread.assign(book="bovada")
    assert game_lines_as_of(nameless, SCHEDULE).empty


def test_implied_probability():
    prices = pd.Series([-150.0, 150.0, 100.0, 25.0, None])
    assert implied_probability(prices).round(3).tolist()[:3] == [0.6, 0.4, 0.5]
    assert implied_probability(prices).isna().tolist() == [False, False, False, True, True]


def test_archive_closing_lines_behave_like_closing_lines(archive_dir):
    rows = pd.read_parquet(archive_dir / "odds" / "game_closing_lines.parquet")
    schedule = archive_schedule(archive_dir)
    lines, refused = game_lines_from_archive(rows, schedule)
    events = refused.loc[refused["market"].isna()].groupby("reason")["count"].sum()
    assert events.sum() + lines["game_id"].nunique() == len(rows)
    assert events["no_such_game_on_date"] == 107 and "home_and_away_swapped" not in events
    assert events.drop("no_such_game_on_date").sum() < 0.15 * len(rows)
    out = game_lines_as_of(lines, schedule)
    points = archive_appearances(archive_dir).groupby(["game_id", "team"])["pts"].sum().reset_index()
    games = out.merge(schedule, on="game_id")
    for side in ("home", "away"):
        named = points.rename(columns={"team": f"{side}_team", "pts": f"{side}_points"})
        games = games.merge(named, on=["game_id", f"{side}_team"])
    margin = games["home_points"] - games["away_points"]
    assert 0.40 < games["spread"].corr(-margin) < 0.50
    assert 12.0 < (margin + games["spread"]).std() < 14.0
    assert abs((margin + games["spread"]).mean()) < 1.0
    assert games["spread"].abs().max() < 25


@pytest.mark.parametrize("clock", ["20241210_193000", "20241211_003000"], ids=["Eastern", "UTC"])
def test_a_time_of_an_unknown_clock_means_the_one_game_of_its_day_or_the_day_before(clock: str):
    lines, refused = land({"commence_time": clock})
    assert refused == {} and set(lines["game_id"]) == {"0022400001"} and len(lines) == 3


def test_a_time_of_an_unknown_clock_that_fits_two_games_is_refused():
    twice = schedule_of(
        ("0022400001", "2024-12-10", "ATL", "BOS", None), ("0022400002", "2024-12-11", "ATL", "BOS", None)
    )
    assert land({"commence_time": "20241211_003000"}, schedule=twice)[1] == {"two_games_fit": 1}
