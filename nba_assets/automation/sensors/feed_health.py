"""The sensor of feeds: an alert and a failed check when one has not given what it should have by now."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace

import dagster as dg

from nba_assets.automation.alerts import Alerts
from nba_assets.automation.feed_checks import feed_evaluations
from nba_assets.automation.pulse import pulse
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.fetch.feed_health import FeedHealth, FeedState
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
        """One message when a feed becomes red or red for another reason, and one when it is well again.

        The cursor holds the state of each feed. One of which nothing is expected stays as it was: a dead feed
        is not well again because the evening is over.
        """
        if self._settings.source is SourceKind.ARCHIVE:
            return dg.SkipReason("an archive has no feeds")
        before = {feed: FeedState(state) for feed, state in json.loads(context.cursor or "{}").items()}
        health = [_remembered(one, before) for one in self._desk.feed_health()]
        state = {one.feed: one.state for one in health if one.state is not FeedState.IDLE}
        changed = {feed for feed in state if before.get(feed) is not state[feed]}
        new = [one for one in health if one.feed in changed and one.is_red]
        healed = sorted(changed.intersection(before).difference(one.feed for one in new))
        if new:
            lines = [f"{one.feed} {one.state.value}: {one.detail}" for one in new]
            self._alerts.send(f"feeds: {'; '.join(lines)}. See nba-assets feeds", context.log)
        if healed:
            self._alerts.send(f"feeds: {', '.join(healed)} healthy again", context.log, logging.INFO)
        red = ", ".join(one.feed for one in health if one.is_red)
        return dg.SensorResult(
            skip_reason=dg.SkipReason(f"red: {red}" if red else "every feed is well"),
            cursor=json.dumps({feed: found.value for feed, found in state.items()}),
            asset_events=feed_evaluations(health, changed),
        )


def _remembered(one: FeedHealth, before: Mapping[str, FeedState]) -> FeedHealth:
    if one.state is not FeedState.IDLE or one.feed not in before:
        return one
    return replace(one, state=before[one.feed], detail=one.detail or "as when it was last expected")
