"""Hyper-parameters of the CatBoost systems, typed and described.

Belongs here: what a person may set, with its default from shared/design/models.md.
Does not: what must never vary (threads, sampling: determinism) beyond being stated in `to_catboost`.
"""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

# Fixed, never the number of cores: the order of float additions, so the bytes of a model, depends on it.
THREADS: Final = 1


class CatBoostParams(BaseModel):
    """Hyper-parameters of `catboost_v8`; the defaults are those of models.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    depth: int = Field(default=6, ge=1, le=12, description="Depth of the symmetric trees.")
    learning_rate: float = Field(default=0.07, gt=0, le=1, description="Share of each tree that is added.")
    trees: int = Field(
        default=1000, ge=1, description="Most boosting rounds; early stopping usually ends sooner."
    )
    l2_leaf_reg: float = Field(default=3.8, ge=0, description="L2 penalty on leaf values.")
    subsample: float = Field(default=0.72, gt=0, le=1, description="Share of rows drawn for each tree.")
    colsample_bylevel: float = Field(
        default=1.0, gt=0, le=1, description="Share of features drawn for each level of a tree."
    )
    border_count: int = Field(default=64, ge=2, le=254, description="Histogram borders a feature.")
    early_stopping_rounds: int = Field(
        default=50, ge=1, description="Rounds without a better validation metric before fitting stops."
    )
    seed: int = Field(default=42, ge=0, description="Seed of row and feature draws.")
    objective: Literal["absolute", "squared"] = Field(
        default="absolute", description="Loss: absolute error (a median) or squared error (a mean)."
    )
    # Walked forward through 2023-24 it brings .003 points at half as much time again.
    refit: bool = Field(
        default=False,
        description="Fit once more on all rows, the test side's too, with the trees that stopping chose.",
    )

    def to_catboost(self) -> dict[str, Any]:
        """The parameters by CatBoost's own names (early stopping is given to `fit`)."""
        return {
            "loss_function": {"absolute": "MAE", "squared": "RMSE"}[self.objective],
            "iterations": self.trees,
            "depth": self.depth,
            "learning_rate": self.learning_rate,
            "l2_leaf_reg": self.l2_leaf_reg,
            "bootstrap_type": "Bernoulli",
            "sampling_frequency": "PerTree",  # the same trees in nine tenths of the time
            "subsample": self.subsample,
            "rsm": self.colsample_bylevel,
            "border_count": self.border_count,
            "random_seed": self.seed,
            "thread_count": THREADS,
            "allow_writing_files": False,
            "verbose": False,
        }
