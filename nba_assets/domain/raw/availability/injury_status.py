"""Availability from the words of an injury list."""

from __future__ import annotations

import pandas as pd

_TEXT = pd.StringDtype("pyarrow")

# Texts of one meaning only. 'Injured', 'TBD', 'Could return', 'Optimistic to play' name no status: NULL.
_STATUS = {
    "out": "Out",
    "out for season": "Out",
    "out indefinitely": "Out",
    "suspended": "Out",
    "doubtful": "Doubtful",
    "unlikely to play": "Doubtful",
    "questionable": "Questionable",
    "uncertain to play": "Questionable",
    "game-time decision": "Questionable",
    "probable": "Probable",
    "likely to play": "Probable",
    "expected to play": "Probable",
    "expects to play": "Probable",
    "expected to be available": "Probable",
    "on track to play": "Probable",
    "plans to play": "Probable",
    "intends to play": "Probable",
    "said he'll play": "Probable",
    "available": "Available",
    "available to play": "Available",
    "will play": "Available",
    "in": "Available",
    "not on injury report": "Available",
    "not listed on injury report": "Available",
}
_HEAD = r"^(?P<head>[A-Za-z ]+?) \((?P<reason>[^)]*)\)(?: - (?P<story>.*))?$"
_WORD = r"\b(?P<word>questionable|probable|doubtful|out)\b(?! for the remainder| the remainder)"
_DAY = r"\((?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? ?(?P<day>\d{1,2})\.?\)"


def statuses(status: pd.Series, details: pd.Series, game_date: pd.Series) -> pd.DataFrame:
    """Normalised availability of each row of an injury list.

    In: status (text or NULL), details (text or NULL, 'Out (Back) - story'), game_date (the date that the
    row is filed under). Out, on the same index: status (Out, Doubtful, Questionable, Probable, Available;
    NULL if the words name none), status_text (as printed), reason.

    A plain status wins. Of details the story's own word comes before the head ('Out (Achilles) - ... have
    listed Hartenstein as QUESTIONABLE for ...'). 'Day To Day' alone names no status. A word about a game
    of another day (the story names its date) does not count for this one, unless the head is 'Out'.
    """
    parts = details.astype("object").str.extract(_HEAD)
    story = parts["story"].str.lower().str.extract(_WORD)["word"]
    head = parts["head"].str.lower().where(parts["head"].str.startswith("Out", na=False))
    story = story.mask(_names_another_day(parts["story"], game_date))
    from_details = story.where(story.notna(), head).map(_STATUS)
    plain = status.astype("object").str.strip().str.lower().map(_STATUS)
    return pd.DataFrame(
        {
            "status": plain.where(status.notna(), from_details).astype(_TEXT),
            "status_text": status.fillna(details).astype(_TEXT),
            "reason": parts["reason"].astype(_TEXT),
        }
    )


def _names_another_day(story: pd.Series, game_date: pd.Series) -> pd.Series:
    """True where the story names the day of a game and it is not this one."""
    named = story.str.extract(_DAY)
    day = named["month"].str.cat(named["day"].str.lstrip("0"), sep=" ")
    ours = game_date.dt.strftime("%b ") + game_date.dt.day.astype("Int64").astype("str")
    return day.notna() & day.ne(ours)
