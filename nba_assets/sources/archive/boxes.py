"""Box scores of an archive: which games can be believed, and what the others cost."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw import box_scores
from nba_assets.domain.raw.box_reading import BoxRows, contradicted_percentages, read_box_rows, with_names
from nba_assets.domain.raw.schedule import EXHIBITION_ID
from nba_assets.sources.archive.folder import EXPORT, OTHER_TRICODES, ArchiveFolder
from nba_assets.sources.archive.layout import BOX_KEYS, PLAYER_BOXES, SHOTS
from nba_assets.sources.archive.schedule import ArchiveSchedule
from nba_assets.sources.base import Fetched
from nba_assets.tabular.arrow_columns import pc
from nba_assets.tabular.problems import BadInput, Problems

_GAME_KEYS = ("GAME_ID", "GAME_DATE", "TEAM_ABBREVIATION")
_REDATED, _RECODED = "redated", "recoded"  # flags of rows while they are read


class ArchiveBoxes:
    """Box scores of an archive's files, by game.

    Args:
        folder: files of the archive.
        schedule: its games.
    """

    def __init__(self, folder: ArchiveFolder, schedule: ArchiveSchedule):
        self._folder = folder
        self._schedule = schedule
        self._held: dict[str, tuple[list[dt.date], Fetched]] = {}

    def players(self, dates: Sequence[dt.date]) -> Fetched:
        """Player box scores; a game with an impossible row is left out."""
        columns, key = box_scores.PLAYER_COLUMNS, ["GAME_ID", "PLAYER_ID"]
        fetch = partial(self._fetched, "players", columns, key, box_scores.raw_player_rows, dates)
        return self._once("players", dates, fetch)

    def teams(self, dates: Sequence[dt.date]) -> Fetched:
        """Team box scores; a game with an impossible row is left out."""
        columns, key = box_scores.TEAM_COLUMNS, ["GAME_ID", "TEAM_ABBREVIATION"]
        fetch = partial(self._fetched, "teams", columns, key, box_scores.raw_team_rows, dates)
        return self._once("teams", dates, fetch)

    @property
    def newest_result(self) -> pd.Timestamp:
        """Date of the newest box score: games after it have not been played yet."""
        known = [max(dates) for dates in self._dates.values() if dates]
        return pd.Timestamp(max(known)) if known else pd.Timestamp.min

    def unreadable(self, games: pd.DataFrame) -> pd.Series:
        """Which games a player file may hold that cannot be read."""
        found = pd.Series(False, games.index)
        for path in (path for path, dates in self._dates.items() if dates is None):
            found |= self._schedule.may_hold(path, games)
        return found

    def matchups(self, dates: Sequence[dt.date]) -> pd.DataFrame:
        """GAME_ID and MATCHUP of the files that have games on some of the dates."""
        wanted = {date.isoformat() for date in dates}
        frames = [pd.DataFrame({"GAME_ID": [], "MATCHUP": []}, dtype="string[pyarrow]")]
        for path, known in self._dates.items():
            if known and known & wanted and "MATCHUP" in self._folder.column_names(path):
                rows = self._schedule.row_dates.named(self._folder.read(path, [*_GAME_KEYS, "MATCHUP"]))
                frames.append(rows.select(["GAME_ID", "MATCHUP"]).to_pandas().drop_duplicates())
        return pd.concat(frames, ignore_index=True).astype("string[pyarrow]")

    def _once(self, feed: str, dates: Sequence[dt.date], fetch: Callable[[], Fetched]) -> Fetched:
        """Box scores of the dates, kept until other dates are requested: two tables read both feeds."""
        held = self._held.get(feed)
        if held is None or held[0] != [*dates]:
            held = self._held[feed] = [*dates], fetch()
        return held[1]

    def _fetched(
        self,
        prefix: str,
        columns: tuple[str, ...],
        key: list[str],
        parse: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame],
        dates: Sequence[dt.date],
    ) -> Fetched:
        shortfalls: Problems = defaultdict(list)
        notes: dict[dt.date, Counter[str]] = defaultdict(Counter)
        games: set[str | None] = {None}  # to leave out
        frames: list[pd.DataFrame] = []
        wanted = {date.isoformat() for date in dates}
        for path in self._schedule.covering(f"leaguegamelog/{prefix}_*.parquet", dates):
            try:
                found = self._box_rows(path, columns, dates, shortfalls)
            except BadInput as problem:
                self._schedule.spoil(shortfalls, path, dates, problem)
                continue
            for what, days in found.repairs.items():
                for day, count in days[days.isin(wanted)].value_counts().items():
                    notes[dt.date.fromisoformat(str(day))][f"repaired: {what}"] += int(count)
            rows = found.rows.drop_duplicates([*columns])  # a row that is repeated as it is adds nothing
            unreadable = found.unreadable[found.unreadable.index.isin(rows.index)]
            for date, problem in box_scores.impossible_rows(
                rows, key, self._schedule.games, self._folder.name(path), unreadable
            ):
                games.add(problem.game)
                if date in wanted:
                    shortfalls[dt.date.fromisoformat(date)].append(problem)
            frames.append(rows)
        rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns])
        rows = rows[~rows["GAME_ID"].astype("object").where(rows["GAME_ID"].notna(), None).isin(games)]
        rows = rows.drop_duplicates([*columns])
        for row in rows[rows.duplicated(key)].drop_duplicates("GAME_ID").to_dict("records"):
            problem = BadInput(
                file=f"leaguegamelog/{prefix}_*", game=row["GAME_ID"], field=", ".join(key),
                reason="two files have different rows of it", remedy="keep the file that is right",
            )  # fmt: skip
            shortfalls[dt.date.fromisoformat(row["GAME_DATE"])].append(problem)
            rows = rows[rows["GAME_ID"] != problem.game]
        rows = rows.reset_index(drop=True)
        table = parse(rows, self._schedule.games, self._schedule.kind)
        return Fetched(table, shortfalls=shortfalls, notes=notes)

    def _box_rows(
        self, path: Path, columns: tuple[str, ...], dates: Sequence[dt.date], shortfalls: Problems
    ) -> BoxRows:
        """Rows of a file that are about some dates; a column that it may lack is a shortfall of them."""
        file = self._folder.name(path)
        whole, recoded = self._folder.read_recoded(path)
        self._folder.require_rows(whole, path)
        box_scores.check_columns(whole.column_names, columns, file)
        self._folder.require_text(whole.schema, "GAME_ID", path)
        unnamed = whole.column("GAME_ID").null_count == len(whole)
        whole = self._named(whole, path)
        written = whole.column("GAME_DATE").cast(pa.string())
        whole = self._schedule.row_dates.dated(whole, *BOX_KEYS[1:])
        for name in (name for name in box_scores.DISPENSABLE_COLUMNS if name not in whole.column_names):
            whole = whole.append_column(name, pa.nulls(len(whole), pa.string()))
            problem = BadInput(file=file, game=None, field=name, reason="column missing", remedy=EXPORT)
            self._schedule.spoil(shortfalls, path, dates, problem)
        wanted = (*columns, *box_scores.OPTIONAL_COLUMNS, "TEAM_ID")
        present = [name for name in wanted if name in whole.column_names]
        percentages = {name for names in box_scores.PERCENTAGES for name in names} & set(whole.column_names)
        # Team rows can be rebuilt from the players; without player rows there is nothing.
        most = 0.5 if "PLAYER_ID" in columns else 1.0
        contradicted = contradicted_percentages(whole.select(sorted(percentages)).to_pandas(), most)
        flags = {
            box_scores.CONTRADICTED: pa.array(contradicted),
            _REDATED: pc.fill_null(pc.not_equal(written, whole.column("GAME_DATE")), True),
            _RECODED: recoded,
        }
        table = whole.select(present)
        for name, flag in flags.items():
            table = table.append_column(name, flag)
        found = self._read(table.filter(self._about(table, dates)).to_pandas())
        derived = [column.words for column in self._folder.derived(path) if column.words]
        derived += ["games by their teams and dates"] * unnamed
        found = replace(found, repairs=found.repairs | dict.fromkeys(derived, found.rows["GAME_DATE"]))
        if "PLAYER_NAME" not in columns or not box_scores.blank(found.rows["PLAYER_NAME"]).any():
            return found
        named = found.rows
        for pattern in (PLAYER_BOXES[0], SHOTS[0]):  # names as box scores write them come first
            named = with_names(named, self._named_players(pattern))
        mended = box_scores.blank(found.rows["PLAYER_NAME"]) & named["PLAYER_NAME"].notna()
        repairs = found.repairs | {"names by other rows of the player": named.loc[mended, "GAME_DATE"]}
        return replace(found, rows=named, repairs=repairs)

    def _named(self, rows: pa.Table, path: Path) -> pa.Table:
        """Rows of a file with their games; one that names none does not tell of what date it is."""
        rows = self._schedule.row_dates.named(rows)
        if len(rows) and rows.column("GAME_ID").null_count == len(rows):
            raise BadInput(
                file=self._folder.name(path), game=None, field="GAME_ID",
                reason="no row names a game, or a date and team of one", remedy=EXPORT,
            )  # fmt: skip
        return rows

    def _read(self, rows: pd.DataFrame) -> BoxRows:
        """Box rows with their values read; flagged ones and those that state a wrong date are repairs."""
        meant = self._schedule.row_dates.misdated(rows)
        redated = rows.pop(_REDATED) & rows["GAME_DATE"].notna() | rows.index.isin(meant.index)
        recoded = rows.pop(_RECODED)
        rows.loc[meant.index, "GAME_DATE"] = meant
        repairs = {
            "dates by their games": rows.loc[redated, "GAME_DATE"],
            OTHER_TRICODES: rows.loc[recoded, "GAME_DATE"],
        }
        found = read_box_rows(rows)
        return replace(found, repairs=found.repairs | repairs)

    def _about(self, table: pa.Table, dates: Sequence[dt.date]) -> pa.ChunkedArray:
        """Rows of the dates, and of games that the schedule has on them: none slips by under another date.

        Exhibition games, which are no games of the season, are left out.
        """
        games = self._schedule.games
        due = set(games.loc[games["game_date"].isin(pd.to_datetime([*dates])), "game_id"])
        days = pa.array(sorted(date.isoformat() for date in dates), table.column("GAME_DATE").type)
        ids = pa.array(sorted(due), table.column("GAME_ID").type)
        mine = pc.or_(
            pc.is_in(table.column("GAME_DATE"), value_set=days),
            pc.is_in(table.column("GAME_ID"), value_set=ids),
        )
        exhibition = pc.match_substring_regex(table.column("GAME_ID"), EXHIBITION_ID)
        return pc.and_not(mine, pc.fill_null(exhibition, False))

    def _named_players(self, pattern: str) -> pd.DataFrame:
        """PLAYER_ID, PLAYER_NAME and GAME_DATE of every file of a feed that has them."""
        columns = ["PLAYER_ID", "PLAYER_NAME", "GAME_DATE"]
        frames = [pd.DataFrame(columns=columns)]
        for path in self._folder.files(pattern):
            try:
                frames.append(self._folder.read(path, columns).to_pandas().drop_duplicates())
            except BadInput:  # reported by the feed of the file
                continue
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def _dates(self) -> dict[Path, set[str] | None]:
        """Dates of the games in each player file, by the schedule; None for a file that cannot be read."""
        dates: dict[Path, set[str] | None] = {}
        scheduled = self._schedule.games.set_index("game_id")["game_date"].dt.strftime("%Y-%m-%d")
        for path in self._folder.files(PLAYER_BOXES[0]):
            try:
                rows = self._folder.read(path, [*_GAME_KEYS])
                self._folder.require_text(rows.schema, "GAME_ID", path)
                rows = self._schedule.row_dates.by_games(self._named(rows, path), *BOX_KEYS[1:])
                games = rows.to_pandas().drop_duplicates()
                # A typing error in a date must not count as a game that has been played on it.
                dates[path] = set(games["GAME_DATE"][games["GAME_ID"].map(scheduled).eq(games["GAME_DATE"])])
            except BadInput:
                # Reported by `players`, on every date of the file; here it only must not look like
                # a season that has not been played.
                dates[path] = None
        return dates
