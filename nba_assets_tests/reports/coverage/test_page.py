import io
import itertools
import json
import re
import time

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from nba_assets.calendar.partitions import (
    known_seasons,
    season_dates,
)
from nba_assets.reports.coverage.figure import percent
from nba_assets.reports.coverage.page import coverage_page
from nba_assets.reports.coverage.picture import coverage_picture
from nba_assets.reports.coverage.status import (
    NAMES,
    STATUSES,
    discrete_scale,
)
from nba_assets.schemas.catalog import TABLES
from nba_assets_tests.reports.ledgers import ORDER, ledger, row

EVIL = "<b>\"x\" & 'y'</b></script><script>alert(1)</script>"


def _history(metrics: int = 4) -> pd.DataFrame:
    """Every game date of the committed calendar, 24 tables, a tenth of the rows failed without a pattern."""
    random = np.random.default_rng(5)
    dates = pd.to_datetime([day for season in known_seasons() for day in season_dates(season)])
    index = pd.MultiIndex.from_product(
        [dates, [f"table_{n:02d}" for n in range(24)], [f"m{n}" for n in range(metrics)]]
    )
    rows = index.to_frame(index=False, name=["game_date", "table", "metric"])
    status = random.choice(["PASS", "WARN", "FAIL"], len(rows), p=[0.8, 0.1, 0.1])
    failed = pd.Series(status).eq("FAIL").to_numpy()
    rows = rows.assign(expected=300.0, actual=random.integers(0, 300, len(rows)).astype(float), status=status)
    keys = "|".join(f"0022300{n:03d}/{n}" for n in range(20))
    return rows.assign(
        share=rows["actual"] / 300,
        cause_table=pd.Series(rows["table"]).where(failed),
        cause=pd.Series("not run yet: " + rows["actual"].astype(str)).where(failed),
        missing_keys=pd.Series(keys, index=rows.index).where(failed),
        heal=pd.Series("nba-assets run " + rows["game_date"].dt.strftime("%Y-%m-%d")).where(failed),
        override_reason=pd.NA,
        healed_at=pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns, UTC]"),
    )


def _payload(page: str) -> dict[str, dict[str, object]]:
    found = re.search(r'<script type="application/json" id="ledger">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_five_seasons_fit_on_a_page_that_is_soon_there() -> None:
    rows = _history()
    assert len(rows) > 95_000
    start = time.process_time()
    page = coverage_page(rows, {f"table_{n:02d}": n for n in range(24)})
    assert time.process_time() - start < 10
    assert len(page.encode()) < 12_000_000
    assert list(_payload(page)["seasons"]) == list(known_seasons())


def test_every_text_of_the_ledger_is_escaped() -> None:
    told = {"cause_table": EVIL, "cause": EVIL, "missing_keys": EVIL, "heal": EVIL}
    rows = ledger(
        row("2023-12-04", EVIL, EVIL, status="FAIL", **told),
        row("2023-12-05", EVIL, EVIL, status="OVERRIDDEN", override_reason=EVIL),
        row("2023-12-06", EVIL, EVIL, healed_at="2024-01-01T00:00:00Z", cause=EVIL),
    )
    page = coverage_page(rows, {EVIL: 0})
    markup = page.split("<main>")[1].split("</main>")[0]
    assert "<b>" not in re.sub(r'<div class="tile"><b>|</i><b>', "", markup)
    assert "alert(1)</script>" not in page
    season = _payload(page)["seasons"]["2023-24"]
    assert season["texts"] == [f"{EVIL}: {EVIL}", EVIL, "2024-01-01 00:00 UTC"]  # type: ignore[index]


def test_nothing_is_fetched() -> None:
    page = coverage_page(ledger(row("2023-12-04")), ORDER)
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)


def test_a_page_is_the_same_twice() -> None:
    rows = ledger(row("2023-12-04"), row("2023-12-05", status="FAIL", cause="why"))
    assert coverage_page(rows, ORDER) == coverage_page(rows.copy(), dict(ORDER))


def test_the_headline_counts_cells() -> None:
    rows = ledger(
        row("2023-12-04"), row("2023-12-04", metric="minutes", status="FAIL", cause="x"),
        row("2023-12-05"), row("2023-12-06", status="OVERRIDDEN"),
        row("2023-12-07", status="BLOCKED", cause="x"),
        row("2023-12-08", healed_at="2024-01-01T00:00:00Z"),
    )  # fmt: skip
    tiles = re.findall(r'<div class="tile"><b>(.*?)</b><span>(.*?)</span>', coverage_page(rows, ORDER))
    assert tiles == [
        ("5", "game dates"), ("1", "tables"), ("40.0 %", "complete, or proven empty"),
        ("2", "open gaps, 1 cause"), ("1", "let through by hand"), ("1", "healed"),
    ]  # fmt: skip


def test_an_empty_ledger_is_a_page_and_a_picture() -> None:
    page = coverage_page(ledger(), ORDER)
    assert "The ledger is empty" in page
    assert len(page) < 20_000
    assert Image.open(io.BytesIO(coverage_picture(ledger()))).size[0] == 900


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100.0 %"), (0.9999, "99.9 %"), (0.29, "29.0 %"), (None, "")]
)
def test_what_is_not_complete_is_not_called_so(share: float | None, words: str) -> None:
    assert percent(share) == words


def _picture_ledger() -> pd.DataFrame:
    days = [day.isoformat() for day in season_dates("2023-24")]
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


def test_each_status_has_one_flat_step_of_the_scale() -> None:
    scale = discrete_scale()
    for code, status in enumerate(STATUSES):
        where = code / (len(STATUSES) - 1)  # as plotly places it, between zmin and zmax
        step = next(
            (low, high)
            for low, high in itertools.pairwise(scale)
            if low[0] < high[0] and low[0] <= where <= high[0] + 1e-12
        )
        assert {step[0][1], step[1][1]} == {status.colour}
