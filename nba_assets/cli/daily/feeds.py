"""The health of feeds, and the credits of The Odds API, as a table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.fetch.feed_health import FeedState
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern

_COLORS = {FeedState.HEALTHY: "green", FeedState.IDLE: "dim"}


def print_feeds(console: Console, settings: Settings) -> int:
    """Print how each feed fares.

    Returns:
        Exit code: 1 when a feed is red.

    Raises:
        ValueError: the source is an archive, which has no feeds.
    """
    if settings.source is SourceKind.ARCHIVE:
        raise ValueError("an archive has no feeds: set NBA_SOURCE=live")
    desk = FetchDesk(settings)
    health = desk.feed_health()
    grid = Table("feed", "state", "last answer", "waits", "failures", "detail", title="feeds")
    for one in health:
        at = one.record.answered_at
        grid.add_row(
            one.feed, Text(one.state.value, style=_COLORS.get(one.state, "red")),
            f"{eastern(at):%m-%d %H:%M}" if at else "", str(one.record.waits), str(one.record.failures),
            Text(one.detail),
        )  # fmt: skip
    console.print(grid)
    _print_budget(console, desk)
    return 1 if any(one.is_red for one in health) else 0


def print_red_feeds(console: Console, settings: Settings) -> bool:
    """Print the feeds that are red and the credits of the month; nothing for an archive, which has no feeds.

    Returns:
        Whether a feed is red. Of a simulated league whose server is gone nothing is expected.
    """
    if settings.source is SourceKind.ARCHIVE:
        return False
    desk = FetchDesk(settings)
    try:
        red = [one for one in desk.feed_health() if one.is_red]
        _print_budget(console, desk)
    except ConnectionError as error:
        console.print(Text(f"feeds: {error}", style="yellow"), soft_wrap=True)
        return False
    for one in red:
        console.print(Text(f"red feed: {one.feed} {one.state.value}: {one.detail}", style="red"))
    if red:
        console.print(Text("  ask: nba-assets feeds"))
    return bool(red)


def _print_budget(console: Console, desk: FetchDesk) -> None:
    budget = desk.odds_budget()
    console.print(
        f"The Odds API: {budget.used:.0f} of the month's {budget.budget} credits spent; "
        f"{budget.games} games to come in it, {budget.captures_per_game} captures of each"
    )
