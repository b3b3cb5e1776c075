"""The landing zone: every fetched document, untouched, for ever.

What belongs here: names of captures, storing, finding and doubting them. What does not: fetching
(sources/http, sources/fetch/fetcher.py) and the meaning of a document (sources/).
"""

from nba_assets.sources.landing.documents import (
    Capture,
    Document,
    Reason,
)
from nba_assets.sources.landing.quarantine import (
    Refusal,
    Refusals,
)
from nba_assets.sources.landing.zone import (
    Account,
    Landed,
    Landing,
)

__all__ = ["Account", "Capture", "Document", "Landed", "Landing", "Reason", "Refusal", "Refusals"]
