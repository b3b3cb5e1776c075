"""What follows from the state of a system: an alert, a new fit, and a champion that steps down."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from nba_assets.modeling.inputs import require_columns

WINDOW: Final = "30_days"
POPULATION: Final = "with_line"
BAD: Final = ("WATCH", "DEGRADING", "BLOCKED")
_READ: Final = ("system", "population", "window", "mae", "state", "retrain_advised")


@dataclass(frozen=True)
class Consequences:
    """What follows from the performance of a date.

    Attributes:
        bad: state of each learned system that is worse than OK.
        retrain: learned systems whose training anew is advised.
        step_down: why the champion is served no longer; None while it may be.
    """

    bad: dict[str, str]
    retrain: tuple[str, ...]
    step_down: str | None


def consequences(
    performance: pd.DataFrame, champion: str | None, learned: tuple[str, ...], baselines: tuple[str, ...]
) -> Consequences:
    """Consequences of the states of one date.

    A BLOCKED champion steps down where a baseline errs less on the same window, players with a line in the
    last 30 days; while none does, it is the best there is. In: model_performance of one date; the champion;
    names of learned systems and baselines. Raises MissingColumnsError.
    """
    require_columns(performance, _READ, "model_performance")
    rows = performance[performance["window"].eq(WINDOW) & performance["population"].eq(POPULATION)]
    rows = rows.set_index("system")
    own = rows[rows.index.isin(learned)]
    bad = own.loc[own["state"].isin(BAD), "state"].to_dict()
    retrain = tuple(sorted(map(str, own.index[own["retrain_advised"].astype(bool)])))
    words = None
    if champion is not None and bad.get(champion) == "BLOCKED":
        errors = {str(name): float(mae) for name, mae in rows["mae"].items()}
        best = min((name for name in baselines if name in errors), key=errors.__getitem__, default=champion)
        if errors[best] < errors[champion]:
            words = (
                f"BLOCKED, and {best} errs less with a line in the last 30 days: "
                f"{errors[best]:.3f} against {errors[champion]:.3f} points"
            )
    return Consequences({str(name): str(state) for name, state in sorted(bad.items())}, retrain, words)
