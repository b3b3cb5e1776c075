import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nba_assets.reports.coverage.status import (
    NAMES,
    STATUSES,
)

# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritanopia": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}


def _lab(colour: str, seen: np.ndarray) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(
        seen @ linear, 0, 1
    )
    f = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", VISION.values(), ids=list(VISION))
def test_statuses_stay_apart_for_every_kind_of_colour_vision(seen: np.ndarray) -> None:
    labs = {status.name: _lab(status.colour, seen) for status in STATUSES}
    close = {
        (a, b): round(float(np.linalg.norm(labs[a] - labs[b])), 1)
        for a, b in itertools.combinations(NAMES, 2)
        if np.linalg.norm(labs[a] - labs[b]) < 15
    }
    assert close == {}
