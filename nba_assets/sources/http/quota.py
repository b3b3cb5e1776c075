"""What is left of a paid allowance, as the publisher's answers say."""

from __future__ import annotations

from collections.abc import Mapping

from nba_assets.sources.http.problems import Cause, FetchProblem

_REMAINING = "x-requests-remaining"


class Quotas:
    """Allowance left by host. Unknown until the first answer: that one request may go."""

    def __init__(self, reserves: Mapping[str, int]):
        """Take, by host, how much is always left untouched; hosts without allowance are not named."""
        self._reserves = dict(reserves)
        self._remaining: dict[str, float] = {}

    def remaining(self, host: str) -> float | None:
        """What is left, as last heard."""
        return self._remaining.get(host)

    def check(self, host: str, cost: int) -> None:
        """Pass a request that the allowance covers; free ones always pass.

        Raises:
            FetchProblem: quota_spent.
        """
        left = self._remaining.get(host)
        if left is None or not cost or left - cost >= self._reserves.get(host, 0):
            return
        raise FetchProblem(
            Cause.QUOTA,
            f"{left:g} left, the request costs {cost}, {self._reserves.get(host, 0)} are kept in reserve",
            whole_host=True,
        )

    def heard(self, host: str, headers: Mapping[str, str]) -> None:
        """Take note of an answer's headers; one that says nothing changes nothing."""
        text = headers.get(_REMAINING, "").strip()
        if host in self._reserves and text.replace(".", "", 1).isdigit() and text.isascii():
            self._remaining[host] = float(text)
