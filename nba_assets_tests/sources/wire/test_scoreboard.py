import pytest

from nba_assets.sources.wire.scoreboard import parse_scoreboard

# Final, in play, scheduled, postponed: counted by eye in each of the 27 files.
EXPECTED = {
    "01-06-26_8p": (8, 0, 0, 0), "01-07-26_9a": (6, 0, 0, 0), "01-08-26_8p": (12, 0, 0, 0),
    "01-09-26_11a": (3, 0, 0, 1), "01-10-26_4p": (1, 0, 5, 0), "01-12-26_10a": (10, 0, 0, 0),
    "01-13-26_6p": (0, 6, 0, 0), "01-14-26_11p": (4, 3, 0, 0), "01-14-26_9a": (7, 0, 0, 0),
    "01-15-26_645p": (1, 0, 8, 0), "01-15-26_8p": (1, 3, 5, 0), "01-17-26_1145p": (8, 1, 0, 0),
    "01-17-26_1a": (9, 0, 0, 0), "01-17-26_5p": (1, 6, 2, 0), "01-17-26_7p": (1, 6, 2, 0),
    "01-17-26_9p": (1, 6, 2, 0), "01-23-26_11p": (6, 2, 0, 0), "01-23-26_7p": (0, 6, 2, 0),
    "01-23-26_8p": (0, 6, 2, 0), "01-24-26_4p": (1, 1, 4, 0), "01-30-26_7p": (0, 0, 9, 0),
    "02-05-26_10p": (8, 0, 0, 0), "02-06-26_10a": (8, 0, 0, 0), "02-07-26_10a": (6, 0, 0, 0),
    "02-08-26_10a": (10, 0, 0, 0), "02-11-26_1a": (4, 0, 0, 0), "02-11-26_9a": (4, 0, 0, 0),
}  # fmt: skip


def test_every_scoreboard_of_the_archive_is_expected(wire_dir):
    found = {
        path.stem.removeprefix("todaysScoreboard_00_")
        for path in (wire_dir / "cdn.nba.com/scoreboards").iterdir()
    }
    assert found == set(EXPECTED) and len(found) == 27


@pytest.mark.parametrize("moment", EXPECTED)
def test_scoreboard_states(wire, moment):
    name = f"cdn.nba.com/scoreboards/todaysScoreboard_00_{moment}.json"
    board = parse_scoreboard(wire(name), file=name)
    status = board.rows["status"].value_counts()
    scheduled = int(status.get("scheduled", 0)) - len(board.in_play)
    counts = (int(status.get("final", 0)), len(board.in_play), scheduled, int(status.get("postponed", 0)))
    assert counts == EXPECTED[moment] and not board.problems
    assert board.rows["game_date"].eq(board.game_date).all()
    assert board.rows["home_score"].notna().eq(board.rows["status"].eq("final")).all()


def test_final_in_words_at_status_2_is_not_final(wire):
    board = parse_scoreboard(wire("cdn.nba.com/scoreboards/todaysScoreboard_00_01-13-26_6p.json"), file="f")
    assert len(board.in_play) == 6 and not board.rows["status"].eq("final").any()


def test_a_date_without_games_is_legal():
    board = parse_scoreboard(b'{"scoreboard": {"gameDate": "2026-02-14", "games": []}}', file="f")
    assert board.rows.empty and board.in_play == ()
