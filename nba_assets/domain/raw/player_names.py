"""How one player's name is written: accents, suffixes, nicknames, initials, word order."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import NamedTuple

import pandas as pd

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
# Letters that carry their mark inside the letter, which unicode decomposition leaves alone.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "\u0131": "i"}
)

# First names that are used for each other in NBA feeds.
_FIRST_NAMES = (
    ("bub", "carlton"), ("cam", "cameron"), ("bj", "brandon"), ("herb", "herbert"), ("jay", "james"),
    ("joe", "joseph"), ("josh", "joshua"), ("kj", "kenyon"), ("gg", "gregory"), ("lou", "louis"),
    ("lu", "luguentz"), ("matt", "matthew"), ("mo", "mohamed"), ("mo", "mouhamed"), ("moe", "moritz"),
    ("mo", "moritz"), ("nic", "nicolas"), ("nick", "nicholas"), ("og", "ogugua"), ("obi", "obadiah"),
    ("pat", "patrick"), ("patty", "patrick"), ("ron", "ronald"), ("svi", "sviatoslav"),
    ("vince", "vincent"), ("alex", "alexandre"), ("bones", "nahshon"), ("ish", "ishmail"), ("tj", "tyler"),
)  # fmt: skip
# Whole names that share neither first nor last name with the league's spelling, or are misspelt by a feed.
_WHOLE_NAMES = {
    "alfred joel horford reynoso": "al horford",
    "bol manute bol": "bol bol",
    "brook robert lopez": "brook lopez",
    "christian james mccollum": "cj mccollum",
    "edrice femi adebayo": "bam adebayo",
    "enes kanter": "enes freedom",
    "vlatko cancer": "vlatko cancar",
}


class NameForms(NamedTuple):
    """The comparable forms of one name."""

    normalised: str
    base: str
    suffix: str
    by_words: str
    initial: str
    has_initial: bool
    others: tuple[str, ...]


def name_contains(name: str, text: str) -> bool:
    """Whether a name contains a text that a person types: without accents, punctuation and case."""
    return name_forms(text).normalised in name_forms(name).normalised


def as_meant(name: str) -> str:
    """A name with plain spaces, and in the letters that it had before its UTF-8 was taken for Latin-1."""
    if not name.isascii():
        for mistaken in ("latin-1", "cp1252"):
            with suppress(UnicodeError):
                name = name.encode(mistaken).decode()
                break
    return " ".join(name.replace("\ufeff", "").split())


def name_forms(name: str) -> NameForms:
    """Comparable forms of a name: without accents, punctuation and case; without suffix; and so on."""
    words = _words(name)
    base = [word for i, word in enumerate(words) if i == 0 or word not in _SUFFIXES]
    suffix = " ".join(word for word in words[1:] if word in _SUFFIXES)
    plain = " ".join(base)
    return NameForms(
        normalised=" ".join(words),
        base=plain,
        suffix=suffix,
        by_words=" ".join(sorted(base)),
        initial=" ".join([base[0][:1], *base[1:]]) if len(base) > 1 else "",
        has_initial=len(base) > 1 and len(base[0]) == 1,
        others=_other_names(base, plain),
    )


def forms_table(names: pd.Series) -> pd.DataFrame:
    """Forms of each distinct name: DataFrame[name*, normalised, base, ...] sorted by name."""
    distinct = sorted({str(name) for name in names.dropna()})
    columns = ["name", *NameForms._fields]
    return pd.DataFrame([(name, *name_forms(name)) for name in distinct], columns=columns)


def _words(name: str) -> list[str]:
    # Before decomposition, which would turn an acute accent that serves as apostrophe into a space.
    plain = re.sub(r"[.'`\u00b4\u2018\u2019]", "", as_meant(name).lower()).translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", plain)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    # 'C. J.' and 'C J' are one first name, as 'CJ' is.
    singles = next((i for i, word in enumerate(words) if len(word) > 1), len(words))
    return ["".join(words[:singles]), *words[singles:]] if singles > 1 else words


def _other_names(base: list[str], plain: str) -> tuple[str, ...]:
    others = {" ".join([other, *base[1:]]) for first, other in _BOTH_WAYS if base[:1] == [first]}
    if plain in _WHOLE_NAMES:
        others.add(_WHOLE_NAMES[plain])
    return tuple(sorted(others))


_BOTH_WAYS = _FIRST_NAMES + tuple((long, short) for short, long in _FIRST_NAMES)
