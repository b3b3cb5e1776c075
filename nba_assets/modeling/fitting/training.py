"""Rows a model may learn from, their split by date, the fit, and when to fit again.

Belongs here: everything between the feature store and a fitted booster.
Does not: GO / NO-GO thresholds and gates (quality), storing a model (artefacts), its metrics (scorecard).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import names_hash
from nba_assets.modeling.fitting.boosting import Labelled, grown, grown_until_best
from nba_assets.modeling.fitting.catboost_params import CatBoostParams
from nba_assets.modeling.fitting.distribution import (
    Calibration,
    calibrate,
    distribution_rows,
)
from nba_assets.modeling.fitting.fourier_params import FourierParams
from nba_assets.modeling.fitting.learners import (
    Learner,
    XGBoostLearner,
)
from nba_assets.modeling.fitting.xgboost_params import XGBoostParams
from nba_assets.modeling.inputs import (
    PLAYER_KEY,
    SORT_KEY,
    TEXT,
    check_feature_names,
    feature_columns,
    feature_matrix,
    require_columns,
    require_unique,
)

TARGET: Final = "pts"
SIDES: Final = ("train", "validation", "test")
RetrainCalendar = Literal["first_game_date_of_month", "weekly_monday", "every_date"]


class SplitError(ValueError):
    """A split does not keep train, validation and test apart in time, or leaves one of them empty."""


@dataclass(frozen=True)
class FittedModel:
    """A fitted learner, cut at its best iteration, with the facts that identify its fit."""

    learner: Learner
    feature_names: tuple[str, ...]
    params: XGBoostParams | CatBoostParams | FourierParams
    best_iteration: int
    trained_through: date
    """Latest game date of any row of the split, the test side included: its metrics are known too."""
    fitted_through: date
    """Latest game date the learner has seen: of any row after a refit, else of validation."""
    rows_hash: str
    season_rows: dict[str, int]
    side_rows: dict[str, int]
    side_dates: dict[str, tuple[str, str]]
    calibration: Calibration
    """What makes a distribution of its points."""
    stopped: Learner | None = None
    """The learner before it was fitted once more on all rows: the one that validation and test may judge."""

    def predict(self, rows: pd.DataFrame) -> pd.Series:
        """Points for rows whose feature columns are exactly the model's, float64, same index.

        Raises FeatureNamesError.
        """
        return self.predict_frame(rows)["predicted_points"]

    def predict_frame(self, rows: pd.DataFrame) -> pd.DataFrame:
        """predicted_points and the distribution around them, same index.

        Raises FeatureNamesError.
        """
        check_feature_names(self.feature_names, feature_columns(rows))
        return learner_rows(self.learner, self.calibration, rows)

    def oof_predictions(self, rows: pd.DataFrame, split: pd.Series) -> pd.DataFrame:
        """`predict_frame` for the rows of the split, by the learner fitted on the train side alone."""
        rows = rows if split.index.equals(rows.index) else rows.loc[split.index]
        return learner_rows(self.stopped or self.learner, self.calibration, rows)


def learner_rows(learner: Learner, calibration: Calibration, rows: pd.DataFrame) -> pd.DataFrame:
    """predicted_points of a learner on `rows`, NULL features as NaN, and the distribution around them.

    It reads the `line` of each row, beside the features. Same index. Raises MissingColumnsError.
    """
    require_columns(rows, ("line",), "the rows to predict")
    points = np.empty(0)  # the libraries refuse a matrix without rows
    if len(rows):
        points = _points(learner, rows)
    return distribution_rows(points, rows["line"], calibration)


def _points(learner: Learner, rows: pd.DataFrame) -> np.ndarray:
    """Points by a learner, none below 0: a sum of trees may be, a player's points are not."""
    return np.maximum(learner.points(feature_matrix(rows, learner.feature_names, np.float32)), 0.0)


def chronological_split(
    dates: pd.Series, shares: tuple[float, float, float] = (0.70, 0.15, 0.15)
) -> pd.Series:
    """Side (train, validation, test) of each row by its game date: no date on two sides; models.md.

    The shares are of distinct dates, in order of time; each side gets at least one. Same index, text.
    Raises SplitError on a missing date, fewer than three dates, or shares that are not a whole.
    """
    if dates.isna().any():
        raise SplitError(f"{int(dates.isna().sum())} rows have no date")
    if min(shares) <= 0 or abs(sum(shares) - 1.0) > 1e-9:
        raise SplitError(f"shares must be positive and sum to 1, not {shares}")
    distinct, position = np.unique(dates.to_numpy(), return_inverse=True)
    count = len(distinct)
    if count < len(SIDES):
        raise SplitError(f"{count} distinct dates cannot make three sides")
    # The small number undoes binary fractions: .7 + .15 of 20 dates is 17, not 16.
    first = min(max(int(shares[0] * count + 1e-9), 1), count - 2)
    second = min(max(int((shares[0] + shares[1]) * count + 1e-9), first + 1), count - 1)
    side = np.searchsorted(np.array([first, second]), np.arange(count), side="right")
    return pd.Series(np.asarray(SIDES, dtype=object)[side[position]], index=dates.index, dtype=TEXT)


