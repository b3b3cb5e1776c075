import datetime as dt

from nba_assets.sources.fetch.odds_plan import CAPTURES, captures_per_game, is_due

TIPOFF = dt.datetime(2026, 11, 29, 0, tzinfo=dt.UTC)


def before(minutes: float) -> dt.datetime:
    return TIPOFF - dt.timedelta(minutes=minutes)


def test_the_budget_of_a_month_is_shared_by_the_games_to_come() -> None:
    assert captures_per_game(20_000, 230, 4) == len(CAPTURES)
    assert captures_per_game(3_000, 230, 4) == 3
    assert captures_per_game(500, 230, 4) == 1, "the closing line, until the credits are spent"
    assert captures_per_game(500, 0, 4) == len(CAPTURES)


def test_the_closing_line_comes_first_then_what_the_first_predictions_see() -> None:
    assert [is_due(TIPOFF, before(m), [], captures=1) for m in (600, 6, 5, 1, 0)] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert is_due(TIPOFF, before(119), [], captures=2)
    assert not is_due(TIPOFF, before(100), [before(119)], captures=2)
    assert is_due(TIPOFF, before(4), [before(119)], captures=2)


def test_a_capture_that_was_missed_is_taken_late_and_once() -> None:
    assert is_due(TIPOFF, before(33), [before(600)], captures=3)
    assert not is_due(TIPOFF, before(31), [before(33)], captures=3)
    assert is_due(TIPOFF, before(29), [before(33)], captures=3)


def test_a_day_of_runs_every_five_minutes_spends_what_was_planned() -> None:
    captured: list[dt.datetime] = []
    for minutes in range(900, -60, -5):
        if is_due(TIPOFF, before(minutes), captured, captures=6):
            captured.append(before(minutes))
    assert captured == [before(m) for m in (600, 300, 120, 60, 30, 5)]
