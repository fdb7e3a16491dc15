"""Another judged candidate to set beside the newest one: on the same test rows where it can be."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from mll_core.bench import Bench
from mll_core.domain.errors import MllError, NotFound
from mll_core.domain.exporter import Rival
from mll_core.domain.identity import Permission
from mll_core.domain.report import Report
from mll_core.domain.stage import Stage
from mll_core.domain.training import Interval, Training
from mll_core.infra.guard import needs
from mll_core.project import Project

SAME = "Both were judged on the same {n:,} test rows; differences are of the same rows, paired."
OTHER = (
    "They were not judged on the same test rows, or one of the models is gone: the numbers stand "
    "beside each other, but no difference can be told."
)


@needs(Permission.VIEW)
def judged(project: Project) -> tuple[Report, ...]:
    """The newest report of every candidate that was judged, newest first."""
    found: dict[str, Report] = {}
    for artefact in project.bench().artefacts.all(Stage.EVALUATE):
        report = Report(**artefact.value)
        found.setdefault(report.run_id, report)
    return tuple(found.values())


@needs(Permission.VIEW)
def rival(project: Project, report: Report, run: str) -> Rival:
    """The candidate of ``run`` beside the one of ``report``; its first letters are enough.

    Raises NotFound.
    """
    others = {one.run_id: one for one in judged(project) if one.run_id != report.run_id}
    chosen = next((one for name, one in others.items() if run and name.startswith(run)), None)
    if chosen is None:
        raise NotFound.named("other judged run", run, others)
    apart = _differences(project, report, chosen)
    sentence = SAME.format(n=report.test_rows) if apart else OTHER
    return Rival(report=chosen, differences=apart, sentence=sentence)


def _differences(project: Project, mine: Report, theirs: Report) -> dict[str, Interval]:
    """Every metric both have, mine minus theirs; empty when it cannot be told row by row."""
    from mll_core.stages.evaluate import apart, seat

    bench = project.bench()
    split = bench.split()
    opened = {line.detail["run_id"] for line in bench.seals.openings(split.test.sha256)}
    trained = {one.run_id: one for one in _trainings(bench)}
    runs = (mine.run_id, theirs.run_id)
    if not opened.issuperset(runs) or not trained.keys() >= set(runs):
        return {}
    file = bench.objects.path(split.test.sha256)
    try:
        said = [
            seat.test(file, one, partial(bench.models().load, one.model_sha256))
            for one in (trained[run] for run in runs)
        ]
    except MllError:
        return {}  # a model that is gone or not ours; the sentence says so
    if mine.classes != theirs.classes or not np.array_equal(said[0].places, said[1].places):
        return {}
    both = tuple(kind for kind in mine.test if kind in theirs.test)
    return apart.each(bench.document, split, file, said, both)


def _trainings(bench: Bench) -> Iterator[Training]:
    return (Training(**artefact.value) for artefact in bench.artefacts.all(Stage.TRAIN))