def without_test(split: pd.Series) -> pd.Series:
    """Sides of the rows that a fit to be tested may know: it is fitted once more on all rows it is given."""
    return split[split.ne("test")]


def judged_sides(split: pd.Series, dates: pd.Series) -> pd.Series:
    """Sides of the rows that a fit is judged on: of the train side its last dates, as many as validation has.

    In: the split of the rows, and the date of each, same index. What a fit errs by on the seasons that it
    was grown on compares with the other sides where the seasons are the same, or nearly so.
    """
    train, validation = (split.eq(side).to_numpy(dtype=bool) for side in SIDES[:2])
    last = np.unique(dates[train])[-dates[validation].nunique() :]
    return split[~train | dates.isin(last).to_numpy()]


def calibrates(dates: pd.Series) -> np.ndarray:
    """Whether a validation row calibrates distributions, by its date: every second day of the calendar.

    The other days weigh ensembles: a weight is never fitted on rows on which a member was calibrated. In a
    window without days of both kinds it is every second date of the window, the first among them.
    """
    days = dates.to_numpy("datetime64[D]").astype(np.int64)
    second = days % 2 == 0
    if second.all() or not second.any():
        second = np.unique(days, return_inverse=True)[1] % 2 == 0
    return second


def calibration_of(learner: Learner, validation: pd.DataFrame) -> Calibration:
    """Calibration of a learner on the validation dates on which no ensemble is weighed (`calibrates`).

    In: validation rows that it was not fitted on, with its features, `line` and the target. Raises
    MissingColumnsError, ValueError without rows.
    """
    require_columns(validation, ("line",), "the validation rows")
    rows = validation[calibrates(validation["game_date"])]
    return calibrate(
        _points(learner, rows),
        rows[TARGET].to_numpy(np.float64),
        rows["line"].to_numpy(np.float64, na_value=np.nan),
    )


def fit_xgboost(rows: pd.DataFrame, params: XGBoostParams, split: pd.Series) -> FittedModel:
    """Fit on the train side, stop on the validation side, leave the test side alone; models.md.

    With `refit`, a second learner of as many trees is fitted on all rows of the split; the first is kept as
    `stopped`, for validation and test to judge, and calibrates the distribution.
    In: rows of `training_rows`; a side for each of them, or for some of them (the others are not used),
    by index; a test side may be missing. The same rows in any order give the same bytes. Raises SplitError,
    DuplicateKeyError.
    """
    names = feature_columns(rows)
    ordered, sides = ordered_sides(rows, split)
    train, validation = (_labelled(ordered[sides == side], names) for side in SIDES[:2])
    stopped = XGBoostLearner(
        grown_until_best(
            train, validation, names, _settings(params, train), params.trees, params.early_stopping_rounds
        )
    )
    trees = stopped.booster.num_boosted_rounds()
    final = stopped
    if params.refit:
        every = _labelled(ordered, names)
        final = XGBoostLearner(grown(every, names, _settings(params, every), trees))
    return FittedModel(
        learner=final,
        best_iteration=trees - 1,
        params=params,
        calibration=calibration_of(stopped, ordered[sides == "validation"]),
        stopped=stopped if params.refit else None,
        **fit_facts(ordered, sides, names, refit=params.refit),
    )


def _labelled(part: pd.DataFrame, names: Sequence[str]) -> Labelled:
    return Labelled(feature_matrix(part, names, np.float32), part[TARGET].to_numpy(dtype=np.float32))


def _settings(params: XGBoostParams, rows: Labelled) -> dict[str, Any]:
    # Trees start from the median, which the objective seeks: xgboost's own guess lies two points above it.
    return params.to_xgboost() | {"base_score": float(np.median(rows.labels))}


