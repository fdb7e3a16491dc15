"""How far two candidates are apart on the same rows."""

from collections.abc import Sequence
from pathlib import Path

from mll_core.catalog import METRICS
from mll_core.domain.data import Split
from mll_core.domain.document import Document
from mll_core.domain.training import Interval
from mll_core.infra import warehouse
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.said import Said
from mll_core.stages.evaluate.exam import together


def each(
    document: Document, split: Split, test: Path, said: Sequence[Said], kinds: Sequence[str]
) -> dict[str, Interval]:
    """By metric, the first of ``said`` minus the second, paired; positive is better.

    Drawn by group or block where the split is; both are of the same rows of ``test``.
    """
    mine, theirs = said
    name, section = split.group_column or split.time_column, document.evaluate
    groups = None
    if name is not None:
        whole = warehouse.frame(f"SELECT {warehouse.identifier(name)} FROM {warehouse.ROWS}", test)
        groups = together(split, whole.iloc[mine.places])
    draws = Bootstrap(section.resamples, section.seed, groups)
    metrics = {kind: METRICS[kind].of_brief(document.brief) for kind in kinds}
    return {
        kind: draws.difference(metric, mine.cases, theirs.cases) for kind, metric in metrics.items()
    }
