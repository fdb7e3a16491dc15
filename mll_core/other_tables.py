"""The other tables of one project, for the doors: what can be joined, and what is in it."""

from collections.abc import Callable, Iterable
from pathlib import Path

from mll_core.bench import Bench
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import DataVersion
from mll_core.domain.identity import Permission
from mll_core.domain.step import Step
from mll_core.infra.guard import Access, needs


class OtherTables:
    """Tables that steps read beside the rows of the project."""

    def __init__(self, bench: Callable[[], Bench], access: Access) -> None:
        self.access = access
        self._bench = bench

    @needs(Permission.EDIT)
    def read(self, source: str, *, again: bool = False, progress: Progress = quiet) -> DataVersion:
        """The table of an address, read when it is not known, has changed, or ``again``.

        Raises Forbidden, and whatever collecting refuses.
        """
        bench = self._bench()
        known = bench.tables.known().get(source)
        if known is not None and not again:
            return known
        return bench.tables.read(source, bench.document, bench.document_version, progress)

    @property
    @needs(Permission.VIEW)
    def addresses(self) -> tuple[str, ...]:
        """Every table the project reads or has read, its own data first."""
        bench = self._bench()
        return tuple(dict.fromkeys((*bench.document.sources, *bench.tables.known())))

    @needs(Permission.VIEW)
    def paths(self, steps: Iterable[Step]) -> dict[str, Path]:
        """By address, the Parquet file of each table the steps read, as far as it is known."""
        return self._bench().tables.paths(source for step in steps for source in step.sources())
