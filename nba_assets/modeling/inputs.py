"""How a frame becomes the input of a system: column checks, feature names, matrices and hashes.

Belongs here: what several modules of this package need to read the feature store safely.
Does not: the declaration of a feature (the feature registry) and the use of a value (baselines, training).
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import names_hash

TEXT: Final = pd.StringDtype("pyarrow")
PLAYER_KEY: Final = ("game_id", "player_id")
SORT_KEY: Final = ("game_date", *PLAYER_KEY)
LINE: Final = "vegas_points_line"  # the feature that holds the line of a row
MARKET_LINE: Final = "market_line"  # the line as a system: compared with, and a member of the ensembles

# Columns of ml_feature_store_v2, and of the training rows made from it, that no model may read.
# A column that is neither here nor a feature of the model makes the model refuse the frame.
NON_FEATURE_COLUMNS: Final = frozenset(
    {
        "game_date",
        "game_id",
        "player_id",
        "player_name",
        "team",
        "opponent",
        "season",
        "feature_version",
        "line",
        "missing_features",
        "missing_history_games",
        "missing_last_10_games",
        "missing_team_games",
        "quality_score",
        "quality_tier",
        "is_bootstrap",
        "is_late_addition",
        "is_production_ready",
        "games_in_history",
        "games_season",
        "code_version",
        "input_hash",
        "source",
        "override_reason",
        "minutes",
        "pts",
    }
)


class MissingColumnsError(ValueError):
    """A frame lacks a column that a function reads."""


class FeatureNamesError(ValueError):
    """The features of a frame differ in names or order from those of the model."""


class DuplicateKeyError(ValueError):
    """A frame has several rows of one key."""


def require_columns(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise MissingColumnsError naming the columns that `what` lacks."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise MissingColumnsError(
            f"{what} lacks {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}"
        )


def require_unique(frame: pd.DataFrame, key: Sequence[str], what: str) -> None:
    """Raise DuplicateKeyError with the first repeated keys of `what`."""
    repeated = frame.duplicated(list(key), keep="first")
    if repeated.any():
        first = frame.loc[repeated, list(key)].head(5).to_dict("records")
        raise DuplicateKeyError(
            f"{what}: {int(repeated.sum())} rows repeat a key {tuple(key)}, first {first}"
        )


def feature_columns(frame: pd.DataFrame) -> tuple[str, ...]:
    """Columns of a feature store or training frame that are features, in the frame's order."""
    return tuple(str(name) for name in frame.columns if name not in NON_FEATURE_COLUMNS)


def only_features(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame with these features alone, in this order, after its columns that are no features.

    Among those is the line of each row, `line`, which a distribution reads whether or not it is a feature.
    Raises MissingColumnsError.
    """
    require_columns(frame, names, "the feature frame")
    kept = [name for name in frame.columns if name in NON_FEATURE_COLUMNS and name != "line"]
    return frame[[*kept, *names]].assign(line=line_of(frame))[[*kept, "line", *names]]


def line_of(frame: pd.DataFrame) -> pd.Series:
    """The line of each row of a feature store, or of rows made from one; NULL without one.

    Raises MissingColumnsError.
    """
    column = "line" if "line" in frame.columns else LINE
    require_columns(frame, (column,), "the feature frame")
    return frame[column].astype("float64")


def check_feature_names(expected: Sequence[str], found: Sequence[str]) -> None:
    """Raise FeatureNamesError that lists every difference in names or order between model and frame."""
    if tuple(expected) == tuple(found):
        return
    missing = [name for name in expected if name not in found]
    unexpected = [name for name in found if name not in expected]
    problems = []
    if missing:
        problems.append(f"missing: {', '.join(missing)}")
    if unexpected:
        problems.append(f"unexpected: {', '.join(unexpected)}")
    if not missing and not unexpected:
        moved = [
            f"position {i}: model {a}, frame {b}"
            for i, (a, b) in enumerate(zip(expected, found, strict=False))
            if a != b
        ]
        if len(expected) != len(found):
            moved.append(f"model has {len(expected)} columns, frame {len(found)}")
        problems.append("order differs at " + "; ".join(moved))
    raise FeatureNamesError("the frame's features are not those of the model; " + "; ".join(problems))


def feature_matrix(frame: pd.DataFrame, names: Sequence[str], dtype: type[np.floating]) -> np.ndarray:
    """Values of the named columns as a C-ordered float matrix; NULL becomes NaN, infinity is refused."""
    matrix = np.ascontiguousarray(frame[list(names)].to_numpy(dtype=dtype, na_value=np.nan))
    infinite = np.isinf(matrix).any(axis=0)
    if infinite.any():
        raise ValueError(f"infinite values in {', '.join(np.asarray(names)[infinite])}")
    return matrix


def row_hashes(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Hash of each row's values of the named columns and of the names: 16 hex digits, text, same index.

    -0.0 hashes as 0.0, and every NULL as the same NaN.
    """
    values = pd.DataFrame(feature_matrix(frame, names, np.float64) + 0.0).where(lambda x: x.notna(), np.nan)
    hashed = pd.util.hash_pandas_object(values, index=False).to_numpy(dtype=np.uint64)
    mixed = hashed ^ np.uint64(int(names_hash(tuple(names)), 16))
    digits = np.frombuffer(mixed.astype(">u8").tobytes().hex().encode(), dtype="S16")
    return pd.Series(digits.astype("U16"), index=frame.index, dtype=TEXT)


def missing_names(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Names of the columns that are NULL in each row, joined by `|`, '' when none; same index."""
    absent = frame[list(names)].isna().to_numpy()
    # A frame has few distinct patterns: the text is built once a pattern, not once a row.
    packed = np.packbits(absent, axis=1)
    padded = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
    words = pd.DataFrame(np.ascontiguousarray(padded).view(np.uint64))
    which = words.groupby(list(words.columns), sort=False).ngroup().to_numpy()
    first = np.unique(which, return_index=True)[1]
    labels = ["|".join(np.asarray(names)[row]) for row in absent[first]]
    return pd.Series(np.asarray(labels, dtype=object)[which], index=frame.index, dtype=TEXT)
