"""A second process for tests: it doubles numbers, raises an error at a text, and dies at nothing.

Of several numbers it doubles one after the other.
"""

import os
from collections.abc import Iterator
from typing import Any

from nba_assets.instance.second_process import answer_requests


def _answers(request: Any) -> Iterator[int]:
    for number in request if isinstance(request, list) else [request]:
        if number is None:
            os._exit(7)
        if isinstance(number, str):
            raise ValueError(f"no number: {number}")
        while number < 0:  # for ever, until it is ended
            pass
        yield 2 * number


if __name__ == "__main__":
    answer_requests(_answers)
