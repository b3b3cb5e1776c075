"""Known leaks, planted one at a time on real data: what each does to the test MAE, and which guard sees it.

Belongs here: the leaks and the plain recipe they are planted in. Does not: guards (leak_guards), reading the
lake (cli), any number that is served: nothing of the platform calls this.

The recipe is the documented one: plain XGBoost on sixty box-score windows, trained on 2021-22 and 2022-23,
stopped on 2023-24, tested on 2024-25 without its first 14 days, players expected and played.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
import xgboost as xgb

from nba_assets.bench import leak_guards
from nba_assets.bench.leak_guards import Finding
from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows
from nba_assets.modeling.evaluation.metrics import holdout_split_by_season
from nba_assets.modeling.fitting.training import TARGET
from nba_assets.modeling.fitting.xgboost_params import XGBoostParams
from nba_assets.modeling.inputs import PLAYER_KEY, feature_matrix

BOX: Final = ("pts", "minutes", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "reb", "ast", "tov", "plus_minus")
HALF_LIVES: Final = (3, 6, 12, 30)  # games
GAMES: Final = 60  # of history of a decayed mean
PLAIN: Final = XGBoostParams(objective="reg:absoluteerror")
_KEYS: Final = ["game_date", *PLAYER_KEY]
_ONE_DAY: Final = pd.Timedelta(days=1)


@dataclass(frozen=True)
class LabFrames:
    """What the lab works on.

    Attributes:
        rows: training rows with results: keys, team, opponent, season, home_away, is_late_addition, minutes,
            pts, in order of date and key.
        context: game_date, game_id, player_id, team, opponent, season of everybody expected.
        games: player_game_summary.
        lines: raw_player_points_lines with an id.
        schedule: raw_schedule.
    """

    rows: pd.DataFrame
    context: pd.DataFrame
    games: pd.DataFrame
    lines: pd.DataFrame
    schedule: pd.DataFrame


@dataclass(frozen=True)
class Leak:
    """A planted error: what it is, and the features it makes of the results.

    `features` takes the rows to describe and player_game_summary.
    """

    name: str
    story: str
    features: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def windows(rows: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """Sixty honest windows: decayed means of twelve box columns at four half-lives, and of the season."""
    history = PriorRows(games, rows, "player_id").within_days(HISTORY_DAYS).last(GAMES)
    season = PriorRows(games, rows, ["player_id", "season"])
    columns = {f"{name}_decayed_{n}": history.decayed_mean(name, n) for n in HALF_LIVES for name in BOX}
    columns |= {f"{name}_season": season.mean(name) for name in BOX}
    return pd.concat([rows[_KEYS].reset_index(drop=True), pd.DataFrame(columns)], axis=1)


def including_the_game(rows: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """The same windows over results dated a day too early: each window holds the game it describes."""
    return windows(rows, games.assign(game_date=games["game_date"] - _ONE_DAY))


def whole_season(rows: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """Season means over the whole season, games to come included."""
    found = windows(rows, games)
    means = games.groupby(["player_id", "season"], as_index=False)[list(BOX)].mean()
    whole = rows[["player_id", "season"]].merge(means, on=["player_id", "season"], how="left")
    return found.assign(**{f"{name}_season": whole[name].to_numpy() for name in BOX})


def league_with_the_day(rows: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """The league's points a player, over the 30 days up to and with the day itself."""
    daily = games.groupby("game_date", as_index=False)[["pts", "minutes"]].sum().assign(league="NBA")
    daily["game_date"] = daily["game_date"] - _ONE_DAY
    month = PriorRows(daily, rows.assign(league="NBA"), "league").within_days(30)
    return windows(rows, games).assign(league_ppm=month.ratio("pts", "minutes"),
                                       league_ppm_day=month.last(1).ratio("pts", "minutes"))  # fmt: skip


def attendance(rows: pd.DataFrame, games: pd.DataFrame) -> pd.DataFrame:
    """Usual minutes and points of the teammates who turned out not to play, as if that had been announced."""
    found = windows(rows, games)
    played = games[list(PLAYER_KEY)].assign(played=True)
    appeared = (
        rows[list(PLAYER_KEY)].merge(played, on=list(PLAYER_KEY), how="left")["played"].notna().to_numpy()
    )
    team = [rows["game_id"].to_numpy(), rows["team"].to_numpy()]
    for name in ("minutes", "pts"):
        absent = pd.Series(np.where(appeared, 0.0, found[f"{name}_decayed_6"].fillna(0.0)))
        found[f"absent_teammates_{name}"] = absent.groupby(team).transform("sum") - absent
    return found


LEAKS: Final = (
    Leak("none", "sixty honest windows", windows),
    Leak("window includes the game", "windows roll before they are shifted", including_the_game),
    Leak("season average over the whole season", "the mean of the finished season", whole_season),
    Leak("league average with the target day", "the day's own games are in it", league_with_the_day),
    Leak("attendance as availability", "who did not play is taken as announced", attendance),
)


