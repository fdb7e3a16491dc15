"""The one door through which rows come in: who asks may only name what is theirs to read."""

from mll_core.domain.connector import Progress, ReadOptions, quiet
from mll_core.domain.data import DataVersion
from mll_core.infra.objects import ObjectStore
from mll_core.infra.reach import Reach


def read(
    reach: Reach,
    source: str,
    options: ReadOptions,
    objects: ObjectStore,
    progress: Progress = quiet,
) -> DataVersion:
    """Read ``source`` into ``objects``. Raises Forbidden, and whatever collecting refuses."""
    from mll_core.stages import collect

    reach.source(source)
    return collect.ingest(source, options, objects, progress)
