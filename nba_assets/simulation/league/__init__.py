"""A simulated league in the layout of the season archive: for work without data or network, and for load.

What belongs here: the one public entry. Every row it writes has ``source = simulated``.
"""

from nba_assets.simulation.league.simulation import (
    SimulationSummary,
    simulate,
)

__all__ = ["SimulationSummary", "simulate"]
