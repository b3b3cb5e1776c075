"""Work on many items at once, of which some make it raise: those are found by bisection, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_PARTS = 8  # when as many parts all raise, it is not for the sake of one item


def bisect(
    work: Callable[[list[Item]], Result], items: list[Item], of_all: tuple[type[Exception], ...] = ()
) -> tuple[list[Result], dict[Item, Exception]]:
    """Results of the largest parts that can be worked on, and the errors of single items.

    Args:
        work: what is done; it gives the same for an item alone and among others.
        items: what it is done with, in order.
        of_all: errors that are not the fault of one item.

    Returns:
        Results in order of their items, and the error of each item that raises by itself.

    Raises:
        Exception: one of ``of_all``, or the first error where every one of eight parts raises.
    """
    results: list[tuple[int, Result]] = []
    errors: dict[Item, Exception] = {}
    parts = [(0, items)] if items else []
    while parts:
        smaller: list[tuple[int, list[Item]]] = []
        raised: list[Exception] = []
        for start, part in parts:
            try:
                results.append((start, work(part)))
            except of_all:
                raise
            except Exception as error:
                raised.append(error)
                half = len(part) // 2
                if half:
                    smaller += [(start, part[:half]), (start + half, part[half:])]
                else:
                    errors[part[0]] = error
        if not results and len(raised) == len(parts) >= _PARTS:
            raise raised[0]
        parts = smaller
    return [result for _, result in sorted(results, key=lambda found: found[0])], errors


def bisect_in_order(
    work: Callable[[list[Item]], Result], items: list[Item], of_all: tuple[type[Exception], ...] = ()
) -> Iterator[tuple[Result | None, dict[Item, Exception]]]:
    """The same for items of which each needs what came of those before: one result at a time, in order.

    Arguments and errors as for :func:`bisect`, but that the first eight single items have to raise.

    Yields:
        The result of a part, or None and the error of a single item. The next part is worked on only when
        it is requested: by then the caller has kept the results before it.
    """
    parts = [items] if items else []
    errors = 0
    done = False
    while parts:
        part = parts.pop()
        try:
            result = work(part)
        except of_all:
            raise
        except Exception as error:
            half = len(part) // 2
            if half:
                parts += [part[half:], part[:half]]
                continue
            errors += 1
            if errors >= _PARTS and not done:
                raise
            yield None, {part[0]: error}
        else:
            done = True
            yield result, {}