def retrain_dates(dates: list[date], calendar: RetrainCalendar, first: date) -> list[date]:
    """Game dates on or after `first` whose model is trained anew, ascending.

    Of the game dates from `first` on: `first_game_date_of_month` the first of each month, `weekly_monday`
    the first on or after each Monday, `every_date` all. The first game date of the walk is always one, so
    that it starts with a model. Raises ValueError on an unknown calendar.
    """
    days = pd.DatetimeIndex(pd.to_datetime(sorted(set(dates))))
    days = days[days >= pd.Timestamp(first)]
    if calendar == "every_date":
        chosen = days
    elif calendar == "first_game_date_of_month":
        chosen = days[~days.to_period("M").duplicated()]
    elif calendar == "weekly_monday":
        chosen = days[~(days - pd.to_timedelta(days.weekday, unit="D")).duplicated()]
    else:
        raise ValueError(f"unknown retrain calendar {calendar!r}")
    return [day.date() for day in chosen]


def ordered_sides(rows: pd.DataFrame, split: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of the split in order of date and key, and the side of each.

    Raises SplitError, DuplicateKeyError, ValueError (a row without its result).
    """
    require_columns(rows, (*SORT_KEY, "season", TARGET), "the training rows")
    if not (rows.index.is_unique and split.index.is_unique):
        raise SplitError("rows and split are joined by index, which repeats")
    if not split.index.isin(rows.index).all():
        raise SplitError("the split names rows that are not in the training rows")
    chosen = rows if split.index.equals(rows.index) else rows.loc[split.index]
    require_unique(chosen, PLAYER_KEY, "the training rows")
    if chosen[TARGET].isna().any():
        raise ValueError(f"{int(chosen[TARGET].isna().sum())} training rows have no {TARGET}")
    order = chosen[list(SORT_KEY)].reset_index(drop=True).sort_values(list(SORT_KEY)).index.to_numpy()
    sides = split.to_numpy(dtype=object)[order]
    if (np.diff(order) < 0).any():  # rows of many columns are copied only when they have to move
        chosen = chosen.iloc[order]
    _check_sides(chosen["game_date"], sides)
    return chosen.reset_index(drop=True), sides


def _check_sides(dates: pd.Series, sides: np.ndarray) -> None:
    unknown = sorted({str(side) for side in sides} - set(SIDES))
    if unknown:
        raise SplitError(f"unknown sides {', '.join(unknown)}")
    used = [side for side in SIDES if (sides == side).any()]
    if "train" not in used or "validation" not in used:
        raise SplitError(f"train and validation rows are needed, found only {', '.join(used) or 'none'}")
    for earlier, later in pairwise(used):
        ends, begins = dates[sides == earlier].max(), dates[sides == later].min()
        if ends >= begins:
            raise SplitError(
                f"{earlier} reaches {ends.date()}, {later} begins {begins.date()}: "
                "train, validation and test follow each other and share no date"
            )


def fit_facts(ordered: pd.DataFrame, sides: np.ndarray, names: tuple[str, ...], *, refit: bool) -> dict:
    """What identifies a fit besides its parameters: names, dates, rows and their hash."""
    dates = ordered["game_date"]
    used = [side for side in SIDES if (sides == side).any()]
    spans = {side: dates[sides == side] for side in used}
    return {
        "feature_names": names,
        "trained_through": dates.max().date(),
        "fitted_through": (dates if refit else dates[sides != "test"]).max().date(),
        "rows_hash": _rows_hash(ordered, sides, names),
        "season_rows": {str(k): int(v) for k, v in ordered.groupby("season").size().sort_index().items()},
        "side_rows": {side: len(span) for side, span in spans.items()},
        "side_dates": {s: (str(x.min().date()), str(x.max().date())) for s, x in spans.items()},
    }


def _rows_hash(ordered: pd.DataFrame, sides: np.ndarray, names: tuple[str, ...]) -> str:
    """SHA-256 of keys, dates, sides, targets, lines and feature values of the sorted rows."""
    digest = hashlib.sha256(names_hash(names).encode())
    digest.update(ordered["game_date"].to_numpy("datetime64[ns]").astype("<i8").tobytes())
    # A game has many rows: its id is written once, and each row has the number of it.
    games, ids = pd.factorize(ordered["game_id"])
    digest.update("\n".join(ids.astype(str)).encode())
    digest.update(games.astype("<i8").tobytes())
    digest.update(ordered["player_id"].to_numpy("<i8").tobytes())
    digest.update("\n".join(sides).encode())
    # Column by column, as they lie in the frame: a matrix of rows is two copies of it.
    for name in (TARGET, "line", *names):
        digest.update(ordered[name].to_numpy("<f8", na_value=np.nan).tobytes())
    return digest.hexdigest()
