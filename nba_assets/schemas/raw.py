"""Raw tables: the rows of the sources, typed and validated, without arithmetic."""

from __future__ import annotations

from nba_assets.schemas.columns import (
    GAME_ID,
    TRICODE,
    Field,
    TableSchema,
    flag,
    integer,
    moment,
    number,
    text,
)

SEASON_TYPES = ("Regular Season", "PlayIn", "Playoffs", "Cup")

GAME = text("game_id", "NBA game id, ten digits.", pattern=GAME_ID)
PLAYER = integer("player_id", "NBA person id.", low=1)
PLAYER_NAME = text("player_name", "Name for people; never a join key.")
TEAM = text("team", "Tricode of the team.", pattern=TRICODE)
OPPONENT = text("opponent", "Tricode of the opponent.", pattern=TRICODE)
SEASON = text("season", "Season, as in 2024-25.", pattern=r"\d{4}-\d{2}")
SEASON_TYPE = text("season_type", "Part of the season.", values=SEASON_TYPES)
SOURCE = text("source", "Feed the row came from.")

_BOX_COUNTS = (
    ("fgm", "Field goals made"),
    ("fga", "Field goals attempted"),
    ("fg3m", "Three-pointers made"),
    ("fg3a", "Three-pointers attempted"),
    ("ftm", "Free throws made"),
    ("fta", "Free throws attempted"),
    ("oreb", "Offensive rebounds"),
    ("dreb", "Defensive rebounds"),
    ("reb", "Rebounds"),
    ("ast", "Assists"),
    ("stl", "Steals"),
    ("blk", "Blocks"),
    ("tov", "Turnovers"),
    ("pf", "Personal fouls"),
    ("pts", "Points"),
)


def box_fields(high: dict[str, float] | None = None) -> tuple[Field, ...]:
    """Columns of a box line: counts that cannot be negative."""
    limits = high or {}
    return tuple(
        integer(name, f"{words}.", unit="count" if name != "pts" else "points", low=0, high=limits.get(name))
        for name, words in _BOX_COUNTS
    )


RAW_SCHEDULE = TableSchema(
    "raw_schedule",
    "One row per game.",
    ("game_id",),
    (
        GAME,
        SEASON,
        SEASON_TYPE,
        text("home_team", "Tricode of the home team, also at neutral sites.", pattern=TRICODE),
        text("away_team", "Tricode of the visiting team.", pattern=TRICODE),
        moment("tipoff_utc", "Tip-off; NULL where the source gives none.", nullable=True),
        text("status", "Status of the game.", values=("scheduled", "final", "postponed")),
        flag(
            "is_neutral", "Played at a neutral site; NULL where the source does not state it.", nullable=True
        ),
        flag("is_postponed", "Moved to another date."),
        integer("home_score", "Points of the home team once final.", unit="points", nullable=True, low=0),
        integer("away_score", "Points of the visitors once final.", unit="points", nullable=True, low=0),
        SOURCE,
    ),
)

RAW_PLAYER_BOXSCORES = TableSchema(
    "raw_player_boxscores",
    "One row per game and player who entered it.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        text("start_position", "Position if he started, where the source states it.", nullable=True),
        flag("won", "His team won."),
        number(
            "minutes", "Minutes played; whole where the source has no seconds.", unit="min", low=0, high=70
        ),
        *box_fields({"pts": 110}),
        number("plus_minus", "Point difference while on the floor.", unit="points", nullable=True),
        SOURCE,
    ),
)

RAW_TEAM_BOXSCORES = TableSchema(
    "raw_team_boxscores",
    "One row per game and team.",
    ("game_id", "team"),
    (
        GAME,
        TEAM,
        OPPONENT,
        flag("won", "The team won."),
        number(
            "minutes",
            "Sum of the players' minutes: 240, and 25 for each overtime.",
            unit="min",
            low=200,
            high=440,
        ),
        *box_fields(),
        number("plus_minus", "Margin.", unit="points", nullable=True),
        SOURCE,
    ),
)


def _person(name: str, words: str) -> Field:
    return integer(name, f"Person id of {words}; NULL where there is none.", nullable=True, low=1)


RAW_PLAY_BY_PLAY = TableSchema(
    "raw_play_by_play",
    "One row per event of a game, in order of play.",
    ("game_id", "event_index"),
    (
        GAME,
        integer("event_index", "Order of play within the game, from 0.", low=0),
        integer("period", "Quarter 1 to 4, overtimes from 5.", low=1, high=14),
        number("clock_seconds_left", "Time left in the period.", unit="s", low=0, high=720),
        integer("action_number", "Action number of the feed; not the order of play.", nullable=True, low=0),
        text("event_type", "Kind of event."),
        text("event_subtype", "Subtype, where the feed has one.", nullable=True),
        text("description", "Description in the words of the feed.", nullable=True),
        text("qualifiers", "Qualifiers, joined by |.", nullable=True),
        _person("person_id", "the actor"),
        _person("assist_person_id", "the assister"),
        _person("block_person_id", "the blocker"),
        _person("steal_person_id", "the stealer"),
        _person("foul_drawn_person_id", "the fouled player"),
        text("team", "Tricode of the acting team; NULL where the feed names none.", nullable=True),
        flag("shot_made", "Shot or free throw went in; NULL for other events.", nullable=True),
        flag("is_field_goal", "A field goal attempt."),
        number("shot_distance", "Distance of the shot.", unit="ft", nullable=True, low=0, high=94),
        text("area", "Area of the floor, where the feed has it.", nullable=True),
        text("area_detail", "Part of the area, where the feed has it.", nullable=True),
        number("x", "Across the floor from the basket, where the feed has it.", unit="ft", nullable=True),
        number("y", "Along the floor from the basket, where the feed has it.", unit="ft", nullable=True),
        integer("score_home", "Home score after the event.", unit="points", nullable=True, low=0),
        integer("score_away", "Visitors' score after the event.", unit="points", nullable=True, low=0),
        text("players_on", "Person ids on the floor, joined by |.", nullable=True),
        SOURCE,
    ),
)

