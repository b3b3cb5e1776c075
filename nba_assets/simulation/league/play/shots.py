"""Shots: the five zones, where on the floor a shot is taken, and how the two feeds word it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

RIM, PAINT, MID, CORNER, ARC = range(5)
IS_THREE = (False, False, False, True, True)
ZONE_NAMES = ("Restricted Area", "In The Paint (Non-RA)", "Mid-Range", "Corner 3", "Above the Break 3")

_HOOP_Y = 5.25
_POOL = 1500


class Spot(NamedTuple):
    """A place on the floor, as the shot chart describes it."""

    x: float
    y: float
    distance: int
    basic_zone: str
    zone_name: str
    zone_range: str


class Style(NamedTuple):
    """One way to shoot: its words in the play-by-play (how, what) and in the shot chart."""

    how: str
    kind: str
    action_type: str


_DRIVES = (
    Style("driving", "Layup", "Driving Layup Shot"),
    Style("driving", "Layup", "Driving Layup Shot"),
    Style("driving finger roll", "Layup", "Driving Finger Roll Layup Shot"),
    Style("driving reverse", "Layup", "Driving Reverse Layup Shot"),
    Style("cutting", "Layup", "Cutting Layup Shot"),
    Style("cutting", "DUNK", "Cutting Dunk Shot"),
    Style("driving", "DUNK", "Driving Dunk Shot"),
    Style("", "Layup", "Layup Shot"),
)
_FLOATERS = (
    Style("driving floating", "Shot", "Driving Floating Jump Shot"),
    Style("driving floating bank", "Shot", "Driving Floating Bank Jump Shot"),
    Style("floating", "Shot", "Floating Jump shot"),
    Style("turnaround", "Hook", "Turnaround Hook Shot"),
    Style("pullup", "Shot", "Pullup Jump shot"),
    Style("fadeaway", "Shot", "Fadeaway Jump Shot"),
    Style("driving", "Layup", "Driving Layup Shot"),
)
_JUMPERS = (
    Style("pullup", "Shot", "Pullup Jump shot"),
    Style("pullup", "Shot", "Pullup Jump shot"),
    Style("step back", "Shot", "Step Back Jump shot"),
    Style("", "Shot", "Jump Shot"),
    Style("fadeaway", "Shot", "Fadeaway Jump Shot"),
    Style("turnaround fadeaway", "Shot", "Turnaround Fadeaway shot"),
)
_CORNER_THREES = (Style("", "3PT", "Jump Shot"),) * 9 + (Style("step back", "3PT", "Step Back Jump shot"),)
_ARC_THREES = (
    *(Style("", "3PT", "Jump Shot"),) * 6,
    *(Style("pullup", "3PT", "Pullup Jump shot"),) * 2,
    Style("step back", "3PT", "Step Back Jump shot"),
    Style("running pullup", "3PT", "Running Pull-Up Jump Shot"),
)
STYLES = (_DRIVES, _FLOATERS, _JUMPERS, _CORNER_THREES, _ARC_THREES)
FAST_BREAK_STYLES = (
    Style("running", "Layup", "Running Layup Shot"),
    Style("running finger roll", "Layup", "Running Finger Roll Layup Shot"),
    Style("running", "DUNK", "Running Dunk Shot"),
)
PUTBACK_STYLES = (
    Style("putback", "Layup", "Putback Layup Shot"),
    Style("tip", "Layup", "Tip Layup Shot"),
    Style("putback", "DUNK", "Putback Dunk Shot"),
)


def wording(style: Style, *, three: bool, made: bool, distance: int) -> str:
    """Return the middle of a description, e.g. ``7' turnaround Hook``.

    The feed states the distance only from 6 ft on for two-pointers and from 24 ft on for threes.
    """
    feet = f"{distance}' " if distance >= (24 if three else 6) else ""
    if three:
        how = f"{style.how} " if style.how else ""
        return f"{feet}3PT {style.how}" if made else f"{feet}{how}3PT"
    kind = "Jump Shot" if made and style.kind == "Shot" else style.kind
    return f"{feet}{style.how} {kind}" if style.how else f"{feet}{kind}"


@cache
def spots(zone: int) -> tuple[Spot, ...]:
    """Return a fixed pool of places inside a zone; games draw from it by index."""
    rng = np.random.default_rng([1891, zone])
    x, y = _draw_xy(zone, rng)
    x, y = np.round(x, 1) + 0.0, np.round(y, 1)
    keep = _inside(zone, x, y)
    return tuple(
        _spot(zone, float(a), float(b)) for a, b in zip(x[keep][:_POOL], y[keep][:_POOL], strict=True)
    )


@cache
def heave_spots() -> tuple[Spot, ...]:
    """Return a fixed pool of places beyond half court, for shots at the buzzer."""
    rng = np.random.default_rng([1891, 99])
    x, y = np.round(rng.normal(0, 10, 300).clip(-22, 22), 1) + 0.0, np.round(rng.uniform(43, 75, 300), 1)
    return tuple(
        Spot(
            float(a),
            round(float(b) + _HOOP_Y, 2),
            int(np.hypot(a, b)),
            "Backcourt",
            "Back Court",
            "Back Court Shot",
        )
        for a, b in zip(x, y, strict=True)
    )


def _draw_xy(zone: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw places relative to the basket, more than a pool needs: `_inside` keeps those of the zone."""
    n = 20 * _POOL
    if zone == CORNER:
        side = np.where(rng.random(n) < 0.52, 1.0, -1.0)
        return side * rng.normal(23.1, 0.5, n), rng.uniform(-4.5, 8.5, n)
    radius = {
        RIM: rng.gamma(2.2, 0.85, n),
        PAINT: 4 + rng.gamma(1.6, 2.3, n),
        MID: rng.normal(16, 3.8, n),
        ARC: 23.8 + rng.gamma(2.2, 1.15, n),
    }[zone]
    angle = rng.normal(np.pi / 2, {RIM: 0.75, PAINT: 0.6, MID: 0.8, ARC: 0.62}[zone], n)
    return radius * np.cos(angle), radius * np.sin(angle)


