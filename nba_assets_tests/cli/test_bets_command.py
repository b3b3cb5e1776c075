"""The table of returns says what bets earned at their prices, and refuses what it cannot show."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from nba_assets.cli.models.bets import print_bets
from nba_assets.settings import Settings
from nba_assets_tests.publish import small_lake


def test_returns_are_shown_by_system_and_book(tmp_path: Path) -> None:
    small_lake.make(tmp_path)
    settings = Settings(lake=str(tmp_path))
    console = Console(file=io.StringIO(), width=200)
    print_bets(console, settings, ["edge_band", "book", "season"], ["hand_rules"])
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "draftkings" in shown and "2024-25" in shown and "52.4%" in shown
    assert "0.0% [0.0%, 0.0%]" in shown and "-1.000 [-1.000, -1.000]" in shown  # every bet of it was lost
    assert "points_quantile" not in shown
    with pytest.raises(ValueError, match="not grouped by weather"):
        print_bets(console, settings, ["weather"], [])
    with pytest.raises(ValueError, match="holds no bet"):
        print_bets(console, settings, [], ["nobody"])
