import io
import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.reports.coverage.cells import percent
from nba_assets.reports.coverage.picture import coverage_picture
from nba_assets.reports.coverage.status import (
    NAMES,
    STATUSES,
)
from nba_assets.schemas.catalog import TABLES
from nba_assets_tests.reports.ledgers import ledger, row


def test_an_empty_ledger_is_a_picture() -> None:
    assert Image.open(io.BytesIO(coverage_picture(ledger()))).size[0] == 900


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100.0 %"), (0.9999, "99.9 %"), (0.29, "29.0 %"), (None, "")]
)
def test_what_is_not_complete_is_not_called_so(share: float | None, words: str) -> None:
    assert percent(share) == words


def _picture_ledger() -> pd.DataFrame:
    days = [day.isoformat() for day in finished_seasons().season("2023-24")]
    failed = {days[40]: "FAIL"}
    return ledger(
        *(row(day, table, status=failed.get(day, "PASS")) for day in days for table in list(TABLES)[:5])
    )


@pytest.mark.parametrize("table", [None, "raw_schedule"])
def test_a_picture_is_small_the_same_twice_and_shows_a_single_failed_date(table: str | None) -> None:
    rows = _picture_ledger()
    picture = coverage_picture(rows, table)
    assert picture == coverage_picture(rows.copy(), table)
    assert len(picture) < 100_000
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))
    red = np.round(np.array(to_rgb(STATUSES[0].colour)) * 255)
    above_legend = pixels[: int(pixels.shape[0] * 0.7)]
    assert (np.abs(above_legend - red).max(axis=2) <= 2).sum() > 15


def test_a_picture_of_a_table_nobody_has_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        coverage_picture(ledger(row("2023-12-04")), "nobody")


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
