"""The sensor of promoted models: tonight is predicted again when another system has become champion.

The weekly training promotes in the morning, and the first predictions serve its champion. A person promotes
when he likes, in the UI or with ``nba-assets promote``: until tip-off tonight's predictions follow.
"""

from __future__ import annotations

import datetime as dt

import dagster as dg
import pandas as pd

from nba_assets.automation.attempts import Attempts
from nba_assets.automation.due import Phase, active_dates, phase
from nba_assets.automation.jobs import MAIN_JOB
from nba_assets.automation.pulse import pulse
from nba_assets.automation.watched_dates import watched_days
from nba_assets.lineage.graph import (
    PREDICTIONS,
    REGISTRY,
)
from nba_assets.modeling.promotion.registry import (
    LIFE_DAYS,
    served_by,
    serving,
)
from nba_assets.modeling.systems.versions import counting
from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_GAME = ["game_id", "system", "model_id"]


class PromotionSensor:
    """The sensor over one lake."""

    def __init__(self, settings: Settings, desk: FetchDesk):
        self._settings, self._desk = settings, desk

    def definition(self) -> dg.SensorDefinition:
        """The sensor, stopped."""
        return dg.SensorDefinition(
            name="promoted_models",
            evaluation_fn=self.evaluate,
            job_name=MAIN_JOB,
            minimum_interval_seconds=pulse(self._settings, 120),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Predicts tonight again when another system has become champion.",
        )

    def evaluate(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """One request a promotion, and none before the first predictions or after tip-off."""
        day = tonight(context.instance, self._desk)
        if day is None:
            return dg.SkipReason("no game is still to come today")
        if active_dates(context.instance, [day]):
            return dg.SkipReason(f"a run makes tables of {day}")
        lake = Lake(open_store(self._settings.lake))
        gate = Gate(lake)
        if not gate.open(PREDICTIONS, [day]):
            return dg.SkipReason(f"{day} has no predictions yet")
        champion = newest_serving(lake, gate, day)
        if champion is None:
            return dg.SkipReason("no system is champion")
        rows = counting(read_table(lake, PREDICTIONS, dates=[day]))
        if _expected(rows, champion) == _served(rows):
            return dg.SkipReason(f"{champion['system']} is champion, and serves {day}")
        version = lake.store.version(lake.name(PREDICTIONS, day))
        state, attempts, now = (
            f"{champion['system']}:{champion['model_id']}:{champion['share']:g}:{version}",
            Attempts(context.cursor),
            self._desk.now(),
        )
        key = str(day)
        if not attempts.may_begin(key, state, now):
            return dg.SkipReason(
                f"{champion['system']} is champion and does not serve: {attempts.words(key)}"
            )
        number = attempts.begin(key, state, now)
        request = dg.RunRequest(
            run_key=f"{context.sensor_name}:{day}:{state}:{number}",
            partition_key=key,
            asset_selection=[dg.AssetKey(PREDICTIONS)],
        )
        return dg.SensorResult(run_requests=[request], cursor=attempts.cursor([key]))


def tonight(instance: dg.DagsterInstance, desk: FetchDesk) -> dt.date | None:
    """Today, if its games are still to come."""
    now = desk.now()
    found = dict(watched_days(instance, desk.source(), now, 0))
    today = eastern(now).date()
    games = found.get(today, pd.DataFrame())
    return today if len(games) and phase(games, today, now) is Phase.BEFORE else None


def newest_serving(lake: Lake, gate: Gate, date: dt.date) -> pd.Series | None:
    """Who serves a date by the newest registry that is not past it: a row of `serving`."""
    newest = [*gate.open_between(REGISTRY, date - dt.timedelta(LIFE_DAYS), date)][-1:]
    registry = read_table(lake, REGISTRY, dates=newest)
    row = serving(registry, pd.DatetimeIndex([pd.Timestamp(date)])).iloc[0]
    return None if pd.isna(row["system"]) else row


def _expected(rows: pd.DataFrame, champion: pd.Series) -> set[tuple[str, str, str]]:
    """Game, system and model that should serve each predicted game of a date."""
    games = rows[["game_date", "game_id"]].drop_duplicates(ignore_index=True)
    found = games.join(
        served_by(games, champion.to_frame().T.astype({"game_date": games["game_date"].dtype}))
    )
    return set(found[_GAME].astype("object").itertuples(index=False, name=None))


def _served(rows: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Game, system and model of the predictions that count and are served."""
    champions = rows.loc[rows["role"].eq("champion").to_numpy(bool), _GAME].drop_duplicates()
    return set(champions.astype("object").itertuples(index=False, name=None))
