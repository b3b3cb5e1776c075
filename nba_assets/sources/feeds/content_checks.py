"""Checks of a document's outer shape: that it is the requested one, complete, and final where required.

A check is made for one wanted document: a function of its values (game_id, season, ...) that returns a
``ContentCheck``. It raises ``FetchProblem`` by name: wrong_document, not_final, empty, unexpected_shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nba_assets.calendar.seasons import season_of_id
from nba_assets.calendar.tipoffs import EASTERN
from nba_assets.sources.http.answers import read_json
from nba_assets.sources.http.problems import Cause, FetchProblem
from nba_assets.sources.http.session import ContentCheck
from nba_assets.sources.wire.documents import Node, Place
from nba_assets.sources.wire.result_sets import result_set
from nba_assets.tabular.problems import BadInput

Values = Mapping[str, str]
CheckFor = Callable[[Values], ContentCheck]
_FINAL = 3
_REGULATION = 4


def injury_report(values: Values) -> ContentCheck:
    """A report of the date. One that cannot be read lands: a newer reader may read it."""

    def check(content: bytes) -> None:
        # Loading the reader of PDFs takes long, and few processes fetch reports.
        from nba_assets.sources.wire.injuries.injury_report import reported_at

        try:
            date = reported_at(content, file="report").tz_convert(EASTERN).date()
        except BadInput:
            return
        _same(date.isoformat(), values["game_date"], "date of the report")

    return check


def schedule(values: Values) -> ContentCheck:
    """The requested season, with game dates."""

    def check(content: bytes) -> None:
        league = _at(read_json(content), dict, "leagueSchedule")
        _same(_at(league, str, "seasonYear"), values["season"], "season")
        _filled(_at(league, list, "gameDates"), "leagueSchedule.gameDates")

    return check


def scoreboard(values: Values) -> ContentCheck:
    """The board of the date, empty on a day off. While it shows an earlier date it is not published yet."""

    def check(content: bytes) -> None:
        board = _at(read_json(content), dict, "scoreboard")
        date = _at(board, str, "gameDate")
        if date < values["game_date"]:
            raise FetchProblem(Cause.NOT_PUBLISHED, f"the board still shows {date}")
        _same(date, values["game_date"], "game date")
        for game in _at(board, list, "games"):
            _at(game, int, "gameStatus")
            _at(game, str, "gameId")

    return check


def final_box(values: Values) -> ContentCheck:
    """The box of the game, final."""

    def check(content: bytes) -> None:
        game = _at(read_json(content), dict, "game")
        _same(_at(game, str, "gameId"), values["game_id"], "game")
        for side in ("homeTeam", "awayTeam"):
            _filled(_at(game, list, side, "players"), f"{side}.players")
        if (status := _at(game, int, "gameStatus")) != _FINAL:
            raise FetchProblem(Cause.NOT_FINAL, f"game {values['game_id']} has status {status}")

    return check


def lineup(values: Values) -> ContentCheck:
    """The box of the game before it is over, with the players of both teams."""

    def check(content: bytes) -> None:
        game = _at(read_json(content), dict, "game")
        _same(_at(game, str, "gameId"), values["game_id"], "game")
        _at(game, int, "gameStatus")
        for side in ("homeTeam", "awayTeam"):
            if not _at(game, list, side, "players"):
                raise FetchProblem(Cause.NOT_PUBLISHED, f"{side} has not handed in its players")

    return check


def final_play_by_play(values: Values) -> ContentCheck:
    """The play-by-play of the game, to its end."""

    def check(content: bytes) -> None:
        game = _at(read_json(content), dict, "game")
        _same(_at(game, str, "gameId"), values["game_id"], "game")
        actions = _filled(_at(game, list, "actions"), "game.actions")
        kinds = [(_at(action, str, "actionType"), action.get("subType")) for action in actions]
        if ("game", "end") not in kinds:
            raise FetchProblem(Cause.NOT_FINAL, f"game {values['game_id']} has {len(actions)} events, no end")

    return check


def final_stats_play_by_play(values: Values) -> ContentCheck:
    """The older play-by-play of the game; its last action is the end of a period once it is over."""

    def check(content: bytes) -> None:
        game = _at(read_json(content), dict, "game")
        _same(_at(game, str, "gameId"), values["game_id"], "game")
        actions = _filled(_at(game, list, "actions"), "game.actions")
        last = actions[-1]
        if _at(last, int, "period") < _REGULATION or (_at(last, str, "actionType"), last.get("subType")) != (
            "period",
            "end",
        ):
            raise FetchProblem(
                Cause.NOT_FINAL, f"game {values['game_id']} has {len(actions)} actions, no end"
            )

    return check


def player_index(values: Values) -> ContentCheck:
    """The players of the league."""
    return lambda content: _players(read_json(content))


def _players(document: Any) -> None:
    _filled(_result_set(document, "PlayerIndex", ("PERSON_ID", "TEAM_ID")), "PlayerIndex")


def game_log(values: Values) -> ContentCheck:
    """Box rows of one date only, of games that are over."""

    def check(content: bytes) -> None:
        document = read_json(content)
        rows = _result_set(document, "LeagueGameLog", ("GAME_ID", "GAME_DATE", "WL"))
        _same(_at(document, str, "parameters", "PlayerOrTeam"), values["player_or_team"], "PlayerOrTeam")
        for row in rows:
            _same(str(row["GAME_DATE"]), values["game_date"], "game date")
        if playing := sorted({str(row["GAME_ID"]) for row in rows if row["WL"] not in ("W", "L")}):
            raise FetchProblem(Cause.NOT_FINAL, f"no winner yet: {', '.join(playing)}")

    return check


def season_log(values: Values) -> ContentCheck:
    """Box rows of a season; those of a game that is not over are the parser's to refuse."""

    def check(content: bytes) -> None:
        document = read_json(content)
        rows = _result_set(document, "LeagueGameLog", ("GAME_ID", "GAME_DATE", "WL"))
        _same(_at(document, str, "parameters", "PlayerOrTeam"), values["player_or_team"], "PlayerOrTeam")
        _of_season(rows, values["season"])

    return check


