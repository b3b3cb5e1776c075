"""Every criterion can refuse alone, and every refusal names it."""

import pandas as pd
import pytest

from nba_assets.modeling.promotion.rules import judge

BASELINES = ("season_average", "hand_rules")
SIDES = {"train": 0.94, "validation": 0.96, "test": 0.96}  # MAE over that of a baseline


def scores(**changes: float) -> pd.DataFrame:
    """A challenger at 4.5 that clearly beats a champion at 4.6 and baselines at 4.7 and 4.8."""
    mae = {"new": 4.5, "old": 4.6, "season_average": 4.7, "hand_rules": 4.8}
    rows = [
        {"population": p, "system": s, "metric": m, "versus": "", "value": v, "high": v}
        for p in ("all", "bench", "role", "starter", "star")
        for s, error in mae.items()
        for m, v in (("mae", error), ("bias", -0.3), ("share_above", 0.52))
    ]
    rows += [
        {"population": "all", "system": "new", "metric": "mae_difference", "versus": rival,
         "value": 4.5 - mae[rival], "high": -0.05}
        for rival in ("old", *BASELINES)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    for key, value in changes.items():
        population, system, metric, versus = key.split("__")
        at = frame[["population", "system", "metric", "versus"]].eq([population, system, metric, versus])
        assert at.all(axis=1).sum() == 1, key
        column = "high" if metric == "mae_difference" else "value"
        frame.loc[at.all(axis=1), column] = value
    return frame


def test_a_good_challenger_is_promoted() -> None:
    verdict = judge("new", "old", BASELINES, scores(), SIDES, 2)
    assert verdict.promoted and verdict.words == "promoted: 2 % better than the best baseline"
    assert [c.name for c in verdict.criteria] == [
        "beats season_average", "beats hand_rules", "beats old", "gap between sides", "bias",
        "tier bench", "tier role", "tier starter", "tier star", "shadow",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sides", "shadow", "broken"),
    [
        ({"all__new__mae_difference__old": 0.01, "all__old__mae__": 4.55}, SIDES, 2, "beats old"),
        ({"all__new__mae_difference__hand_rules": 0.01, "all__hand_rules__mae__": 4.58}, SIDES, 2,
         "beats hand_rules"),
        ({}, SIDES | {"train": 0.85}, 2, "gap between sides"),
        ({"all__new__bias__": 0.51}, SIDES, 2, "bias"),
        ({"all__new__bias__": -0.51}, SIDES, 2, "bias"),
        ({"star__new__mae__": 4.75}, SIDES, 2, "tier star"),
        ({}, SIDES, 1, "shadow"),
    ],
)  # fmt: skip
def test_one_broken_rule_refuses_by_name(changes: dict, sides: dict, shadow: int, broken: str) -> None:
    verdict = judge("new", "old", BASELINES, scores(**changes), sides, shadow)
    assert not verdict.promoted
    assert [c.name for c in verdict.criteria if not c.holds] == [broken]
    assert verdict.words.startswith(f"refused: {broken}")


@pytest.mark.parametrize(
    ("above", "promoted"), [(0.539, True), (0.461, True), (0.541, False), (0.459, False)]
)
def test_a_median_needs_half_of_the_results_above_it_not_a_mean_of_no_error(
    above: float, promoted: bool
) -> None:
    skewed = scores(all__new__bias__=-0.8, all__new__share_above__=above)
    verdict = judge("new", "old", BASELINES, skewed, SIDES, 2, is_median=True)
    assert verdict.promoted == promoted
    assert [c.name for c in verdict.criteria if not c.holds] == ([] if promoted else ["bias"])
    assert not judge("new", "old", BASELINES, skewed, SIDES, 2).promoted  # its mean error is -0.8


def test_two_percent_need_no_interval() -> None:
    wide = {"all__new__mae_difference__old": 0.02}
    assert judge("new", "old", BASELINES, scores(**wide), SIDES, 2).promoted  # 4.5 is 2.2 % below 4.6
    assert not judge("new", "old", BASELINES, scores(**wide, all__old__mae__=4.59), SIDES, 2).promoted


def test_the_first_champion_has_only_baselines_to_beat() -> None:
    verdict = judge("new", None, BASELINES, scores(), SIDES, 2)
    assert verdict.promoted and not [c for c in verdict.criteria if c.name.startswith("tier")]
    assert judge("new", None, BASELINES, scores(all__season_average__mae__=4.49), SIDES, 2).level == "none"
    assert (
        judge("new", None, BASELINES, scores(all__season_average__mae__=4.75), SIDES, 2).level
        == "by_5_percent"
    )


def test_a_champion_that_was_not_measured_defers_the_verdict() -> None:
    """A champion not trained that day was once dropped as a rival: whoever beat the baselines was crowned."""
    verdict = judge("new", "absent", BASELINES, scores(), SIDES, 2)
    assert not verdict.promoted and verdict.champion == "absent"
    assert [c.name for c in verdict.criteria if not c.holds] == ["champion"]
    assert "absent was not measured" in verdict.words


def test_a_system_that_was_not_measured_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        judge("nobody", "old", BASELINES, scores(), SIDES, 2)