def feature_leaks(frames: LabFrames, proof_date: pd.Timestamp) -> pd.DataFrame:
    """Each leak of LEAKS: test MAE, and the results of the guards: leak, story, mae, change, caught, guards.

    `change` is against the honest recipe; `caught`: whether any guard sees it; points.
    """
    near = frames.context[frames.context["game_date"].between(proof_date - 3 * _ONE_DAY, proof_date)]
    near = near.reset_index(drop=True)
    split = holdout_split_by_season(frames.rows)
    records: list[dict] = []
    for leak in LEAKS:
        rows, names = _with_features(frames, leak)
        mae = _test_mae(rows, names, split)
        findings = [
            leak_guards.shifting_proof(partial(leak.features, near), frames.games, proof_date),
            leak_guards.honest_error(mae),
            leak_guards.target_correlation(rows, names, TARGET),
        ]
        honest = records[0]["mae"] if records else mae
        records.append(_record(leak.name, leak.story, mae, mae - honest, findings))
    return pd.DataFrame(records)


def random_split_leak(frames: LabFrames, honest_mae: float, seed: int = 42) -> dict:
    """Rows dealt at random to the three sides: the days of a test row are in training too."""
    rows, names = _with_features(frames, LEAKS[0])
    sides = np.random.default_rng(seed).choice(
        ["train", "validation", "test"], len(rows), p=[0.7, 0.15, 0.15]
    )
    split = pd.Series(sides, index=rows.index)
    mae = _test_mae(rows, names, split)
    finding = leak_guards.sides_in_time(rows, split)
    return _record("random instead of date split", "70/15/15 of the rows", mae, mae - honest_mae, [finding])


def late_line_leak(frames: LabFrames) -> dict:
    """The market's line, captured whenever: books take it down at tip-off, and put live lines up."""
    lines = frames.lines[frames.lines["captured_at"].notna() & frames.lines["player_id"].notna()]
    early = lines[lines["captured_before_tipoff"].astype("boolean").fillna(False).to_numpy(dtype=bool)]
    used = _newest(lines)
    late = used[~used["captured_before_tipoff"].astype("boolean").fillna(False).to_numpy(dtype=bool)]
    scored = frames.games[[*PLAYER_KEY, TARGET]]
    errors = [
        (found["line"] - found[TARGET]).abs()
        for found in (
            _newest(early).merge(scored, on=list(PLAYER_KEY)),
            used.merge(scored, on=list(PLAYER_KEY)),
        )
    ]
    finding = leak_guards.late_lines(used, frames.schedule)
    story = f"{len(late)} of {len(used)} newest captures are late; MAE is the line's own"
    mae = float(errors[1].mean())
    return _record("line captured after tip-off", story, mae, mae - float(errors[0].mean()), [finding])


def _newest(lines: pd.DataFrame) -> pd.DataFrame:
    ordered = lines.sort_values([*PLAYER_KEY, "captured_at", "book"], ignore_index=True)
    newest = ordered.drop_duplicates(list(PLAYER_KEY), keep="last")
    return newest.astype({"player_id": "int64"})


def _record(name: str, story: str, mae: float, change: float, findings: list[Finding]) -> dict:
    seen = [finding for finding in findings if finding.caught]
    words = "; ".join(f"{finding.guard}: {finding.evidence}" for finding in seen)
    return {"leak": name, "story": story, "mae": mae, "change": change, "caught": bool(seen), "guards": words}


def _with_features(frames: LabFrames, leak: Leak) -> tuple[pd.DataFrame, list[str]]:
    """Training rows with a leak's features, computed over everybody expected as the platform does."""
    made = leak.features(frames.context, frames.games)
    names = [str(name) for name in made.columns if name not in _KEYS]
    kept = frames.rows[~frames.rows["is_late_addition"].to_numpy(dtype=bool)]
    joined = kept.merge(made[[*PLAYER_KEY, *names]], on=list(PLAYER_KEY), how="inner", validate="one_to_one")
    joined.index = kept.index
    return joined, [*names, "home_away"]


def _test_mae(rows: pd.DataFrame, names: list[str], split: pd.Series) -> float:
    """MAE on the test side of the plain recipe; fitted here, since our own fit refuses a leaking split."""
    sides = split.reindex(rows.index)
    data: dict[str, xgb.DMatrix] = {}
    for side in ("train", "validation", "test"):
        part = rows[sides.eq(side).fillna(False).to_numpy(dtype=bool)]
        label = part[TARGET].to_numpy(np.float32)
        data[side] = xgb.DMatrix(feature_matrix(part, names, np.float32), label=label)
    booster = xgb.train(
        PLAIN.to_xgboost(), data["train"], PLAIN.trees, evals=[(data["validation"], "validation")],
        early_stopping_rounds=PLAIN.early_stopping_rounds, verbose_eval=False,
    )  # fmt: skip
    predicted = booster.predict(data["test"], iteration_range=(0, booster.best_iteration + 1))
    return float(np.abs(predicted - data["test"].get_label()).mean())
