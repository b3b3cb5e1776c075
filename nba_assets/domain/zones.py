"""Names of the shot zones and their columns."""

from __future__ import annotations

COARSE = ("paint", "mid_range", "three")
FINE = ("restricted_area", "paint_non_ra", "corner_three", "above_break_three")
ZONES = (*COARSE, *FINE)


def columns(prefix: str = "", zones: tuple[str, ...] = ZONES) -> list[str]:
    """Attempt and make columns of the zones, in stored order."""
    return [f"{prefix}{zone}_{count}" for zone in zones for count in ("fga", "fgm")]
