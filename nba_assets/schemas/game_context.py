"""The situation of a team and of a player before a game."""

from __future__ import annotations

from nba_assets.schemas.analytics import IS_HOME, IS_NEUTRAL
from nba_assets.schemas.columns import Field, TableSchema, flag, integer, moment, number, text
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, PLAYER_NAME, SEASON, SEASON_TYPE, SOURCE, TEAM

_LINES = (
    number("spread", "Handicap of this team in the last line before tip-off.", unit="points", nullable=True),
    number("game_total", "Total of the last line before tip-off.", unit="points", nullable=True),
    number("implied_team_total", "game_total / 2 - spread / 2.", unit="points", nullable=True),
)


def _days(name: str, words: str) -> Field:
    return integer(
        name, f"{words}; NULL before the first game of the season.", unit="days", nullable=True, low=1
    )


_REST = (
    _days("days_rest", "Days since the team's previous game this season"),
    flag("is_back_to_back", "The team played the day before."),
)

UPCOMING_PLAYER_GAME_CONTEXT = TableSchema(
    "upcoming_player_game_context",
    "One row per game and player who may play it: his situation before the game.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        SEASON,
        SEASON_TYPE,
        text(
            "season_phase",
            "opening (first 14 days), regular or postseason.",
            values=("opening", "regular", "postseason"),
        ),
        IS_HOME,
        IS_NEUTRAL,
        flag(
            "is_late_addition", "Played without being expected: for coverage and training, never predicted."
        ),
        text("expected_because", "Why he is expected to play.", nullable=True),
        *_REST,
        integer("player_days_rest", "Days since his previous game.", unit="days", nullable=True, low=1),
        integer(
            "opponent_days_rest",
            "Days since the opponent's previous game this season.",
            unit="days",
            nullable=True,
            low=1,
        ),
        integer("games_last_7_days", "His games in the 7 days before.", low=0, high=7),
        integer("games_last_14_days", "His games in the 14 days before.", low=0, high=14),
        number("minutes_last_7_days", "His minutes in the 7 days before.", unit="min", low=0),
        number("minutes_last_14_days", "His minutes in the 14 days before.", unit="min", low=0),
        integer(
            "back_to_backs_last_14_days",
            "Pairs of his games on consecutive days in the 14 days before.",
            low=0,
        ),
        integer(
            "team_games_missed",
            "Team games this season since his last; NULL before his first.",
            nullable=True,
            low=0,
        ),
        integer("games_played_season", "His games this season.", low=0),
        text(
            "injury_status",
            "Last status before tip-off; Available when a report of the team exists without him.",
            nullable=True,
            values=("Out", "Doubtful", "Questionable", "Probable", "Available"),
        ),
        moment("injury_captured_at", "Capture of the report used; NULL without a report.", nullable=True),
        number(
            "teammates_out_minutes",
            "Last-10 minutes of teammates listed Out; NULL without a report.",
            unit="min",
            nullable=True,
            low=0,
        ),
        *_LINES,
        number(
            "points_line",
            "Median over books of the last capture before tip-off.",
            unit="points",
            nullable=True,
            low=0,
        ),
        number(
            "opening_points_line",
            "Median over books of the first capture.",
            unit="points",
            nullable=True,
            low=0,
        ),
        moment("line_captured_at", "Capture of points_line.", nullable=True),
        integer("line_books", "Books behind points_line.", nullable=True, low=1),
        number(
            "market_median_points",
            "Median over the same books of the points that go over as often as under, by line and prices without margin.",
            unit="points",
            nullable=True,
        ),
        SOURCE,
    ),
)

UPCOMING_TEAM_GAME_CONTEXT = TableSchema(
    "upcoming_team_game_context",
    "One row per game and team: its situation before the game.",
    ("game_id", "team"),
    (
        GAME,
        TEAM,
        OPPONENT,
        SEASON,
        SEASON_TYPE,
        IS_HOME,
        IS_NEUTRAL,
        *_REST,
        integer("games_last_7_days", "Games in the 7 days before.", low=0, high=7),
        integer("games_last_14_days", "Games in the 14 days before.", low=0, high=14),
        integer("games_played_season", "Games this season with a known result.", low=0),
        integer("streak", "Wins in a row, negative for losses; 0 before the first game.", unit="games"),
        number(
            "win_pct",
            "Share won this season; NULL before 5 games.",
            unit="fraction",
            nullable=True,
            low=0,
            high=1,
        ),
        number(
            "travel_miles",
            "From the arena of the previous game this season.",
            unit="miles",
            nullable=True,
            low=0,
        ),
        *_LINES,
        SOURCE,
    ),
)
