"""The newest games behind a window of which only the dates count."""

import pandas as pd

from nba_assets.domain.declarations.newest_games import newest_games
from nba_assets.domain.declarations.sources import Games, Past


def test_a_window_of_dates_lists_each_date_of_the_league_once() -> None:
    days = pd.to_datetime(["2024-11-01", "2024-11-03", "2024-11-03", "2024-11-02", "2023-11-20"])
    seasons = ["2024-25"] * 4 + ["2023-24"]
    history = {"raw_schedule": pd.DataFrame({"game_date": days, "season": seasons})}
    tonight = pd.DataFrame({"game_date": [pd.Timestamp("2024-11-04")] * 2, "season": ["2024-25"] * 2})
    season = Past(Games("raw_schedule", ("season",), days=365, daily=True))
    found = newest_games([season], history, tonight, 2)
    assert found.to_dict("records") == [
        {"season": "2024-25", "game_date": pd.Timestamp("2024-11-03")},
        {"season": "2024-25", "game_date": pd.Timestamp("2024-11-02")},
    ]
