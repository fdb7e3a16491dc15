"""Where views sit: before the evaluated candidate, or before a copy while the test is shut."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from mll_core.bench import Bench
from mll_core.domain.errors import NotReady
from mll_core.domain.report import Report
from mll_core.domain.stage import Stage
from mll_core.lifecycle import training_order

if TYPE_CHECKING:
    from mll_core.stages.evaluate import Apart, Seat


def judged(bench: Bench) -> bool:
    """Whether the newest model was judged on the newest test; False before there is either."""
    newest = bench.artefacts.newest(Stage.EVALUATE)
    if newest is None or bench.artefacts.newest(Stage.TRAIN) is None:
        return False
    run, split = bench.training().run_id, bench.split()
    opened = {line.detail["run_id"] for line in bench.seals.openings(split.test.sha256)}
    return bool(newest.value["run_id"] == run) and run in opened


def report(bench: Bench) -> Report:
    """The newest report. Raises NotReady."""
    newest = bench.artefacts.newest(Stage.EVALUATE)
    if newest is None:
        raise NotReady("No model has been judged yet.", hint="Open the sealed test first.")
    return Report(**newest.value)


def opened(bench: Bench) -> "Seat":
    """The candidate that was evaluated, on the rows it was evaluated on. Raises NotReady."""
    found = report(bench)
    if not judged(bench):
        hint = "Open the sealed test for it first."
        raise NotReady("The newest model was not judged on the newest test.", hint=hint)
    return _seat(bench, found.data_version, found.document_version)


def candidate(bench: Bench) -> "Seat":
    """The newest candidate itself, for development rows that models answered unlearned.

    Raises NotReady before there is one.
    """
    return _seat(bench, bench.data()[0].sha256, bench.document_version)


def ahead(bench: Bench) -> "Seat":
    """A copy of the candidate, fitted without some development rows: those are looked at.

    Raises NotReady before there is a model, and what a fit raises.
    """
    from mll_core.stages import train
    from mll_core.stages.evaluate import Apart

    @cache
    def apart() -> Apart:
        bench.progress(0.05, "Fitting a copy without some of the rows")
        order, _ = training_order(bench, bench.business(), bench.split())
        return Apart(*train.without_fold(order, bench.training()))

    return _seat(bench, bench.data()[0].sha256, bench.document_version, apart)


def _seat(
    bench: Bench,
    data_version: str,
    document_version: int,
    apart: "Callable[[], Apart] | None" = None,
) -> "Seat":
    from mll_core.stages.evaluate import Files, Seat

    training, split = bench.training(), bench.split()
    out_of_fold = training.winner.out_of_fold
    files = Files(
        split=split,
        development=bench.objects.path(split.development.sha256),
        test=bench.objects.path(split.test.sha256),
        out_of_fold=bench.objects.path(out_of_fold) if out_of_fold else None,
        data_version=data_version,
    )
    return Seat(
        training=training,
        document=bench.document,
        document_version=document_version,
        files=files,
        model=partial(bench.models().load, training.model_sha256),
        progress=bench.progress,
        apart=apart,
    )
