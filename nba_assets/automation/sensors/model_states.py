"""The sensor of model states: bad ones are alerted on, a new fit is made, a blocked champion steps down.

The registry cannot read grades, which are made of the predictions that it decides on: what follows from them
is a run of its own, with the reason in its configuration.
"""

from __future__ import annotations

import datetime as dt
import json

import dagster as dg

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.due import active_dates
from nba_assets.automation.jobs import MAIN_JOB, RETRAINED, champion_config, retrain_config
from nba_assets.automation.pulse import pulse
from nba_assets.automation.sensors.promotion import newest_serving, tonight
from nba_assets.lineage.graph import PREDICTIONS, REGISTRY
from nba_assets.modeling.promotion.consequences import consequences
from nba_assets.modeling.promotion.registry import NOBODY
from nba_assets.modeling.systems.catalog import BASELINES, LEARNED_SYSTEMS
from nba_assets.quality.gate import Gate
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_PERFORMANCE = "model_performance"
_NEWEST = 10  # dates among which the newest good one is looked for
_ADVICE_DAYS = 7  # a new fit is advised for this long before it is asked for again


class ModelStates:
    """The sensor over one lake."""

    def __init__(self, settings: Settings, desk: FetchDesk, alerts: Alerts):
        self._settings, self._desk, self._alerts = settings, desk, alerts

    def definition(self) -> dg.SensorDefinition:
        """The sensor, stopped."""
        return dg.SensorDefinition(
            name="model_states",
            evaluation_fn=self.evaluate,
            job_name=MAIN_JOB,
            minimum_interval_seconds=pulse(self._settings, 900),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Alerts on models in a bad state, trains them anew when that is advised, and takes a "
            "blocked champion out of service while a better baseline exists.",
        )

    def evaluate(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """One alert a change of states; before tonight's games a new fit and a champion that steps down."""
        lake = Lake(open_store(self._settings.lake))
        gate = Gate(lake)
        graded = gate.open(_PERFORMANCE, lake.dates(_PERFORMANCE)[-_NEWEST:])
        if not graded:
            return dg.SkipReason("no graded date")
        day = tonight(context.instance, self._desk)
        champion = newest_serving(lake, gate, day or graded[-1])
        name = None if champion is None else str(champion["system"])
        found = consequences(
            read_table(lake, _PERFORMANCE, dates=graded[-1:]), name, LEARNED_SYSTEMS,
            tuple(rule.name for rule in BASELINES),
        )  # fmt: skip
        if found.bad != json.loads(context.cursor or "{}"):
            states = ", ".join(f"{system} {state}" for system, state in found.bad.items())
            self._alerts.send(
                f"model states of {graded[-1]}: {states or 'none is bad any more'}", context.log
            )
        cursor = json.dumps(found.bad)
        words = f"{len(found.bad)} models in a bad state on {graded[-1]}"
        if day is None or active_dates(context.instance, [day]):
            return dg.SensorResult(skip_reason=dg.SkipReason(words), cursor=cursor)
        requests = [*self._retrain(found.retrain, day), *self._step_down(found.step_down, name, day)]
        if not requests:
            return dg.SensorResult(skip_reason=dg.SkipReason(words), cursor=cursor)
        return dg.SensorResult(run_requests=requests, cursor=cursor)

    def _retrain(self, systems: tuple[str, ...], day: dt.date) -> list[dg.RunRequest]:
        """One run a week while a new fit is advised."""
        if not systems:
            return []
        week = day.toordinal() // _ADVICE_DAYS
        return [
            dg.RunRequest(
                run_key=f"model_states:retrain:{week}",
                partition_key=str(day),
                asset_selection=[dg.AssetKey(name) for name in RETRAINED],
                run_config=retrain_config(),
            )
        ]

    def _step_down(self, reason: str | None, champion: str | None, day: dt.date) -> list[dg.RunRequest]:
        if reason is None:
            return []
        return [
            dg.RunRequest(
                run_key=f"model_states:step_down:{champion}:{day}",
                partition_key=str(day),
                asset_selection=[dg.AssetKey(name) for name in (REGISTRY, PREDICTIONS)],
                run_config=champion_config(NOBODY, reason),
            )
        ]
