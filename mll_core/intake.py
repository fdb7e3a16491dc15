"""The one door through which rows come in: who asks may only name what is theirs to read."""

from collections.abc import Iterable, Mapping
from typing import Any

from mll_core.domain.connector import Progress, ReadOptions, quiet
from mll_core.domain.data import DataVersion
from mll_core.domain.document import Document
from mll_core.domain.subject import Erased
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


def read_table(
    reach: Reach,
    source: str,
    objects: ObjectStore,
    progress: Progress = quiet,
    forgotten: Iterable[Erased] = (),
    called: Mapping[str, str] | None = None,
) -> DataVersion:
    """Read another table of a recipe: the four kinds of column, without people who were erased.

    ``called``: what columns of the project are called there, as far as the recipe says.
    Raises Forbidden, and whatever collecting refuses.
    """
    from mll_core.infra import forgotten as out
    from mll_core.infra import plain_table

    with out.aside(objects) as scratch:
        version = read(reach, source, ReadOptions(), scratch, progress)
        version = out.leave_out(version, tuple(forgotten), scratch, called)
        return plain_table.keep(version, scratch, objects)


def collect_data(
    document: Document,
    objects: ObjectStore,
    reach: Reach,
    progress: Progress = quiet,
    forgotten: Iterable[Erased] = (),
) -> dict[str, Any]:
    """Collect the sources of a document; the data version and its profile. Raises Forbidden.

    Rows of people who were erased (``forgotten``) are left out again.
    """
    from mll_core.infra import forgotten as out
    from mll_core.stages import collect

    people = tuple(forgotten)
    if people:
        with out.aside(objects) as scratch:
            version = out.leave_out(_read(document, scratch, reach, progress), people, scratch)
            out.bring(version, scratch, objects)
    else:
        version = _read(document, objects, reach, progress)
    profile = collect.profile(version, objects.path(version.sha256))
    return {"data": version.to_json(), "profile": profile.to_json()}


def _read(
    document: Document, objects: ObjectStore, reach: Reach, progress: Progress
) -> DataVersion:
    from mll_core.infra.union import union

    section = document.data
    version = read(reach, section.source, section.options, objects, progress)
    for addition in section.additions:
        later = read(reach, addition, section.options, objects, progress)
        version = union(version, later, objects)
    return version
