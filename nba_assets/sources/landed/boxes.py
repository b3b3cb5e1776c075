"""Box scores as they have landed: the game log of a date, and the box of each game that it lacks.

The log is the official record and one document for all games; the live box is published minutes after the
end, and alone names the starters. So a game is taken from the log, else from its box; starters from the box.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.schemas.columns import TableSchema
from nba_assets.schemas.raw import RAW_PLAYER_BOXSCORES, RAW_TEAM_BOXSCORES
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.landed.latest_valid import LandedDocuments
from nba_assets.sources.landed.seasons import SeasonPart
from nba_assets.sources.landing import Capture
from nba_assets.sources.wire.boxes.game_box import GameBox
from nba_assets.sources.wire.boxes.live_box import parse_live_box
from nba_assets.sources.wire.boxes.stats_boxes import (
    parse_player_log,
    parse_team_log,
)
from nba_assets.sources.wire.documents import Parsed
from nba_assets.tabular.problems import BadInput

# What stats.nba.com calls the parts of a season.
SEASON_TYPES: Final[Mapping[str, str]] = {
    "Regular Season": "Regular Season",
    "PlayIn": "PlayIn",
    "Playoffs": "Playoffs",
    "Cup": "IST",
}
_PLAYER: Final = ["game_id", "player_id"]


class LandedBoxes:
    """Box scores of dates, both tables from the same documents."""

    def __init__(self, documents: LandedDocuments):
        self._documents = documents

    def players(self, date: dt.date, games: pd.DataFrame) -> Parsed:
        """raw_player_boxscores of a date's final games, and what could not be had."""
        rows, problems, boxes = self._rows(
            date, games, "player_game_log", parse_player_log, _players, starters=True
        )
        rows = _joined(rows, RAW_PLAYER_BOXSCORES)
        starts = pd.concat([box.players[[*_PLAYER, "start_position"]] for box in boxes] or [rows[:0]])
        stated = rows[_PLAYER].merge(starts, on=_PLAYER, how="left")["start_position"]
        return Parsed(rows.assign(start_position=rows["start_position"].fillna(stated)), tuple(problems))

    def teams(self, date: dt.date, games: pd.DataFrame) -> Parsed:
        """raw_team_boxscores of a date's final games, and what could not be had."""
        rows, problems, _ = self._rows(date, games, "team_game_log", parse_team_log, _teams, starters=False)
        return Parsed(_joined(rows, RAW_TEAM_BOXSCORES), tuple(problems))

    def _rows(
        self,
        date: dt.date,
        games: pd.DataFrame,
        feed: str,
        parse: Callable[..., Parsed],
        of_box: Callable[[GameBox], pd.DataFrame],
        *,
        starters: bool,
    ) -> tuple[list[pd.DataFrame], list[BadInput], list[GameBox]]:
        """Rows of the log, rows of boxes for games that it lacks, problems of games that have neither.

        The third are the boxes themselves: with `starters` those of every game, for no log names them.
        """
        logged, problems = self._log(date, games, feed, parse)
        in_log = set(logged["game_id"]) if not logged.empty else set()
        boxes: list[GameBox] = []
        frames = [logged]
        for game_id in games["game_id"]:
            if game_id in in_log and not starters:
                continue
            box, faults = self._box(date, games, str(game_id))
            if box is not None:
                boxes.append(box)
            if game_id in in_log:
                continue
            if box is not None:
                frames.append(of_box(box))
            else:
                problems.setdefault(str(game_id), []).extend(faults)
        lost = set(games["game_id"]) - in_log - {str(box.players["game_id"].iloc[0]) for box in boxes}
        return frames, [problem for game in sorted(lost) for problem in problems.get(game, [])], boxes

    def _log(
        self, date: dt.date, games: pd.DataFrame, feed: str, parse: Callable[..., Parsed]
    ) -> tuple[pd.DataFrame, dict[str, list[BadInput]]]:
        frames: list[pd.DataFrame] = [pd.DataFrame(columns=["game_id"])]
        problems: dict[str, list[BadInput]] = {}
        for season_type, part in games.groupby("season_type"):
            due = list(part["game_id"])
            values = {"season": season_of(date), "season_type": SEASON_TYPES[str(season_type)]}
            document = wanted(feed, date, **values).document

            def rows_of(body: bytes, capture: Capture, due: list[str] = due) -> Parsed:
                return parse(body, games, file=capture.name, due=due)

            part_of_season = SeasonPart.of(feed, **values, value=date.isoformat())
            reading = self._documents.read(document, rows_of, part=part_of_season)
            if reading.found:
                parsed = reading.found[0]
                frames.append(parsed.rows)
                for problem in parsed.problems:
                    problems.setdefault(str(problem.game), []).append(problem)
            for problem in reading.problems:
                for game in due:
                    problems.setdefault(game, []).append(problem)
        return pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True), problems

    def _box(self, date: dt.date, games: pd.DataFrame, game_id: str) -> tuple[GameBox | None, list[BadInput]]:
        document = wanted("boxscore", date, game_id=game_id).document

        def box_of(body: bytes, capture: Capture, schedule: pd.DataFrame = games) -> GameBox:
            return parse_live_box(body, schedule, file=capture.name, game_id=game_id)

        reading = self._documents.read(document, box_of, sound_without_scores(box_of, games))
        if reading.found:
            return reading.found[0], reading.problems
        return None, reading.problems or [self._documents.absence(document, game_id)]


def sound_without_scores(
    parse: Callable[..., object], games: pd.DataFrame, but_for: str | None = None
) -> Callable[[bytes, Capture], bool]:
    """Whether a document that contradicts the schedule's score is whole in itself, but for a field."""
    unknown = pd.Series(pd.NA, index=games.index, dtype="Int64")
    before = games.assign(home_score=unknown, away_score=unknown)  # as before their end

    def sound(body: bytes, capture: Capture) -> bool:
        try:
            parse(body, capture, before)
        except BadInput as problem:
            return but_for is not None and problem.field == but_for
        return True

    return sound


def _joined(frames: list[pd.DataFrame], table: TableSchema) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else table.empty()


def _players(box: GameBox) -> pd.DataFrame:
    return box.players


def _teams(box: GameBox) -> pd.DataFrame:
    return box.teams
