import pytest

from nba_assets.assets.factory.bisection import (
    bisect,
    bisect_in_order,
)


def _work(bad: set[int], calls: list[list[int]] | None = None):
    def work(items: list[int]) -> list[int]:
        if calls is not None:
            calls.append(items)
        if found := bad.intersection(items):
            raise ArithmeticError(f"cannot do {min(found)}")
        return items

    return work


@pytest.mark.parametrize("bad", [set(), {0}, {17}, {99}, {3, 4, 80}, set(range(90, 100))])
def test_all_but_the_bad_are_done_in_order_and_each_once(bad: set[int]) -> None:
    results, errors = bisect(_work(bad), list(range(100)))
    assert [item for part in results for item in part] == [item for item in range(100) if item not in bad]
    assert {item: str(error) for item, error in errors.items()} == {item: f"cannot do {item}" for item in bad}


def test_nothing_bad_is_one_call() -> None:
    calls: list[list[int]] = []
    bisect(_work(set(), calls), list(range(100)))
    assert calls == [list(range(100))]


def test_one_bad_item_costs_a_few_calls() -> None:
    calls: list[list[int]] = []
    bisect(_work({50}, calls), list(range(1024)))
    assert len(calls) <= 2 * 10 + 1


def test_what_is_wrong_with_everything_is_raised_and_not_searched() -> None:
    calls: list[list[int]] = []
    with pytest.raises(ArithmeticError, match="cannot do 0"):
        bisect(_work(set(range(1024)), calls), list(range(1024)))
    assert len(calls) == 1 + 2 + 4 + 8


def test_errors_that_are_not_the_fault_of_an_item_are_raised_at_once() -> None:
    calls: list[list[int]] = []
    with pytest.raises(ArithmeticError):
        bisect(_work({1}, calls), [1, 2], (ArithmeticError,))
    assert len(calls) == 1


def test_a_few_items_may_all_be_bad() -> None:
    assert list(bisect(_work({1, 2, 3}), [1, 2, 3])[1]) == [1, 2, 3]
    assert bisect(_work(set()), []) == ([], {})


@pytest.mark.parametrize("bad", [set(), {0}, {17}, {99}, {3, 4, 80}, set(range(90, 100))])
def test_in_order_a_part_is_done_when_those_before_it_are_kept(bad: set[int]) -> None:
    kept: list[int] = []

    def work(items: list[int]) -> list[int]:
        assert kept == list(range(items[0])), "each needs what came of all before"
        return _work(bad)(items)

    for result, errors in bisect_in_order(work, list(range(100))):
        assert {item: str(error) for item, error in errors.items()} == {
            item: f"cannot do {item}" for item in errors
        }
        assert errors.keys() <= bad
        kept += result or list(errors)
    assert kept == list(range(100))


def test_in_order_too_what_is_wrong_with_everything_is_raised() -> None:
    calls: list[list[int]] = []
    with pytest.raises(ArithmeticError, match="cannot do 7"):
        list(bisect_in_order(_work(set(range(1024)), calls), list(range(1024))))
    assert len(calls) < 30
    with pytest.raises(ArithmeticError):
        list(bisect_in_order(_work({1}), [1, 2], (ArithmeticError,)))
