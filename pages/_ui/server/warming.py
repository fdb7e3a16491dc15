"""What the first page would wait for is done once, before anybody asks for it."""

import importlib
import inspect
import logging
import time

LOG = logging.getLogger("mll.pages")
AT_ONCE = (
    "mll_core.workspace",
    "mll_core.results",
    "plotly.subplots",
    "sqlalchemy.dialects.sqlite",
    "streamlit.emojis",
    "streamlit.material_icon_names",
    "pages._ui.charts",
    "pages._ui.fields",
    "pages._ui.frame",
    "pages._ui.page",
)
"""What every page needs and is slow to import: nobody is let in before it is there."""
IN_A_WHILE = (
    "mll_core.stages.collect",
    "mll_core.stages.prepare",
    "pandas.io.formats.style",
    "pyarrow.dataset",
    "pages._ui.recipe_versions",
    "pages._ui.step",
    "pages._ui.split",
    "pages._ui.leaks",
    "pages._ui.lookalikes",
    "pages._ui.near_rows",
    "pages._ui.prepared",
    "pages._ui.proposals",
)
"""What only Prepare needs: whoever comes back to another page is not to wait for it."""
PAUSE = 4.0


def at_once() -> None:
    """Import what every page needs."""
    for module in AT_ONCE:
        importlib.import_module(module)
    inspect.stack()  # Streamlit asks once; Python then looks for the file of every module


def later(pause: float = PAUSE) -> None:
    """Import the rest and let a first query be written and run, beside all else."""
    try:
        time.sleep(pause)
        for module in IN_A_WHILE:
            importlib.import_module(module)
        _query()
    except Exception:
        LOG.exception("not warmed: the first page will say what is wrong")


def _query() -> None:
    import pyarrow as pa

    from mll_core.catalog import read_steps
    from mll_core.domain.recipe import Recipe
    from mll_core.stages import prepare

    rows = pa.table({"number": [1.0, None], "text": [" a", "b"]})
    steps = [
        {"kind": "drop_duplicates"},
        {"kind": "trim_text", "column": "text"},
        {"kind": "fill_missing", "column": "number"},
    ]
    prepare.at_work(Recipe(steps=read_steps(steps)), rows, {})
