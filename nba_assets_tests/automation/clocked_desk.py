"""A fetch desk whose clock a test sets."""

import datetime as dt

from nba_assets.sources.fetch.fetch_desk import FetchDesk


class ClockedDesk(FetchDesk):
    """Its moment is what the test says."""

    moment: dt.datetime

    def now(self) -> dt.datetime:
        """The league's moment."""
        return self.moment
