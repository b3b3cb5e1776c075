"""Hyper-parameters of the system that is a median regression on random Fourier features, described."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field


class FourierParams(BaseModel):
    """Hyper-parameters of `points_quantile`: a smooth median, to average with trees, whose errors differ.

    Chosen on 2023-24, trained on 2020-21 to 2022-23: MAE 4.394, and 4.391 with xgboost_extended, which has
    4.408 alone. Over four draws of the cosines the mean of both has 4.391 to 4.394; with 600 cosines as much
    at twice the time, with 300 it has 4.395 to 4.396.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    waves: int = Field(default=400, ge=1, description="Random cosines of the features.")
    frequency: float = Field(
        default=0.025,
        gt=0,
        description="Standard deviation of their frequencies, in radians a standard deviation of a feature.",
    )
    ridge: float = Field(default=20.0, gt=0, description="L2 penalty on the factors, in rows.")
    objective: Literal["absolute", "squared"] = Field(
        default="absolute", description="Loss: absolute error (a median) or squared error (a mean)."
    )
    reweightings: int = Field(
        default=2, ge=1, description="Least squares reweighted towards least absolute errors, this often."
    )
    seed: int = Field(default=42, ge=0, description="Seed of the cosines.")


# The median of a root is the root of the median, and errors of roots are alike for reserves and stars. Half a
# point lies between no point and a negative one.
OFFSET: Final = 0.5
# Beyond so many standard deviations a feature says no more: a smooth function would go on for ever.
CLIP: Final = 4.0
KNOWN_ENOUGH: Final = 0.5  # a feature that is NULL in more of the rows is not learned from
OFTEN_MISSING: Final = 0.01  # of one that is NULL in more of them it is learned what that means
