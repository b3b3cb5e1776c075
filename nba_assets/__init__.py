"""nba_assets: a Dagster asset graph that predicts NBA player points and grades itself."""

import os
import sys

# As pandas 3 does always: a frame made from another shares its columns until one of both is written to. Said
# to a pandas that is not imported yet, so that the command line starts without it, and to one that is.
os.environ.setdefault("PANDAS_COPY_ON_WRITE", "1")
if pandas := sys.modules.get("pandas"):
    pandas.options.mode.copy_on_write = True