def _inside(zone: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which places lie inside a zone, a tenth of a foot away from its edges."""
    radius, key = np.hypot(x, y), (np.abs(x) <= 8.0) & (y <= 13.7)
    on_floor = (y > -4.8) & (np.abs(x) < 24.9)
    if zone == RIM:
        return radius < 3.95
    if zone == PAINT:
        return on_floor & key & (radius >= 4.05)
    if zone == MID:
        return (
            on_floor
            & ~((np.abs(x) <= 8.1) & (y <= 13.9))
            & (radius > 8.1)
            & (radius < 23.6)
            & (np.abs(x) < 21.9)
        )
    if zone == CORNER:
        return on_floor & (np.abs(x) >= 22.1) & (y <= 8.6)
    return on_floor & (y >= 8.9) & (radius >= 23.8) & (y < 41)


def _spot(zone: int, x: float, y: float) -> Spot:
    distance = int(np.hypot(x, y))
    basic = ZONE_NAMES[zone] if zone != CORNER else ("Left Corner 3" if x > 0 else "Right Corner 3")
    return Spot(
        x, round(y + _HOOP_Y, 2), distance, basic, _side(zone, x, y, distance), _range(zone, distance)
    )


def _side(zone: int, x: float, y: float, distance: int) -> str:
    if zone == RIM or distance < 8:
        return "Center"
    from_middle = float(np.degrees(np.arctan2(abs(x), y)))
    if from_middle <= 18 or (zone == PAINT and from_middle <= 36):
        return "Center"
    side = "Left Side" if x > 0 else "Right Side"
    return f"{side} Center" if from_middle <= 54 and distance >= 16 and zone != CORNER else side


def _range(zone: int, distance: int) -> str:
    if IS_THREE[zone]:
        return "24+ ft."
    if distance < 8:
        return "Less Than 8 ft."
    return "8-16 ft." if distance < 16 else "16-24 ft."
