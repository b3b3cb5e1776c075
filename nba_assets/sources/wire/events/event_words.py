"""Words of the older play-by-play feeds in the vocabulary of the live one."""

from __future__ import annotations

from typing import Final

# Fouls that are not personal fouls of a player, in the words of playbyplayv3 and BigDataBall.
_TECHNICAL: Final = (
    "technical", "3 second", "3-second", "delay", "taunting", "hanging", "unsportsmanlike",
    "too many players", "excess",
)  # fmt: skip
_PERSONAL: Final = (
    "personal", "shooting", "loose ball", "flagrant", "clear path", "away from play", "inbound", "take",
    "punching",
)  # fmt: skip


def shot_kind(words: str) -> str:
    """Kind of a two: dunk, layup, hook or jump shot."""
    text = words.lower()
    if "dunk" in text:
        return "dunk"
    if "layup" in text or "finger roll" in text:
        return "layup"
    return "hook" if "hook" in text else "jump shot"


def foul_kind(words: str) -> str | None:
    """Kind of a foul: technical, offensive or personal; None for words never met."""
    text = words.lower()
    if any(word in text for word in _TECHNICAL):
        return "technical"
    if "offensive" in text:
        return "offensive"
    return "personal" if any(word in text for word in _PERSONAL) else None


def turnover_kind(words: str) -> str | None:
    """Kind of a turnover: what, not how, in the words of the live feed."""
    text = words.lower().removesuffix(" turnover")
    return "out-of-bounds" if "out of bounds" in text else text or None
