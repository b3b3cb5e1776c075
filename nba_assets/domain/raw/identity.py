"""Who is meant by a name: evidence, confidence, and NULL wherever more than one player could be.

The evidence is tried in the order of ``CONFIDENCE``, first among the teams that the mention allows, then
league-wide (a traded player). The first kind of evidence that finds a player decides: one player is the
answer, several are ``ambiguous``, and no weaker evidence is used. Nothing is guessed.
"""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.raw.player_names import forms_table

CONFIDENCE = {
    "exact": 1.0,
    "normalised": 0.99,
    "suffix": 0.95,
    "nickname": 0.9,
    "word_order": 0.9,
    "initials": 0.8,
}
OTHER_TEAM_FACTOR = 0.7
HISTORY = pd.Timedelta(days=1096)

_METHODS = list(CONFIDENCE)
_INITIALS = _METHODS.index("initials")
_MATCH_COLUMNS = ["mention_id", "player_id", "match_method", "match_confidence", "candidates"]
_TEXT = pd.StringDtype("pyarrow")


def resolve_players(mentions: pd.DataFrame, roster: pd.DataFrame) -> pd.DataFrame:
    """Resolve each mention to a player, given one roster for all of them.

    In: mentions (mention_id*, name, teams: tricodes the player may belong to, joined by '|', NULL = any);
    roster (player_id*, player_name, team, last_game_date), see ``roster_as_of``.
    Out, in the order of the mentions: mention_id*, player_id (Int64), match_method (a key of
    ``CONFIDENCE``, other_team, ambiguous, unknown), match_confidence (0..1, NULL unless resolved),
    candidates ('id name team' joined by '|', only where ambiguous).

    Raises:
        ValueError: a mention_id or a player_id repeats.
    """
    if roster["player_id"].duplicated().any():
        raise ValueError("resolve_players: a player is duplicated in the roster")
    undated = mentions.assign(game_date=pd.Series(pd.NaT, index=mentions.index))
    questions = _questions(undated)
    pairs = _name_pairs(questions["name"], roster["player_name"])
    known = questions.merge(pairs, on="name").merge(
        roster[["player_id", "player_name", "team"]], on="player_name"
    )
    return _answers(undated, questions, known)


def resolve_players_as_of(mentions: pd.DataFrame, appearances: pd.DataFrame) -> pd.DataFrame:
    """Resolve each mention to a player by the appearances dated before the mention's own game date.

    In: mentions (mention_id*, name, teams, game_date); appearances: box rows (player_id, player_name, team,
    game_date) in any order, later dates welcome and without effect. Out: as ``resolve_players``, and equal
    to it date by date with ``roster_as_of`` of that date.

    Raises:
        ValueError: a mention_id repeats.
    """
    questions = _questions(mentions)
    played = appearances[["player_id", "player_name", "team", "game_date"]].sort_values(
        ["game_date", "player_id"], kind="stable", ignore_index=True
    )
    players = played[["player_id", "player_name"]].drop_duplicates().rename(columns={"player_name": "met_as"})
    pairs = _name_pairs(questions["name"], players["met_as"])
    tries = questions.merge(pairs.rename(columns={"player_name": "met_as"}), on="name").merge(
        players, on="met_as"
    )
    latest = pd.merge_asof(
        tries.sort_values("game_date", kind="stable"),
        played.assign(last_game_date=played["game_date"]),
        on="game_date",
        by="player_id",
        allow_exact_matches=False,
        tolerance=HISTORY,
    )
    # A name that the player bore at another time than his latest appearance is not in that day's roster.
    known = latest.loc[latest["player_name"].astype("object") == latest["met_as"].astype("object")]
    return _answers(mentions, questions, known)


def roster_as_of(appearances: pd.DataFrame, game_date: pd.Timestamp) -> pd.DataFrame:
    """Latest appearance of each player in the three years strictly before a date.

    In: appearances (player_id, player_name, team, game_date). Out: player_id*, player_name, team,
    last_game_date, sorted by player_id.
    """
    before = appearances["game_date"].lt(game_date) & appearances["game_date"].ge(game_date - HISTORY)
    latest = (
        appearances.loc[before]
        .sort_values("game_date", kind="stable")
        .drop_duplicates("player_id", keep="last")
    )
    roster = latest.rename(columns={"game_date": "last_game_date"})[
        ["player_id", "player_name", "team", "last_game_date"]
    ]
    return roster.sort_values("player_id", ignore_index=True)


