"""What looks alike in a table: of many rows it is sought once, and kept beside them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pyarrow.parquet as pq

from mll_core.domain.connector import Progress, quiet
from mll_core.domain.recipe import Recipe
from mll_core.domain.value import Value
from mll_core.infra import sealed
from mll_core.infra.answered import MANY
from mll_core.stages.prepare.alike import Alike, Spellings, alike
from mll_core.stages.prepare.near import Near, NearRows, near

T = TypeVar("T", bound=Value)


@dataclass(frozen=True)
class Compared:
    """The rows of ``path`` after ``recipe``; ``others``: the other tables it reads, by address."""

    recipe: Recipe
    path: Path
    others: Mapping[str, Path]

    @property
    def large(self) -> bool:
        """Whether comparing takes longer than anybody should wait for."""
        stored = self.path.suffix == ".parquet"
        return stored and pq.read_metadata(self.path).num_rows >= MANY

    def spellings(self, asked: Spellings, progress: Progress = quiet) -> Alike:
        """What ``alike`` finds. Raises as it does, and what ``progress`` raises."""
        return self._kept(asked, Alike, partial(self._run, alike, (asked,), progress))

    def rows(self, asked: NearRows, progress: Progress = quiet) -> Near:
        """What ``near`` finds. Raises as it does, and what ``progress`` raises."""
        told = (asked.columns, asked.least)
        return self._kept(asked, Near, partial(self._run, near, told, progress))

    def known_spellings(self, asked: Spellings) -> Alike | None:
        """The same if it was found before; None when it was not."""
        return self._known(asked, Alike)

    def known_rows(self, asked: NearRows) -> Near | None:
        """The same if it was found before; None when it was not."""
        return self._known(asked, Near)

    def _run(
        self,
        seek: Callable[..., T],
        told: tuple[object, ...],
        progress: Progress,
    ) -> T:
        return seek(self.recipe, self.path, *told, self.others, progress=progress)

    def _kept(self, asked: Value, cls: type[T], seek: Callable[[], T]) -> T:
        if not self.large:
            return seek()
        made: list[T] = []

        def write(file: Path) -> None:
            made.append(seek())
            file.write_text(made[0].model_dump_json(), encoding="utf-8")

        file = sealed.beside(self.path, self._name(asked), write)
        if made:
            return made[0]
        return cls.model_validate_json(file.read_bytes()) if file else seek()

    def _known(self, asked: Value, cls: type[T]) -> T | None:
        file = sealed.there(self.path, self._name(asked))
        return cls.model_validate_json(file.read_bytes()) if file else None

    def _name(self, asked: Value) -> str:
        steps = [step.plain() for step in self.recipe.running.steps]
        tables = {source: path.name for source, path in self.others.items()}
        said = json.dumps([steps, tables, asked.to_json()], sort_keys=True)
        return f"alike-{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"