RAW_SHOT_CHART = TableSchema(
    "raw_shot_chart",
    "One row per field goal attempt.",
    ("game_id", "player_id", "shot_index"),
    (
        GAME,
        PLAYER,
        integer("shot_index", "Order within the player's game, from 0.", low=0),
        TEAM,
        integer("period", "Quarter 1 to 4, overtimes from 5.", nullable=True, low=1, high=14),
        number("clock_seconds_left", "Time left in the period.", unit="s", nullable=True, low=0, high=720),
        text("zone", "Zone of the floor, as the source names it."),
        number("x", "Across the floor from the basket.", unit="ft"),
        number("y", "Along the floor from the basket.", unit="ft"),
        number("distance_feet", "Distance from the basket.", unit="ft", low=0, high=94),
        flag("made", "The shot went in."),
        integer("value", "Points the shot was worth.", unit="points", values=(2, 3)),
        text("action_type", "Kind of shot.", nullable=True),
        SOURCE,
    ),
)

_MATCH = (
    text("match_method", "How the name was matched to a player id.", nullable=True),
    number("match_confidence", "How sure the match is.", unit="0..1", nullable=True, low=0, high=1),
)

RAW_INJURY_REPORTS = TableSchema(
    "raw_injury_reports",
    "One row per player named in a capture of an injury list, or in a report or event of a day.",
    ("captured_at", "team", "player_name", "kind"),
    (
        moment("captured_at", "Moment from which the row counts as known; time_basis gives its basis."),
        TEAM,
        PLAYER_NAME,
        integer("player_id", "NBA person id; NULL where the name is not resolved.", nullable=True, low=1),
        text(
            "status",
            "Availability; NULL where the text names none.",
            nullable=True,
            values=("Out", "Doubtful", "Questionable", "Probable", "Available"),
        ),
        text("status_text", "Availability in the words of the source.", nullable=True),
        text("reason", "Reason in the words of the source.", nullable=True),
        *_MATCH,
        text(
            "kind",
            "Kind of document the row comes from.",
            values=("list", "official_report", "inactive_list_event"),
        ),
        text(
            "time_basis",
            "Basis of captured_at: the capture; 17:00 US Eastern, assumed for a report without an hour; "
            "the end of the day of an event, which is a label on that day and knowledge after it.",
            values=("captured", "assumed_hour", "end_of_day"),
        ),
        SOURCE,
    ),
)

RAW_LINEUPS = TableSchema(
    "raw_lineups",
    "One row per capture, game, team and player of a lineup.",
    ("captured_at", "game_id", "team", "player_id"),
    (
        moment(
            "captured_at",
            "Capture; NULL for the first five of a game's events, public half an hour before tip-off.",
            nullable=True,
        ),
        GAME,
        TEAM,
        PLAYER,
        PLAYER_NAME,
        text(
            "kind",
            "Projected by an observer, confirmed by the league before tip-off, seen at the first event, or "
            "stated by the box score afterwards.",
            values=("projected", "confirmed", "first_event", "final"),
        ),
        text("role", "Part in the lineup.", values=("starter", "bench", "inactive")),
        text("position", "Position, where the source names one.", nullable=True),
        text("reason", "Reason of an inactive player, in the words of the source.", nullable=True),
        SOURCE,
    ),
)

RAW_GAME_LINES = TableSchema(
    "raw_game_lines",
    "One row per capture, game, book and market.",
    ("captured_at", "game_id", "book", "market"),
    (
        moment(
            "captured_at",
            "Capture; NULL for a closing consensus, which is pre-game by nature.",
            nullable=True,
        ),
        GAME,
        text("book", "Book, or the consensus of several."),
        text("market", "Kind of line.", values=("spread", "total", "moneyline")),
        number("home_price", "American price of the home side, or of over.", nullable=True),
        number("away_price", "American price of the visitors, or of under.", nullable=True),
        number("point", "Spread: handicap of the home team. Total: points.", unit="points", nullable=True),
        SOURCE,
    ),
)

RAW_PLAYER_POINTS_LINES = TableSchema(
    "raw_player_points_lines",
    "One row per capture, game, player and book.",
    ("captured_at", "game_id", "player_name", "book"),
    (
        moment("captured_at", "Capture; NULL where the source has none.", nullable=True),
        GAME,
        PLAYER_NAME,
        text("book", "Book."),
        integer("player_id", "NBA person id; NULL where the name is not resolved.", nullable=True, low=1),
        number("line", "Points line.", unit="points", low=0, high=70),
        number("over_price", "American price of over.", nullable=True),
        number("under_price", "American price of under.", nullable=True),
        number(
            "minutes_to_tipoff",
            "From capture to tip-off; NULL where either is unknown.",
            unit="min",
            nullable=True,
        ),
        flag(
            "captured_before_tipoff",
            "The only kind a feature may use; NULL without a capture time.",
            nullable=True,
        ),
        *_MATCH,
        SOURCE,
    ),
)
