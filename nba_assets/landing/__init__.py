"""The landing zone: every fetched document, untouched, for ever.

What belongs here: names of captures, storing, finding and doubting them. What does not: fetching
(sources/http, sources/fetcher.py) and the meaning of a document (sources/).
"""

from nba_assets.landing.documents import Capture, Document, Reason
from nba_assets.landing.refusals import Refusal, Refusals
from nba_assets.landing.zone import Account, Landed, Landing

__all__ = ["Account", "Capture", "Document", "Landed", "Landing", "Reason", "Refusal", "Refusals"]
