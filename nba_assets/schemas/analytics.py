"""Analytics tables of games: box lines made comparable, and who was announced."""

from __future__ import annotations

from nba_assets.domain.zones import ZONES
from nba_assets.schemas.columns import Field, TableSchema, flag, integer, moment, number, text
from nba_assets.schemas.raw import (
    GAME,
    OPPONENT,
    PLAYER,
    PLAYER_NAME,
    SEASON,
    SEASON_TYPE,
    SOURCE,
    TEAM,
    box_fields,
)

IS_HOME = flag("is_home", "Home team by the schedule, also at neutral sites.")
IS_NEUTRAL = flag(
    "is_neutral", "Played at a neutral site; NULL where the source does not state it.", nullable=True
)


def zone_fields(prefix: str = "") -> tuple[Field, ...]:
    """Attempts and makes by zone; NULL without a source, fine zones NULL where the source has coarse zones only."""
    return tuple(
        integer(
            f"{prefix}{zone}_{count}",
            f"{'Attempts' if count == 'fga' else 'Makes'} in zone {zone}.",
            unit="count",
            nullable=True,
            low=0,
        )
        for zone in ZONES
        for count in ("fga", "fgm")
    )


_STARTER = flag(
    "is_starter", "Among the first five on the floor; NULL if unknown, never guessed.", nullable=True
)
_ZONE_FACTS = (
    integer("assisted_fgm", "Made field goals that were assisted.", nullable=True, low=0),
    text("zone_source", "Where the zones come from.", values=("shot_chart", "play_by_play", "none")),
    text("zone_detail", "Finest zones known.", nullable=True, values=("fine", "coarse")),
    flag("zones_consistent", "Coarse zones sum to FGA and FGM; NULL without zones.", nullable=True),
)

PLAYER_GAME_EVENTS = TableSchema(
    "player_game_events",
    "One row per game and player who entered it: starter, shot zones and points from the event feeds.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        TEAM,
        _STARTER,
        *zone_fields(),
        *_ZONE_FACTS,
        integer(
            "event_points",
            "Points summed from the play-by-play; NULL without it.",
            unit="points",
            nullable=True,
            low=0,
        ),
        SOURCE,
    ),
)

PLAYER_GAME_SUMMARY = TableSchema(
    "player_game_summary",
    "One row per game and player who entered it: the box score with usage, efficiency and shot zones.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        SEASON,
        SEASON_TYPE,
        IS_HOME,
        IS_NEUTRAL,
        _STARTER,
        flag("won", "His team won."),
        number("minutes", "Minutes played.", unit="min", low=0, high=70),
        *box_fields({"pts": 110}),
        number("plus_minus", "Point difference while on the floor.", unit="points", nullable=True),
        number(
            "usage_rate",
            "100 * (FGA + .44 FTA + TOV) * (team minutes / 5) / (minutes * (team FGA + .44 FTA + TOV)).",
            unit="%",
            nullable=True,
            low=0,
        ),
        text("usage_rate_missing_reason", "Why usage_rate is NULL.", nullable=True),
        number("ts_pct", "True shooting, PTS / (2 (FGA + .44 FTA)).", unit="fraction", nullable=True, low=0),
        number("efg_pct", "(FGM + .5 FG3M) / FGA.", unit="fraction", nullable=True, low=0, high=1.5),
        *zone_fields(),
        *_ZONE_FACTS,
        number("quality_score", "100 less what is missing (tables.md).", unit="0..100", low=0, high=100),
        flag("is_production_ready", "Minutes, points and usage known, zones consistent where present."),
        SOURCE,
    ),
)

ANNOUNCED_LINEUPS = TableSchema(
    "announced_lineups",
    "One row per game and player who may play it: whether he starts or is inactive, once that is public.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        TEAM,
        flag("is_starter", "He starts; NULL while no whole lineup of his team is known.", nullable=True),
        flag(
            "is_inactive",
            "He is on the inactive list; NULL where the lineup does not list who is.",
            nullable=True,
        ),
        text(
            "lineup_kind",
            "Where the lineup is from; NULL without one.",
            nullable=True,
            values=("confirmed", "first_event", "final"),
        ),
        moment(
            "announced_at",
            "Capture of the lineup; NULL without one, and for the first five of a game's events.",
            nullable=True,
        ),
        SOURCE,
    ),
)

_OVERTIMES = integer("overtime_periods", "Overtimes, from the team's minutes.", low=0, high=10)

TEAM_OFFENSE_GAME_SUMMARY = TableSchema(
    "team_offense_game_summary",
    "One row per game and team: its offense.",
    ("game_id", "team"),
    (
        GAME,
        TEAM,
        OPPONENT,
        SEASON,
        SEASON_TYPE,
        IS_HOME,
        flag("won", "The team won."),
        number(
            "minutes", "Exact team minutes: 240, and 25 for each overtime.", unit="min", low=240, high=490
        ),
        _OVERTIMES,
        *box_fields(),
        number("possessions", "FGA + .44 FTA + TOV - OREB.", unit="count", low=0),
        number("offensive_rating", "100 PTS / possessions.", unit="per 100", low=0),
        number("pace", "48 possessions / (minutes / 5).", unit="per 48 min", low=0),
        *zone_fields(),
        integer("margin", "Points minus the opponent's.", unit="points"),
        flag("is_reconstructed", "No team box exists: the row is the sum of the players."),
        number(
            "player_points",
            "Sum of the players' points; NULL without their box.",
            unit="points",
            low=0,
            nullable=True,
        ),
        SOURCE,
    ),
)

TEAM_DEFENSE_GAME_SUMMARY = TableSchema(
    "team_defense_game_summary",
    "One row per game and team: its defense, from what the opponent scored.",
    ("game_id", "team"),
    (
        GAME,
        TEAM,
        OPPONENT,
        SEASON,
        SEASON_TYPE,
        IS_HOME,
        integer("opponent_points", "Points allowed.", unit="points", low=0),
        number("opponent_possessions", "The opponent's possessions.", unit="count", low=0),
        number("defensive_rating", "100 * opponent points / opponent possessions.", unit="per 100", low=0),
        number("opponent_pace", "The opponent's pace.", unit="per 48 min", low=0),
        *zone_fields("opponent_"),
        integer("stl", "Steals.", low=0),
        integer("blk", "Blocks.", low=0),
        integer("turnovers_forced", "Turnovers of the opponent.", low=0),
        SOURCE,
    ),
)
