"""Candidate, shadow, champion, retired: who becomes what, when, and why."""

from functools import partial

import pandas as pd
import pytest

from nba_assets.modeling.promotion.registry import (
    NOBODY,
    Choice,
    Registry,
    Rollout,
    champion_of,
    place_of,
    served_by,
    serving,
    with_roles,
)
from nba_assets.modeling.promotion.registry import advance as advance_registry
from nba_assets.modeling.promotion.rules import Verdict

advance = partial(advance_registry, predicted_dates=1)  # every date is predicted


def judge_of(*promoted: str):
    def verdict(system: str, champion: str | None, shadow_dates: int) -> Verdict:
        return Verdict(
            system=system, champion=champion, promoted=system in promoted and shadow_dates >= 2,
            level="beats_baselines", criteria=(),
        )  # fmt: skip

    return verdict


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp("2024-11-01") + pd.Timedelta(days=number)


def test_a_system_waits_in_shadow_serves_and_is_replaced() -> None:
    registry: Registry = {}
    registry = advance(registry, day(0), {"one": "one_a"}, judge_of("one"))
    assert registry["one"].state == "candidate" and champion_of(registry) is None
    registry = advance(registry, day(1), {}, None)
    assert registry["one"].state == "shadow" and registry["one"].shadow_dates == 1
    registry = advance(registry, day(2), {"one": "one_b"}, judge_of("one"))
    assert champion_of(registry) == "one" and registry["one"].model_id == "one_b"
    registry = advance(registry, day(3), {"two": "two_a"}, judge_of())
    registry = advance(registry, day(4), {}, None)
    registry = advance(registry, day(5), {"one": "one_c", "two": "two_b"}, judge_of("two"))
    assert champion_of(registry) == "two" and registry["two"].replaced == "one"
    assert registry["one"].state == "shadow" and registry["one"].reason == "replaced by two"
    assert registry["one"].model_id == "one_c" and registry["two"].since == "2024-11-06"


def test_only_dates_that_were_predicted_count_as_shadow() -> None:
    """Dates of the registry once counted, predicted or not: two days off were two dates in shadow."""
    registry = advance({}, day(0), {"one": "a"}, None)
    for number, predicted in ((1, 1), (2, 0), (3, 0), (4, 2)):
        registry = advance_registry(registry, day(number), {}, None, predicted_dates=predicted)
    assert registry["one"].state == "shadow" and registry["one"].shadow_dates == 3


def test_a_refusal_is_recorded_and_going_back_is_one_run() -> None:
    registry = advance({}, day(0), {"one": "a", "two": "b"}, None)
    registry = advance(registry, day(1), {}, None)
    registry = advance(registry, day(2), {"one": "a"}, judge_of())
    assert registry["one"].state == "shadow" and registry["one"].criteria == "[]"
    registry = advance(registry, day(3), {}, None, Choice("two", "the other one misses rookies"))
    assert champion_of(registry) == "two" and registry["two"].by_hand
    assert registry["two"].reason == "the other one misses rookies"
    back = advance(registry, day(4), {}, None, Choice("one", "it did not"))
    assert champion_of(back) == "one" and back["one"].replaced == "two"
    assert back["two"].state == "shadow" and not back["two"].by_hand
    with pytest.raises(ValueError, match="stranger cannot serve 2024-11-05: one, two can"):
        advance(registry, day(4), {}, None, Choice("stranger", "no reason"))


def rolled_out(*stages: float) -> Registry:
    """Two replaced one by the rules, and serves the first share."""
    rollout = Rollout(stages, dates=3)
    registry = advance({}, day(0), {"one": "a", "two": "b"}, None)
    registry = advance(registry, day(1), {}, None, Choice("one", "first"))
    registry = advance(registry, day(2), {}, None)
    return advance(registry, day(3), {"two": "c"}, judge_of("two"), rollout=rollout)


def test_a_promotion_serves_a_share_of_the_games_and_goes_on_by_predicted_dates() -> None:
    registry, shares = rolled_out(0.1, 0.5, 1.0), []
    assert champion_of(registry) == "two" and registry["one"].share is None
    for number in range(4, 12):
        shares.append(registry["two"].share)
        registry = advance(registry, day(number), {}, None, rollout=Rollout((0.1, 0.5, 1.0), dates=3))
    assert shares == [0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 1.0, 1.0]
    assert registry["two"].since == "2024-11-04"  # champion all the while


def test_a_person_sets_the_share_and_takes_the_promotion_back_in_one_run() -> None:
    registry = rolled_out(0.1)
    more = advance(registry, day(4), {}, None, Choice("two", "it does well", 0.6))
    assert (more["two"].share, more["two"].replaced, more["two"].by_hand) == (0.6, "one", True)
    back = advance(more, day(5), {}, None, Choice("one", "it does not"))
    assert (back["one"].share, back["two"].share, champion_of(back)) == (1.0, None, "one")


