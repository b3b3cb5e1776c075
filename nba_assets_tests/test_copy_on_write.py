import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("imports", ["pandas, nba_assets", "nba_assets, pandas"])
def test_pandas_copies_on_write_whatever_is_imported_first(imports: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PANDAS_COPY_ON_WRITE"}
    script = f"import {imports}; print(pandas.options.mode.copy_on_write)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
