from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nba_assets.calendar.partitions import contiguous_ranges

UNIVERSE = [f"k{n:02}" for n in range(30)]


@given(st.sets(st.sampled_from(UNIVERSE)))
def test_contiguous_ranges_cover_the_keys_exactly_and_never_touch(keys: set[str]) -> None:
    ranges = contiguous_ranges(keys, UNIVERSE)
    places = [(UNIVERSE.index(first), UNIVERSE.index(last)) for first, last in ranges]
    covered = [UNIVERSE[n] for first, last in places for n in range(first, last + 1)]
    assert covered == sorted(keys)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(places))


def test_contiguous_ranges_step_over_days_that_are_no_partitions() -> None:
    universe = ["2024-12-22", "2024-12-23", "2024-12-25", "2024-12-26"]
    assert contiguous_ranges(universe[1:], universe) == [("2024-12-23", "2024-12-26")]
    assert contiguous_ranges([], universe) == []
