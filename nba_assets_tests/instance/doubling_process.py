"""A second process for tests: it doubles numbers, raises an error at a text, and dies at nothing."""

import os
from typing import Any

from nba_assets.instance.second_process import answer_requests


def _answer(request: Any) -> Any:
    if request is None:
        os._exit(7)
    if isinstance(request, str):
        raise ValueError(f"no number: {request}")
    while request < 0:  # for ever, until it is ended
        pass
    return 2 * request


if __name__ == "__main__":
    answer_requests(_answer)