def season_shot_chart(values: Values) -> ContentCheck:
    """Field goal attempts of a season."""
    return lambda content: _of_season(
        _result_set(read_json(content), "Shot_Chart_Detail", ("GAME_ID",)), values["season"]
    )


def _of_season(rows: list[dict[str, Any]], season: str) -> None:
    for game in {str(row["GAME_ID"]) for row in rows}:
        _same(season_of_id(game), season, f"season of game {game}")


def shot_chart(values: Values) -> ContentCheck:
    """Field goal attempts of the game."""

    def check(content: bytes) -> None:
        for row in _result_set(read_json(content), "Shot_Chart_Detail", ("GAME_ID",)):
            _same(str(row["GAME_ID"]), values["game_id"], "game")

    return check


def odds_events(values: Values) -> ContentCheck:
    """Games that the books know."""

    def check(content: bytes) -> None:
        events = _typed(read_json(content), list, "the document")
        _offered(events, "no game")
        for event in events:
            _at(event, str, "id")

    return check


def odds_event(values: Values) -> ContentCheck:
    """Lines of the requested game."""
    return lambda content: _odds(_typed(read_json(content), dict, "the document"), values)


def past_odds_events(values: Values) -> ContentCheck:
    """Games that the books knew at a moment."""

    def check(content: bytes) -> None:
        document = read_json(content)
        _at(document, str, "timestamp")
        events = _at(document, list, "data")
        _offered(events, "no game")
        for event in events:
            _at(event, str, "id")

    return check


def past_odds_event(values: Values) -> ContentCheck:
    """Lines of the requested game at a moment."""

    def check(content: bytes) -> None:
        document = read_json(content)
        _at(document, str, "timestamp")
        _odds(_at(document, dict, "data"), values)

    return check


def _odds(event: Any, values: Values) -> None:
    _same(_at(event, str, "id"), values["event_id"], "event")
    _offered(_at(event, list, "bookmakers"), "no book")


def _result_set(document: Any, name: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows of the result set of a name, as columns by name.

    Raises:
        FetchProblem: it is missing, lacks a column, has a row of another width, or is empty.
    """
    _at(document, list, "resultSets")
    try:
        rows = [row.value for row in result_set(Node(document, Place(name)), name, columns)]
    except BadInput as error:
        raise FetchProblem(Cause.UNEXPECTED_SHAPE, str(error)) from error
    return _filled(rows, f"{name}.rowSet")


def _at(value: Any, kind: type, *path: str) -> Any:
    """Value at a path of keys, of the expected kind."""
    for depth, key in enumerate(path, 1):
        place = ".".join(path[:depth])
        if value == {} or value == []:
            raise FetchProblem(Cause.EMPTY, f"nothing where {place} should be")
        if not isinstance(value, dict) or key not in value:
            raise FetchProblem(Cause.UNEXPECTED_SHAPE, f"there is no {place}")
        value = value[key]
    return _typed(value, kind, ".".join(path))


def _typed(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise FetchProblem(
            Cause.UNEXPECTED_SHAPE, f"{place} is a {type(value).__name__}, not a {kind.__name__}"
        )
    return value


def _same(found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise FetchProblem(Cause.WRONG_DOCUMENT, f"requested {what} {wanted}, got {found[:80]}")


def _filled(rows: list[Any], place: str) -> list[Any]:
    if not rows:
        raise FetchProblem(Cause.EMPTY, f"{place} is an empty list")
    return rows


def _offered(rows: list[Any], what: str) -> None:
    if not rows:
        raise FetchProblem(Cause.NOTHING_OFFERED, f"{what} yet")
