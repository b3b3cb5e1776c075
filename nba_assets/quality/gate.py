"""The gate: which dates of a table may be read, decided by the lake alone.

A date is open when its partition is stored and no refusal names exactly the bytes that are stored now. Two
listings, of the table and of its refusals, answer that for any number of dates; Dagster's event log is not
involved, so a lake gives the same answer to every instance.

Dagster stops downstream assets in the same run only; a run launched by hand goes past a failed check. So
every asset asks here before it reads, whoever launched it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum

import dagster as dg

from nba_assets.quality.refusals import Refusal, Refusals
from nba_assets.storage.lake import Lake
from nba_assets.storage.partitions import Versions

CHECK_NAME = "coverage"


class Shut(StrEnum):
    """Why a date may not be read."""

    NOT_MATERIALIZED = "not materialized"
    REFUSED = "coverage check failed"


def check_key(table: str) -> dg.AssetCheckKey:
    """The blocking check of a table."""
    return dg.AssetCheckKey(dg.AssetKey(table), CHECK_NAME)


class Gate:
    """Answers from the partitions and refusals of one lake.

    Args:
        lake: the tables.
    """

    def __init__(self, lake: Lake):
        self._lake = lake
        self._refusals = Refusals(lake.store)

    def shut(self, table: str, dates: Iterable[dt.date]) -> dict[dt.date, Shut]:
        """The dates that may not be read, in the given order, each with the reason."""
        requested = list(dates)
        stored = self._lake.stored(table, requested)
        refused = self.refusals(table, requested, stored)
        reasons = {
            date: Shut.REFUSED if date in refused else Shut.NOT_MATERIALIZED
            for date in requested
            if date in refused or date not in stored
        }
        return reasons

    def open_between(self, table: str, first: dt.date, last: dt.date) -> Versions:
        """The dates from the first to the last that may be read, in order."""
        stored = self._lake.stored_between(table, first, last)
        refused = self.refusals(table, stored, stored)
        return Versions((date, version) for date, version in stored.items() if date not in refused)

    def open(self, table: str, dates: Iterable[dt.date]) -> list[dt.date]:
        """The dates that may be read, in order of date."""
        requested = sorted(dates)
        shut = self.shut(table, requested)
        return [date for date in requested if date not in shut]

    def refusals(
        self, table: str, dates: Collection[dt.date], stored: Collection[dt.date] | None = None
    ) -> dict[dt.date, Refusal]:
        """The refusals that are in force: what they left in the lake is what is stored now.

        A write that came after a refusal takes it out of force, even if the process died before it could
        remove the refusal.

        Args:
            table: name of the table.
            dates: dates of interest.
            stored: the dates that are stored; listed by default.
        """
        kept = self._refusals.read(table, dates)
        present = [date for date in kept if stored is None or date in stored]
        hashes = self._lake.file_hashes(table, present)
        return {
            date: refusal
            for date, refusal in kept.items()
            if refusal.left is None or refusal.left == hashes.get(date, "")
        }
