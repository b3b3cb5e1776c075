import datetime as dt

from nba_assets.automation.lake_digest import LakeDigest

DATES = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(40)]
BEFORE = LakeDigest({date: n * 7 + 1 for n, date in enumerate(DATES)})


def _changed(*changes: tuple[dt.date, int]) -> LakeDigest:
    return LakeDigest(dict(sorted({**BEFORE.hashes, **dict(changes)}.items())))


def test_the_same_lake_has_the_same_cursor_and_no_change() -> None:
    assert _changed().cursor == BEFORE.cursor
    assert _changed().first_change(BEFORE.cursor) == dt.date.max


def test_the_first_of_the_recent_dates_that_changed_is_named() -> None:
    assert _changed((DATES[30], 0), (DATES[35], 0)).first_change(BEFORE.cursor) == DATES[30]


def test_a_change_long_ago_may_concern_every_date() -> None:
    assert _changed((DATES[3], 0)).first_change(BEFORE.cursor) == dt.date.min


def test_days_go_by_without_a_change_of_the_past() -> None:
    tomorrow = DATES[-1] + dt.timedelta(days=1)
    later = _changed((tomorrow, 5), (tomorrow + dt.timedelta(days=30), 6))
    assert later.first_change(BEFORE.cursor) == tomorrow
    assert later.first_change(later.cursor) == dt.date.max


def test_a_date_that_is_gone_has_changed() -> None:
    left = LakeDigest({date: value for date, value in BEFORE.hashes.items() if date != DATES[32]})
    assert left.first_change(BEFORE.cursor) == DATES[32]


def test_the_first_partition_of_an_empty_lake_is_a_change() -> None:
    assert BEFORE.first_change(LakeDigest({}).cursor) == DATES[0]
