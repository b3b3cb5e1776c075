"""Bought play-by-play: CSVs that lie in a folder, put into the landing zone untouched.

BigDataBall sells files and has no address to ask: a subscriber's folder is filled by whatever synchronises
it. A file is known by the game id in its name, as they are sold: ``[2025-06-22]-0042400407-IND@OKC.csv``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from nba_assets.sources.feeds.catalog import bought_events
from nba_assets.sources.fetch.fetcher import (
    Outcome,
    Result,
)
from nba_assets.sources.http.problems import Cause
from nba_assets.sources.landing import (
    Landing,
    Reason,
)
from nba_assets.storage.compressed import gunzip

_GAME = re.compile(r"(?<!\d)(\d{10})(?!\d)")
_ENDINGS = (".csv", ".csv.gz")
_MOST = 64 * 2**20  # bytes; a game is half a megabyte, so a larger file is something else


def take_bought(
    folder: Path, landing: Landing, date: dt.date, games: Sequence[str], now: dt.datetime
) -> list[Outcome]:
    """Land the files of games; a game without a file is left out, one with two is refused.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError("the folder of bought play-by-play does not exist (NBA_BIGDATABALL_DIR)")
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        game = _GAME.search(path.name)
        if game and game[1] in games and path.name.endswith(_ENDINGS):
            found.setdefault(game[1], []).append(path)
    return [_take(paths, landing, date, game, now) for game, paths in found.items()]


def _take(paths: list[Path], landing: Landing, date: dt.date, game: str, now: dt.datetime) -> Outcome:
    document = bought_events(date, game)
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        return Outcome(document, Result.FAILED, "two_files", f"{names}: which one is meant?")
    if (size := paths[0].stat().st_size) > _MOST:
        return Outcome(document, Result.FAILED, Cause.TOO_LARGE.value, f"{paths[0].name}: {size} bytes")
    content = paths[0].read_bytes()
    try:
        text = gunzip(content, _MOST) if paths[0].suffix == ".gz" else content
    except ValueError as error:
        reason = Reason("broken_gzip", f"{paths[0].name}: {error}", "replace it by a complete file", {})
        kept = landing.quarantine(document, content, now, reason)
        return Outcome(document, Result.QUARANTINED, reason.outcome, reason.reason, kept.capture)
    landed = landing.land(document, text, now)
    return Outcome(document, Result.STORED if landed.new else Result.UNCHANGED, capture=landed.capture)
