"""The sensor of feeds: an alert when one does not give what it should have given by now."""

from __future__ import annotations

import json
import logging

import dagster as dg

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.pulse import pulse
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.fetch.fetch_desk import FetchDesk


class FeedHealthSensor:
    """The sensor over one landing zone."""

    def __init__(self, settings: Settings, desk: FetchDesk, alerts: Alerts):
        self._settings, self._desk, self._alerts = settings, desk, alerts

    def definition(self) -> dg.SensorDefinition:
        """The sensor, stopped."""
        return dg.SensorDefinition(
            name="feed_health",
            evaluation_fn=self.evaluate,
            minimum_interval_seconds=pulse(self._settings, 300),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Alerts on feeds that are late, refused or out of credits, within the hour.",
        )

    def evaluate(self, context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """One message when a feed becomes red or red for another reason, and one when it is well again."""
        if self._settings.source is SourceKind.ARCHIVE:
            return dg.SkipReason("an archive has no feeds")
        red = {one.feed: one for one in self._desk.feed_health() if one.is_red}
        state = {feed: one.state.value for feed, one in red.items()}
        before: dict[str, str] = json.loads(context.cursor or "{}")
        new = [feed for feed in red if before.get(feed) != state[feed]]
        if new:
            lines = [f"{feed} {red[feed].state.value}: {red[feed].detail}" for feed in new]
            self._alerts.send(f"feeds: {'; '.join(lines)}. See nba-assets feeds", context.log)
        if healed := sorted(set(before) - set(state)):
            self._alerts.send(f"feeds: {', '.join(healed)} healthy again", context.log, logging.INFO)
        if state == before:
            return dg.SkipReason(f"red as before: {', '.join(state)}" if state else "every feed is well")
        reason = dg.SkipReason(f"alert sent: {', '.join((*new, *healed))}")
        return dg.SensorResult(skip_reason=reason, cursor=json.dumps(state))
