"""Columns that fail their share: withheld on their date, and the rest of the rows goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from nba_assets.lineage.table import ColumnGroup
from nba_assets.quality.verdict import Verdict


def withhold(
    groups: Sequence[ColumnGroup], judged: Mapping[dt.date, Verdict], frame: pd.DataFrame
) -> tuple[dict[dt.date, Verdict], pd.DataFrame, bool]:
    """Take columns out of the dates that only they fail.

    Args:
        groups: the columns that may be withheld, and the metrics that they are held to.
        judged: verdicts by date.
        frame: rows of these dates.

    Returns:
        The verdicts, a warning with the reason in place of such a failure; the rows; whether they changed.
    """
    found = dict(judged)
    spoiled: list[list[pd.Timestamp]] = [[] for _ in groups]  # dates on which each group is withheld
    for date, verdict in judged.items():
        failed = {metric["metric"] for metric in verdict.metrics if metric["status"] == "FAIL"}
        chosen = [group for group in groups if failed & set(group.metrics)]
        eased = {name for group in chosen for name in (*group.metrics, *group.consequences)}
        if not chosen or failed - eased or any(problem.fatal for problem in verdict.problems):
            continue
        shares = {metric["metric"]: metric["share"] for metric in verdict.metrics}
        reasons = [
            f"{name}: {shares[name]:.1%} is too little: withheld on this date"
            for group in chosen
            for name in group.metrics
            if name in failed
        ]
        found[date] = verdict.withheld(reasons, eased)
        for group, dates in zip(groups, spoiled, strict=True):
            if group in chosen:
                dates.append(pd.Timestamp(date))
    for group, dates in zip(groups, spoiled, strict=True):
        if dates:
            without = frame["game_date"].isin(dates)
            frame = pd.concat([frame[~without], group.without(frame[without])]).sort_index()
    return found, frame, any(spoiled)
