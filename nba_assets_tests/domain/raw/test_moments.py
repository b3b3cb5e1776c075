"""Moments as publishers write them: one meaning is read, of several the latest counts for a capture."""

import pandas as pd
import pytest

from nba_assets.domain.raw.moments import (
    is_wall_clock,
    is_zoned_clock,
    read_captures,
    read_moments,
    wall_clock_days,
)

SUMMER, WINTER = "10/21/25 05:30 PM", "01/21/25 05:30 PM"


def utc(read, text: object) -> str | None:
    (moment,) = read(pd.Series([text], dtype="object"))
    return None if moment is pd.NaT else f"{moment:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{WINTER} EST", "2025-01-21 22:30"),
        (f"{SUMMER} ET", "2025-10-21 21:30"),
        (f"{SUMMER} EDT", "2025-10-21 21:30"),
        ("10/21/2025 5:30 AM CT", "2025-10-21 10:30"),
        ("2025-10-21 17:30:00 PT", "2025-10-22 00:30"),
        ("Oct 21, 2025 5:30 p.m. (ET)", "2025-10-21 21:30"),
        ("2025-10-21 17:30 UTC", "2025-10-21 17:30"),
        ("2025-10-21T17:30:00-04:00", "2025-10-21 21:30"),
        (1761067800, "2025-10-21 17:30"),
    ],
)
def test_a_moment_of_one_meaning_is_read(text: object, wanted: str) -> None:
    assert (utc(read_moments, text), utc(read_captures, text)) == (wanted, wanted)


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        (f"{SUMMER} EST", "2025-10-21 22:30"),  # as written, or the clock of the East
        (f"{WINTER} EDT", "2025-01-21 22:30"),
        (SUMMER, "2025-10-22 00:30"),
        ("2025-10-21 05:30 PM", "2025-10-22 00:30"),
        ("20251021_173000", "2025-10-22 00:30"),
    ],
)
def test_of_several_meanings_a_capture_has_the_latest_and_a_tipoff_none(text: str, latest: str) -> None:
    assert (utc(read_moments, text), utc(read_captures, text)) == (None, latest)


@pytest.mark.parametrize("text", ["soon", f"{SUMMER} XST", "13/45/25 05:30 PM ET", "25:61 ET", None])
def test_what_is_no_moment_is_none(text: str | None) -> None:
    assert (utc(read_moments, text), utc(read_captures, text)) == (None, None)


def test_which_clocks_name_a_zone() -> None:
    clocks = pd.Series([SUMMER, f"{SUMMER} ET", "20251021_173000", "2025-10-21T17:30:00Z", None])
    assert is_wall_clock(clocks).tolist() == [True, False, True, False, False]
    assert is_zoned_clock(clocks).tolist() == [False, True, False, False, False]
    days = wall_clock_days(clocks)
    assert days.dropna().eq("2025-10-21").all() and days.notna().tolist() == is_wall_clock(clocks).tolist()
