"""What was measured is kept: under a name, with what it was made from, and an event."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from mll_core import freshness
from mll_core.bench import Bench
from mll_core.domain.recipe import Recipe
from mll_core.domain.stage import Stage
from mll_core.domain.value import Value
from mll_core.infra.artefacts import FEATURES, LEAKS, Artefact

T = TypeVar("T", bound=Value)


@dataclass(frozen=True)
class Kind:
    """Under which name a result is kept, and by which event it is told of."""

    name: str
    event: str


@dataclass(frozen=True)
class Found(Generic[T]):
    """A kept result, and whether it was made from what the project is now."""

    value: T
    fresh: bool
    at: str


def add(bench: Bench, kind: Kind, value: Value) -> None:
    """Keep a result as the newest of its kind."""
    made_from = inputs(bench, kind.name)
    found = bench.data()[0]
    bench.artefacts.add(
        Artefact(
            project=bench.slug,
            stage=kind.name,
            fingerprint=made_from,
            inputs=made_from,
            document_version=bench.document_version,
            data_version=found.sha256,
            value=value.to_json(),
        ),
        kind.event,
        document_version=bench.document_version,
    )


def inputs(bench: Bench, kind: str) -> str:
    """What a result of this kind was made from; cases and proposals outlive a change of
    the steps that keep the rows, and of what is left out."""
    document, found = bench.document, bench.found()
    if kind in (LEAKS, FEATURES):
        shaping = [s.plain() for s in Recipe(steps=document.prepare.steps).shaping.steps]
        data = found[Stage.COLLECT].data_version if Stage.COLLECT in found else None
        return freshness.digest(data, shaping, document.split.to_json(), document.brief.target)
    return freshness.inputs(Stage.PREPARE, document, found)
