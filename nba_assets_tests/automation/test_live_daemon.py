"""Two days of a league through a real daemon and webserver, in which nobody touches anything after the clicks.

Friday evening has a game with a mistake that is corrected two days later. On Sunday one game begins at noon and
one in the evening, a third was postponed, the books do not answer from three to six, a run is killed and the
daemon crashes. On Monday morning every date is complete, graded and explained.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.lineage.graph import TableGraph
from nba_assets.modeling.systems.versions import counting
from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.definitions import ALL_TABLES
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.incidents import Incidents, Outage
from nba_assets.simulation.server.world import EASTERN, Match, World
from nba_assets_tests.live_daemon import LiveDaemon

FIRST = dt.date(2024, 10, 22)
FRIDAY, SUNDAY, MONDAY = dt.date(2024, 11, 8), dt.date(2024, 11, 10), dt.date(2024, 11, 11)
DATES = [FRIDAY, FRIDAY + dt.timedelta(1), SUNDAY]