def _questions(mentions: pd.DataFrame) -> pd.DataFrame:
    """Distinct (name, teams, date) of the mentions: a feed asks the same question hundreds of times."""
    if mentions["mention_id"].duplicated().any():
        raise ValueError("identity: a mention_id repeats")
    questions = (
        mentions[["name", "teams", "game_date"]].dropna(subset="name").drop_duplicates(ignore_index=True)
    )
    return questions.assign(question=questions.index)


def _name_pairs(questions: pd.Series, known: pd.Series) -> pd.DataFrame:
    """Every (name, player_name) that any evidence joins, with the rank of its strongest evidence."""
    left, right = forms_table(questions), forms_table(known)
    right = right.rename(columns={"name": "player_name"})
    other_names = left[["name", "suffix", "others"]].explode("others").dropna(subset="others")
    short = left.loc[left["has_initial"]]
    joined = (
        left.assign(key=left["name"]).merge(right.assign(key=right["player_name"]), on="key"),
        left.merge(right, on="normalised", suffixes=("", "_known")),
        left.merge(right, on="base", suffixes=("", "_known")),
        other_names.merge(right, left_on="others", right_on="base", suffixes=("", "_known")),
        left.merge(right, on="by_words", suffixes=("", "_known")),
        short.merge(right, on="initial", suffixes=("", "_known")),
    )
    pairs = pd.concat(
        [_compatible(found)[["name", "player_name"]].assign(rank=rank) for rank, found in enumerate(joined)],
        ignore_index=True,
    )
    return pairs.sort_values(["name", "player_name", "rank"]).drop_duplicates(["name", "player_name"])


def _compatible(found: pd.DataFrame) -> pd.DataFrame:
    """Without the pairs whose suffixes contradict each other; a missing one may be any."""
    if "suffix_known" not in found:
        return found
    one_missing = found["suffix"].eq("") | found["suffix_known"].eq("")
    return found.loc[one_missing | found["suffix"].eq(found["suffix_known"])]


def _answers(mentions: pd.DataFrame, questions: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The strongest evidence of each question, one player or ambiguous, back on the mentions."""
    sides = zip(known["team"], known["teams"], strict=True)
    elsewhere = pd.Series(
        [f"|{team}|" not in f"|{allowed}|" for team, allowed in sides], known.index, dtype="bool"
    )
    # Initials are too weak to look for a traded player with.
    level = known.assign(elsewhere=elsewhere, level=known["rank"] + elsewhere * len(_METHODS))
    level = level.loc[~(level["elsewhere"] & level["rank"].eq(_INITIALS))]
    best = level.loc[level["level"] == level.groupby("question")["level"].transform("min")]
    best = best.drop_duplicates(["question", "player_id"]).sort_values(["question", "player_id"])
    answers = _verdicts(best)
    out = mentions[["mention_id", "name", "teams", "game_date"]].merge(
        questions, on=["name", "teams", "game_date"], how="left"
    )
    out = out.merge(answers, on="question", how="left")
    out["match_method"] = out["match_method"].fillna("unknown").astype(_TEXT)
    out["player_id"] = out["player_id"].astype("Int64")
    out["match_confidence"] = out["match_confidence"].astype("float64")
    out["candidates"] = out["candidates"].astype(_TEXT)
    return out[_MATCH_COLUMNS]


def _verdicts(best: pd.DataFrame) -> pd.DataFrame:
    """One row per question, from the rows of its strongest evidence (sorted by player)."""
    named = best.assign(
        candidate=best["player_id"].astype("str")
        + (" " + best["player_name"].astype("object") + " " + best["team"].astype("object")).astype("object")
    )
    grouped = named.groupby("question", sort=True)
    verdicts = grouped.agg(
        players=("player_id", "size"),
        player_id=("player_id", "first"),
        rank=("rank", "first"),
        elsewhere=("elsewhere", "first"),
        candidates=("candidate", "|".join),
    )
    method = verdicts["rank"].map(dict(enumerate(_METHODS))).astype("object")
    confidence = method.map(CONFIDENCE).astype("float64")
    alone = verdicts["players"].eq(1)
    verdicts["match_method"] = method.mask(verdicts["elsewhere"], "other_team").where(alone, "ambiguous")
    verdicts["match_confidence"] = confidence.mask(
        verdicts["elsewhere"], (confidence * OTHER_TEAM_FACTOR).round(3)
    ).where(alone)
    verdicts["player_id"] = verdicts["player_id"].astype("Int64").where(alone)
    verdicts["candidates"] = verdicts["candidates"].where(~alone)
    return verdicts.drop(columns=["players", "rank", "elsewhere"]).reset_index()
