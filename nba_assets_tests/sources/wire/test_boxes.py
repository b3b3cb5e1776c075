import pandas as pd
import pytest

from nba_assets.domain.raw import box_scores
from nba_assets.sources.wire.boxes.live_box import (
    parse_live_box,
    parse_live_roster,
)
from nba_assets.sources.wire.boxes.stats_boxes import parse_player_log
from nba_assets.tabular.problems import BadInput

COUNTS = [name.lower() for name in box_scores.COUNTS]


def test_game_log_of_a_date_equals_the_archive(archive_dir, wire, schedule_2024):
    name = "stats.nba.com/leaguegamelog_players_2025-03-15.json"
    due = schedule_2024.loc[schedule_2024["game_date"].eq("2025-03-15"), "game_id"].tolist()
    parsed = parse_player_log(wire(name), schedule_2024, file=name, due=due)
    assert len(parsed.rows) == 157 and not parsed.problems and not parsed.notes
    rows = pd.read_parquet(archive_dir / "leaguegamelog" / "players_2024-25_regular.parquet")
    rows = rows.rename(columns=str.lower).query("game_date == '2025-03-15'")
    both = parsed.rows.merge(rows, on=["game_id", "player_id"], suffixes=("", "_log"))
    assert len(both) == len(rows) == 157
    for name in [*COUNTS, "plus_minus"]:
        assert (both[name] == both[f"{name}_log"]).all(), name


@pytest.mark.parametrize(("game", "players", "inactive"), [("775", 21, 9), ("776", 25, 10), ("777", 20, 7)])
def test_live_box_at_the_end(wire, slate, game, players, inactive):
    name = f"cdn.nba.com/boxscores_final/22500{game}-07_box_Complete.json"
    box = parse_live_box(wire(name), slate, file=name, game_id=f"0022500{game}")
    assert len(box.players) == players and box.teams["minutes"].eq(240).all()
    assert box.players["start_position"].notna().sum() == box.roster["is_starter"].sum() == 10
    assert box.roster["status"].eq("INACTIVE").sum() == inactive


def test_live_box_before_the_game_has_starters_and_reasons_and_no_lines(wire, slate):
    name = "cdn.nba.com/2026-02-11_pregame/boxscore_0022500776-01_pregame.json"
    roster = parse_live_roster(wire(name), file=name, game_id="0022500776")
    assert roster.groupby("team")["is_starter"].sum().to_dict() == {"CLE": 5, "WAS": 5}
    reasons = roster.set_index("player_name")["reason"]
    assert reasons["Trae Young"] == "INACTIVE_INJURY - Right Knee; MCL Sprain; Quad Contusion"
    assert reasons["D'Angelo Russell"] == "INACTIVE_NOT_WITH_TEAM"
    with pytest.raises(BadInput, match="not final"):
        parse_live_box(wire(name), slate, file=name, game_id="0022500776")
