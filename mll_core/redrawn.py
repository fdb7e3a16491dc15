"""A split that seals other rows than an earlier one: what that exposes is counted and logged."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mll_core.bench import Bench
from mll_core.domain.data import Split
from mll_core.domain.errors import NotFound
from mll_core.domain.redrawn import Redrawn
from mll_core.domain.stage import Stage
from mll_core.infra.artefacts import Artefact

Numbers = NDArray[np.int64]


def log(bench: Bench) -> None:
    """Write into the log what the newest split does with rows that were sealed before.

    Nothing when it is the first, or seals the rows that the one before it sealed.
    """
    now, *earlier = bench.artefacts.all(Stage.PREPARE)
    if not earlier or _split(now).test.sha256 == _split(earlier[0]).test.sha256:
        return
    found = counted(bench, now, earlier)
    if found.sentences:
        bench.seals.redrawn(_split(now).test.sha256, **found.to_json())


def told(bench: Bench) -> tuple[str, ...]:
    """What the log says of the newest split, a sentence each."""
    newest = bench.artefacts.newest(Stage.PREPARE)
    line = None if newest is None else bench.seals.last_redrawn(_split(newest).test.sha256)
    if line is None:
        return ()
    return Redrawn(**{name: line.detail[name] for name in Redrawn.model_fields}).sentences


def counted(bench: Bench, now: Artefact, earlier: list[Artefact]) -> Redrawn:
    """How many rows changed sides; splits whose data is gone are left out."""
    from mll_core.infra import raw_numbers

    sealed = raw_numbers.read(bench.objects.path(_split(now).sealed.sha256))
    none: Numbers = np.array([], dtype=np.int64)
    ever, always, opened, known = none, sealed, none, set()
    for before in earlier:
        split = _split(before)
        if split.sealed.sha256 in known or before.data_version is None:
            continue
        known.add(split.sealed.sha256)
        try:
            then = _numbers(bench, now, before, split)
        except NotFound:
            continue
        ever, always = np.union1d(ever, then), np.intersect1d(always, then)
        if bench.seals.openings(split.test.sha256):
            opened = np.union1d(opened, then)
    released = np.setdiff1d(ever, sealed)
    return Redrawn(
        tested=len(sealed),
        released=len(released),
        seen=len(sealed) - len(always),
        judged=len(np.intersect1d(sealed, opened)),
        answered=len(np.intersect1d(released, opened)),
    )


def _numbers(bench: Bench, now: Artefact, before: Artefact, split: Split) -> Numbers:
    """The rows that ``split`` sealed, as they are numbered now."""
    from mll_core.infra import raw_numbers

    path: Path = bench.objects.path(split.sealed.sha256)
    if before.data_version == now.data_version:
        return raw_numbers.read(path)
    there, then = (bench.objects.path(str(one.data_version)) for one in (now, before))
    return raw_numbers.same_in(there, then, path)


def _split(artefact: Artefact) -> Split:
    value: dict[str, Any] = artefact.value
    return Split(**value)
