"""Tables of an archive that are of no feed: each is a warning where its rows may be missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePath

from nba_assets.calendar.seasons import season_of
from nba_assets.sources.archive.folder import ArchiveFolder, is_named
from nba_assets.sources.archive.layout import FEEDS, season_in
from nba_assets.sources.base import Fetched
from nba_assets.tabular.problems import BadInput, Problems


class UnreadFiles:
    """Tables of an archive that no feed reads.

    Args:
        folder: files of the archive.
    """

    def __init__(self, folder: ArchiveFolder):
        self._folder = folder

    @cached_property
    def _files(self) -> dict[Path, list[str]]:
        return {path: tables_of(self._folder.name(path)) for path in self._folder.unread()}

    def beside(self, table: str, dates: Sequence[dt.date], fetched: Fetched) -> Fetched:
        """What a feed gave for a table, with the files that may hold rows of it too as shortfalls.

        A file that names a season may hold rows of its dates, another one of any.
        """
        mine = [path for path, tables in self._files.items() if table in tables]
        found: Problems = {date: [*fetched.shortfalls.get(date, [])] for date in dates} if mine else {}
        for path in mine:
            season = season_in(path)
            for date in dates:
                if season in ("", season_of(date)):
                    found[date].append(self._problem(path))
        shortfalls = {date: problems for date, problems in found.items() if problems}
        return replace(fetched, shortfalls=shortfalls) if mine else fetched

    def _problem(self, path: Path) -> BadInput:
        name = self._folder.name(path)
        meant = [pattern for table in tables_of(name) for pattern in FEEDS[table]]
        return BadInput(
            file=name, game=None, field=None, reason="the file is not read: its name is of no feed",
            remedy=f"name it like {' or '.join(meant)}, as a Parquet file, or remove it",
        )  # fmt: skip


def tables_of(name: str) -> list[str]:
    """Tables that a file with a name of no feed may be meant for.

    That is the table of the feed whose name it has but for its ending, else each table of feeds of its
    folder; the schedule is told of files in any other place.
    """
    stem = name.split(".", maxsplit=1)[0]
    folder = PurePath(name).parent.as_posix().casefold()
    named = [table for table, feeds in FEEDS.items() if any(is_named(stem, feed) for feed in feeds)]
    beside = [table for table, feeds in FEEDS.items() if any(feed.startswith(f"{folder}/") for feed in feeds)]
    return named or beside or ["raw_schedule"]