def test_the_first_champion_serves_every_game_and_so_does_one_whose_rival_is_gone() -> None:
    alone = advance(advance({}, day(0), {"one": "a"}, None), day(1), {}, None, Choice("one", "good", 0.1))
    assert alone["one"].share == 1.0
    gone = advance(rolled_out(0.1), day(402), {"two": "d"}, None)
    assert gone["one"].state == "retired" and gone["two"].share == 1.0


def test_a_champion_steps_down_and_nobody_serves() -> None:
    down = advance(rolled_out(0.1), day(4), {}, None, Choice(NOBODY, "BLOCKED"))
    assert champion_of(down) is None and down["two"].state == "shadow" and down["two"].share is None
    assert (down["two"].reason, down["two"].by_hand, down["two"].since) == ("BLOCKED", True, "2024-11-05")
    assert champion_of(advance({}, day(0), {"one": "a"}, None, Choice(NOBODY, "none"))) is None


def test_games_are_shared_by_a_stable_hash_of_their_ids() -> None:
    games = pd.DataFrame({"game_date": day(4), "game_id": [f"00224{n:05d}" for n in range(1, 2001)]})
    registry = rolled_out(0.1)
    tenth, half = (
        served_by(games, serving(rows_of((3, found)), pd.DatetimeIndex([day(4)])))
        for found in (registry, advance(registry, day(4), {}, None, Choice("two", "more", 0.5)))
    )
    assert tenth["system"].eq("two").mean() == pytest.approx(0.1, abs=0.02)
    assert half["system"].eq("two").mean() == pytest.approx(0.5, abs=0.03)
    assert half.loc[tenth["system"].eq("two"), "system"].eq("two").all()  # a game once served stays served
    assert set(tenth["model_id"]) == {"a", "c"}
    assert 0 <= place_of("0022400561") < 1
    roles = with_roles(
        games.assign(system="two"), serving(rows_of((3, registry)), pd.DatetimeIndex([day(4)])), []
    )
    assert roles["role"].eq("champion").equals(tenth["system"].eq("two"))


def test_what_is_not_trained_for_long_is_retired_and_can_return() -> None:
    registry = advance({}, day(0), {"one": "a"}, None)
    registry = advance(registry, day(401), {}, None)
    assert registry["one"].state == "retired" and "400 days" in registry["one"].reason
    with pytest.raises(ValueError, match="one cannot serve 2025-12-08: no system can"):
        advance(registry, day(402), {}, None, Choice("one", "it was good"))
    registry = advance(registry, day(402), {"one": "b"}, None)
    assert registry["one"].state == "candidate" and registry["one"].model_id == "b"


def rows_of(*registries: tuple[int, Registry]) -> pd.DataFrame:
    rows = [
        {"game_date": day(n), **entry.model_dump()} for n, found in registries for entry in found.values()
    ]
    return pd.DataFrame(rows)


def test_a_date_is_served_by_the_newest_registry_that_is_not_past_it() -> None:
    first = advance(
        advance({}, day(0), {"one": "a", "two": "b"}, None), day(1), {}, None, Choice("one", "good")
    )
    second = advance(first, day(5), {}, None, Choice("two", "better"))
    third = advance(second, day(406), {}, None)  # nothing trained for so long: nobody serves
    stored = rows_of((5, second), (406, third), (1, first))
    found = serving(stored, pd.DatetimeIndex([day(n) for n in (9, 0, 1, 4, 5, 406)]))
    assert found["system"].fillna("").tolist() == ["", "one", "one", "two", "two", ""]
    assert found["model_id"].fillna("").tolist() == ["", "a", "a", "b", "b", ""]
    assert serving(stored[stored["game_date"] == day(5)], pd.DatetimeIndex([day(406)]))["system"].isna().all()
    assert serving(stored.iloc[:0], pd.DatetimeIndex([day(1)]))["system"].isna().all()


def test_a_role_is_that_of_the_registry_of_the_date() -> None:
    result = pd.DataFrame([(day(n), "1", name) for n in (0, 1, 2) for name in ("two", "hand_rules", "one")],
                        columns=["game_date", "game_id", "system"])  # fmt: skip
    champions = pd.DataFrame({
        "game_date": [day(0), day(1), day(2)], "system": [None, "one", "two"], "model_id": [None, "a", "b"],
        "share": 1.0, "earlier_system": None, "earlier_model_id": None,
    })  # fmt: skip
    rows = with_roles(result, champions, ["hand_rules"])
    assert rows["role"].tolist() == [
        "shadow", "baseline", "shadow", "shadow", "baseline", "champion", "champion", "baseline", "shadow",
    ]  # fmt: skip
