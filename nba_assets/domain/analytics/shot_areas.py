"""The area of the floor that a shot's coordinates lie in, for feeds that do not name it.

In feet from the basket, whose centre is 5.25 ft from the baseline: the restricted area is an arc of 4
ft, the lane 16 ft wide and 19 ft deep, the corner ends 14 ft from the baseline. Of the 218,701 charted
shots of 2023-24 99.99 % get the zone they are charted with (Backcourt counted as above the break). Whether
a shot is a two or a three is what the feed scored, never what the coordinates suggest.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.domain.analytics.shot_zones import CORNER_DEPTH_FEET

RESTRICTED_RADIUS_FEET: Final = 4.0
LANE_HALF_WIDTH_FEET: Final = 8.0
# 19 ft from the baseline, in the tenths of a foot that coordinates are rounded to.
LANE_DEPTH_FEET: Final = 13.8
_TEXT = pd.StringDtype("pyarrow")


def areas_of_shots(x: pd.Series, y: pd.Series, is_three: pd.Series) -> pd.Series:
    """Name the area of each shot as the NBA does; NULL without coordinates.

    In: feet from the basket on one index (x negative on the left as seen from behind the shooter), whether
    the feed scored it as a three. Out: text on that index.
    """
    three = is_three.astype("bool")
    inside = np.hypot(x, y) < RESTRICTED_RADIUS_FEET
    lane = x.abs().le(LANE_HALF_WIDTH_FEET) & y.le(LANE_DEPTH_FEET)
    corner = three & y.le(CORNER_DEPTH_FEET)
    names = np.select(
        [corner & x.lt(0), corner, three, inside, lane],
        ["Left Corner 3", "Right Corner 3", "Above the Break 3", "Restricted Area", "In The Paint (Non-RA)"],
        "Mid-Range",
    )
    known = x.notna() & y.notna()
    return pd.Series(names, x.index, dtype=_TEXT).where(known)
