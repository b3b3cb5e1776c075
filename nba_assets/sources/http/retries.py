"""How often and how long a healing problem is waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_exception

from nba_assets.sources.http.clock import Clock
from nba_assets.sources.http.problems import FetchProblem, Fix

Uniform = Callable[[float, float], float]


@dataclass(frozen=True)
class Limits:
    """Where patience ends.

    Attributes:
        attempts: requests for one document.
        patience_seconds: from the first to the last of them; a Retry-After beyond it is not waited for.
        first_wait: seconds before the second attempt, doubled each time; chance takes up to half.
        longest_wait: seconds before any attempt, but for what Retry-After asks.
        read_seconds: silence of a server.
        exchange_seconds: one exchange, first byte to last.
        most_bytes: size of a document, packed or unpacked.
    """

    attempts: int = 5
    patience_seconds: float = 240.0
    first_wait: float = 2.0
    longest_wait: float = 60.0
    read_seconds: float = 20.0
    exchange_seconds: float = 60.0
    most_bytes: int = 64 * 2**20


def retrying(limits: Limits, clock: Clock, uniform: Uniform) -> Retrying:
    """Attempts at one document, from now on: again after what heals, capped in count and in time."""
    started = clock.monotonic()

    def wait(state: RetryCallState) -> float:
        problem = _problem(state)
        longest = min(limits.first_wait * 2.0 ** (state.attempt_number - 1), limits.longest_wait)
        chosen = uniform(longest / 2, longest)
        return max(chosen, problem.retry_after or 0.0) if problem else chosen

    def stop(state: RetryCallState) -> bool:
        spent = clock.monotonic() - started + state.upcoming_sleep
        return state.attempt_number >= limits.attempts or spent > limits.patience_seconds

    return Retrying(
        wait=wait,
        stop=stop,
        retry=retry_if_exception(heals),
        sleep=clock.sleep,
        reraise=True,
    )


def heals(error: BaseException) -> bool:
    """Whether another request can help."""
    return isinstance(error, FetchProblem) and error.fix is Fix.RETRY


def _problem(state: RetryCallState) -> FetchProblem | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, FetchProblem) else None
