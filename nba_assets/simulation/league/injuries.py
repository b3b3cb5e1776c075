"""Health: injuries, absences, and the injury lists before tip-off."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from nba_assets.simulation.league.rosters import (
    Player,
    Team,
)

_EASTERN = ZoneInfo("America/New_York")
MOST_OUT = 5  # a team always has eight who can play
_HURT_A_GAME = 0.017
_REST_A_GAME = 0.008
_KNOCK_A_DATE = 0.006
_PARTS = (
    "Knee",
    "Ankle",
    "Back",
    "Calf",
    "Foot",
    "Hamstring",
    "Hip",
    "Shoulder",
    "Wrist",
    "Groin",
    "Illness",
)
# What a player who will miss the game, or will play, is called: in the morning and before tip-off.
_MISSING = (("Out", 0.72), ("Doubtful", 0.12), ("Questionable", 0.16)), (("Out", 0.94), ("Doubtful", 0.04),
                                                                         ("Questionable", 0.02))  # fmt: skip
_PLAYING = (("Questionable", 0.45), ("Probable", 0.55)), (("Questionable", 0.1), ("Probable", 0.45),
                                                          ("Available", 0.45))  # fmt: skip
_CAPTURES = (dt.time(11, 5, 12), dt.time(17, 35, 47))
# Until this share of the season the list is prose (Details), later it has a Status column: as in the archive.
_PROSE_SHARE = 0.4


@dataclass(slots=True)
class Complaint:
    """Why a player is on the list: part of the body, first day listed, last day missed."""

    part: str
    since: dt.date
    until: dt.date


class Infirmary:
    """Health of the whole league through one season."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._complaints: dict[int, Complaint] = {}

    def morning(self, date: dt.date, teams: Sequence[Team]) -> None:
        """Start a date: heal who is through, and let a few have knocks they will play with."""
        recovered = [i for i, c in self._complaints.items() if (date - c.until).days > 2]
        for player_id in recovered:
            del self._complaints[player_id]
        for team in teams:
            knocks = self._rng.random(len(team.roster)) < _KNOCK_A_DATE
            for player, knock in zip(team.roster, knocks, strict=True):
                if knock and player.player_id not in self._complaints:
                    self._complain(player, date, missed=0)

    def misses(self, player: Player, date: dt.date) -> bool:
        """Whether a player misses his game on a date."""
        complaint = self._complaints.get(player.player_id)
        return complaint is not None and date <= complaint.until

    def available(self, team: Team, date: dt.date) -> list[Player]:
        """Return who can play, by rating: at least eight."""
        fit = [p for p in team.roster if not self.misses(p, date)]
        hurt = [p for p in team.roster if self.misses(p, date)]
        for player in hurt[MOST_OUT:]:
            self._complaints[player.player_id].until = date - dt.timedelta(days=1)
        return sorted([*fit, *hurt[MOST_OUT:]], key=lambda p: (-p.rating, p.player_id))

    def after_game(self, players: Sequence[Player], minutes: Sequence[float], date: dt.date) -> None:
        """Let players who played get hurt (days lost: heavy tail) or be rested next time."""
        u, length = self._rng.random(len(players)), self._rng.gamma(0.8, 14.0, len(players))
        for player, x, days, played in zip(players, u, length, minutes, strict=True):
            if x < _HURT_A_GAME * played / 24:
                self._complain(player, date + dt.timedelta(days=1), missed=2 + int(days))
            elif x > 1 - _REST_A_GAME:
                self._complain(player, date + dt.timedelta(days=1), missed=2)

    def report(
        self, date: dt.date, teams: Sequence[Team], prose: bool
    ) -> tuple[list[dict[str, Any]], list[set[int]]]:
        """Return the date's injury lists (rows of the snapshot feed) and, per capture, the ids listed Out."""
        rows: list[dict[str, Any]] = []
        out: list[set[int]] = []
        for which, time in enumerate(_CAPTURES):
            captured = dt.datetime.combine(date, time, _EASTERN).astimezone(dt.UTC)
            listed_out: set[int] = set()
            for team in teams:
                for player in team.roster:
                    if (complaint := self._complaints.get(player.player_id)) is None:
                        continue
                    status = self._status(player, complaint, date, which)
                    if status == "Out":
                        listed_out.add(player.player_id)
                    if prose and status == "Available":
                        continue  # lists in prose name no player who is fit to play
                    rows.append(_row(team, player, complaint, status, date, captured, prose))
            out.append(listed_out)
        return rows, out

    def _complain(self, player: Player, since: dt.date, missed: int) -> None:
        part = _PARTS[int(self._rng.integers(len(_PARTS)))]
        self._complaints[player.player_id] = Complaint(part, since, since + dt.timedelta(days=missed - 1))

    def _status(self, player: Player, complaint: Complaint, date: dt.date, which: int) -> str:
        if not self.misses(player, date):
            choices = _PLAYING[which]
        elif (complaint.until - date).days > 5:
            return "Out"
        else:
            choices = _MISSING[which]
        u = float(self._rng.random())
        for status, share in choices:
            u -= share
            if u < 0:
                return status
        return choices[-1][0]


def is_prose(date_number: int, dates: int) -> bool:
    """Whether a date's lists are still written in prose."""
    return date_number < _PROSE_SHARE * dates


def _row(
    team: Team,
    player: Player,
    complaint: Complaint,
    status: str,
    date: dt.date,
    captured: dt.datetime,
    prose: bool,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "Player": player.name,
        "Team": team.franchise.tricode,
        "Update": None,
        "Details": None,
        "snapshot_at": captured.strftime("%Y-%m-%d %H:%M:%S+00:00"),
        "commit": hashlib.sha256(f"simulated {captured.isoformat()}".encode()).hexdigest()[:12],
        "Status": None if prose else status,
    }
    if prose:
        row["Update"] = f"{complaint.since:%a, %b} {complaint.since.day}, {complaint.since.year}"
        row["Details"] = _prose(player, complaint, status, date)
    return row


def _prose(player: Player, complaint: Complaint, status: str, date: dt.date) -> str:
    head = "Out" if status == "Out" else "Day To Day"
    verb = "is out" if status == "Out" else f"is {status}"
    when = f"{date:%A}'s ({date:%b}. {date.day}) game"
    return f"{head} ({complaint.part}) - {player.family_name} {verb} for {when}."
