"""Fixtures of the league's server: a small league, its world, and where its documents land."""

from nba_assets_tests.sources.conftest import landing, live_folder, world

__all__ = ["landing", "live_folder", "world"]
