"""Who served when and why, and how what was served has fared against baselines and the line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nba_assets.modeling.bootstrap import DateBootstrap
from nba_assets.modeling.inputs import MARKET_LINE
from nba_assets.modeling.promotion.registry import REGISTERED
from nba_assets.reports.models.served import SERVED, graded_rows
from nba_assets.reports.png import png
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

_COMPARED = ("core_average", "season_average")
_WIDTH, _HEIGHT, _DPI = 11.0, 4.0, 90


def reigns(registry: pd.DataFrame) -> pd.DataFrame:
    """Spans of dates on which the same system served the same share of the games, or none did.

    In: model_registry (game_date, REGISTERED, reason, by_hand). Out, by time: since, until (newest date of
    the span), system (NULL: nobody), share, replaced, by_hand, reason (of the first date).
    """
    dates = registry[["game_date"]].drop_duplicates()
    champions = registry[registry["state"].eq("champion").to_numpy(bool)]
    days = dates.merge(champions, on="game_date", how="left").sort_values("game_date", ignore_index=True)
    days["share"] = days["share"].astype("float64").fillna(1.0).where(days["system"].notna())
    system, share = days["system"].fillna(""), days["share"].fillna(0.0)
    changed = system.ne(system.shift(fill_value="?")) | share.ne(share.shift(fill_value=-1.0))
    spans = days.groupby(changed.to_numpy(dtype=bool).cumsum())
    kept = ["system", "share", "replaced", "by_hand", "reason"]
    found = spans[kept].first().assign(since=spans["game_date"].first(), until=spans["game_date"].last())
    return found[["since", "until", *kept]].reset_index(drop=True)


def champions(lake: Lake) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reigns with the errors of what was served meanwhile, and the graded rows behind them.

    Every prediction was made by a model of earlier dates. Beside `reigns`: rows, dates, mae (points, of the
    served), and of `core_average` and of the line (lined rows only) the paired difference with its interval
    over dates; negative: the served err less. NULL where nobody served or nothing is graded.
    """
    found = reigns(read_table(lake, "model_registry", (*REGISTERED, "reason", "by_hand")))
    rows, _ = graded_rows(lake, lake.dates("prediction_accuracy"))
    if SERVED not in rows:
        return found, rows
    rows = rows[rows[SERVED].notna() & rows["actual"].notna() & rows[_COMPARED[0]].notna()]
    figures = [_figures(rows, *span) for span in found[["since", "until"]].itertuples(index=False, name=None)]
    return found.join(pd.DataFrame(figures)), rows


def _figures(rows: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> dict[str, float]:
    own = rows[rows["game_date"].between(since, until)]
    if own.empty:
        return {}
    lined = own[own["line"].notna()].rename(columns={"line": MARKET_LINE})
    return {
        "rows": len(own),
        "dates": own["game_date"].nunique(),
        "mae": float((own[SERVED] - own["actual"]).abs().mean()),
        **_difference(own, _COMPARED[0]),
        **(_difference(lined, MARKET_LINE) if len(lined) else {}),
    }


def _difference(rows: pd.DataFrame, rival: str) -> dict[str, float]:
    """MAE of the served less that of a rival on the same rows."""
    errors = rows[[SERVED, rival]].astype("float64").sub(rows["actual"], axis=0).abs()
    drawn = DateBootstrap(rows["game_date"])
    found = drawn.interval(drawn.means((errors[SERVED] - errors[rival]).to_numpy()[:, None])[:, 0])
    return {f"to_{rival}": found["value"], f"to_{rival}_low": found["low"], f"to_{rival}_high": found["high"]}


def champions_picture(found: pd.DataFrame, rows: pd.DataFrame) -> bytes:
    """MAE by month of what was served, of baselines, and on lined rows of the line; changes of who served.

    Args:
        found: reigns.
        rows: graded rows of `champions`; the same rows give the same bytes.
    """
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, layout="constrained")
    everyone, lined = figure.subplots(1, 2)
    _monthly(everyone, rows, (SERVED, *(name for name in _COMPARED if name in rows)))
    everyone.set_title("MAE by month: everyone who played")
    with_line = rows[rows["line"].notna()].rename(columns={"line": MARKET_LINE})
    _monthly(lined, with_line, (SERVED, MARKET_LINE))
    lined.set_title("MAE by month: players with a line")
    for axes in (everyone, lined):
        for since, system in zip(found["since"], found["system"], strict=True):
            axes.axvline(since, linewidth=0.8, color="#9aa4b0")
            words = "nobody" if pd.isna(system) else str(system)
            axes.annotate(words, (since, 1.0), xycoords=("data", "axes fraction"), rotation=90, va="top",
                          fontsize=7, color="#606870")  # fmt: skip
        axes.tick_params(axis="x", rotation=45)
        axes.set_ylabel("points")
    return png(figure)


def _monthly(axes: Axes, rows: pd.DataFrame, systems: Sequence[str]) -> None:
    month = rows["game_date"].dt.to_period("M").dt.to_timestamp()
    for system in systems:
        errors = (rows[system].astype("float64") - rows["actual"]).abs().groupby(month).mean()
        # A summer is a gap, not a line across it.
        whole = errors.asfreq("MS") if len(errors) else errors
        axes.plot(whole.index, whole.to_numpy(np.float64), marker=".", label=system)
    axes.legend(fontsize=8)
