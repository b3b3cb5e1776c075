"""How often sensors look: as their work needs, or all the time where a simulated league's clock is fast."""

from nba_assets.settings import Settings


def pulse(settings: Settings, seconds: int) -> int:
    """Seconds between two ticks of a sensor at least; the daemon itself evaluates every five."""
    return 1 if settings.simulated_url else seconds
