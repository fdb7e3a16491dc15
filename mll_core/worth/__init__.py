"""What columns and steps are worth, and whether any of it knows the answer."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from mll_core.bench import Bench, Publish, ignore
from mll_core.domain.case_file import Cases
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.document import Decision, Document, Excluded, Known, Verdict
from mll_core.domain.errors import NotReady, Stopped, UnknownColumn
from mll_core.domain.finding import Fix
from mll_core.domain.identity import Permission
from mll_core.domain.mitigation import Mitigated, Mitigation, Mitigations
from mll_core.domain.worth import SHUFFLES, Features, Ledger, NullRun
from mll_core.history import History
from mll_core.infra.artefacts import FEATURES, LEAKS, MITIGATE, NULL, STEPS
from mll_core.infra.database import now
from mll_core.infra.guard import needs
from mll_core.results import Results
from mll_core.worth.shelf import Found, Kind, T, add, inputs

if TYPE_CHECKING:
    from mll_core.worth.measuring import Measuring

BUDGET = 120.0
"""Seconds for one of these jobs, unless somebody says otherwise."""
AFTERWARDS = "known only after the decision"


class Worth:
    """Case files and verdicts, the null run, the impact of steps, and columns worth making."""

    def __init__(
        self,
        bench: Callable[..., Bench],
        history: History,
        results: Results,
        prepare: Callable[[Progress], None],
    ) -> None:
        self.access = history.access
        self._bench = bench
        self._history = history
        self._results = results
        self._prepare = prepare

    @needs(Permission.VIEW)
    def cases(self) -> Found[Cases] | None:
        """The newest case files; None before anybody asked for them."""
        return self._newest(LEAKS, Cases)

    @needs(Permission.RUN)
    def check_leaks(
        self,
        columns: Sequence[str] = (),
        *,
        budget: float = BUDGET,
        progress: Progress = quiet,
        publish: Publish = ignore,
    ) -> Cases:
        """A case file for each suspicious column and those of ``columns``, on development rows.

        Raises UnknownColumn, what preparing raises, Stopped: the files that are finished are kept.
        """
        from mll_core.worth import leaks

        bench, measuring = self._ready(budget, progress, publish)

        def tell(cases: Cases) -> None:
            publish({"lines": [f"{case.column}: {case.suspicions[0]}" for case in cases.cases]})

        def work(keep: Callable[[Cases], None]) -> Cases:
            return leaks.examine(bench, measuring, columns, keep)

        return self._kept(bench, Kind(LEAKS, "leaks.checked"), work, tell)

    @needs(Permission.VIEW)
    def ledger(self) -> Found[Ledger] | None:
        """The newest impact ledger; None before anybody asked for it."""
        return self._newest(STEPS, Ledger)

    @needs(Permission.RUN)
    def weigh_steps(
        self, *, budget: float = BUDGET, progress: Progress = quiet, publish: Publish = ignore
    ) -> Ledger:
        """What every step changes, and what the score loses without it.

        Raises what preparing raises, Stopped: the steps that are finished are kept.
        """
        from mll_core.worth import ledger

        bench, measuring = self._ready(budget, progress, publish)

        def tell(found: Ledger) -> None:
            publish({"lines": [step.sentence() for step in found.steps]})

        work = partial(ledger.weigh, bench, measuring)
        return self._kept(bench, Kind(STEPS, "steps.weighed"), work, tell)

    @needs(Permission.VIEW)
    def null_run(self) -> Found[NullRun] | None:
        """The newest null run; None before anybody asked for it."""
        return self._newest(NULL, NullRun)

    @needs(Permission.RUN)
    def shuffle(
        self,
        shuffles: int = SHUFFLES,
        *,
        budget: float = BUDGET,
        progress: Progress = quiet,
        publish: Publish = ignore,
    ) -> NullRun:
        """The whole pipeline on shuffled answers, which must score like chance.

        Preparing counts against the ``budget`` and is ended when it is spent; it is said when it
        took most of it. What is left decides on how many rows it is tried. Raises NotReady when
        rows could not be prepared in time, what preparing raises, Stopped.
        """
        from mll_core.worth import null_run

        began = time.monotonic()
        bench, measuring = self._ready(budget, progress, publish, within=True)
        measuring.started = began
        prepared = budget - measuring.left
        told = {"prepared": prepared} if 2 * prepared > budget else {}

        def work(_: Callable[[NullRun], None]) -> NullRun:
            return null_run.run(bench, measuring, shuffles).model_copy(update=told)

        return self._kept(bench, Kind(NULL, "target.shuffled"), work, lambda _: None)

    @needs(Permission.VIEW)
    def features(self) -> Found[Features] | None:
        """The newest search for columns worth making; None before anybody asked for it."""
        return self._newest(FEATURES, Features)

    @needs(Permission.RUN)
    def seek_features(
        self, *, budget: float = BUDGET, progress: Progress = quiet, publish: Publish = ignore
    ) -> Features:
        """Look for columns worth making; those shown to help are proposed for the recipe.

        Raises what preparing raises, Stopped: what was measured is kept.
        """
        from mll_core.worth import features

        bench, measuring = self._ready(budget, progress, publish)

        def tell(found: Features) -> None:
            publish({"lines": [found.sentence(), *(one.fix.reason for one in found.proposed)]})

        work = partial(features.seek, bench, measuring)
        return self._kept(bench, Kind(FEATURES, "features.sought"), work, tell)

    @needs(Permission.VIEW)
    def mitigations(self) -> Found[Mitigations] | None:
        """The newest try of ways to be fairer, by column; None before anybody asked for one."""
        return self._newest(MITIGATE, Mitigations)

    @needs(Permission.RUN)
    def mitigate(
        self,
        column: str,
        ways: Sequence[Mitigation] = (),
        *,
        budget: float = BUDGET,
        progress: Progress = quiet,
        publish: Publish = ignore,
    ) -> Mitigated:
        """Try every way, or some, to be fairer to the groups of a column: what it does and costs.

        Raises UnknownColumn, UnfitTarget unless the answer is yes or no, what preparing raises.
        """
        from mll_core.worth import mitigating

        bench, measuring = self._ready(budget, progress, publish)
        found = mitigating.attempt(bench, measuring, column, ways)
        before = self.mitigations()
        others = before.value.columns if before and before.fresh else ()
        kept = (*(one for one in others if one.column != column), found)
        add(bench, Kind(MITIGATE, "mitigations.tried"), Mitigations(columns=kept))
        return found

    @needs(Permission.VIEW)
    def proposals(self) -> tuple[Fix, ...]:
        """The columns that were shown to help, while the recipe they were measured with stands."""
        found = self.features()
        if found is None or not found.fresh:
            return ()
        there = [step.plain() for step in self._history.document().prepare.steps if step.enabled]
        whole = all(step in there for step in found.value.recipe)
        return tuple(one.fix for one in found.value.proposed) if whole else ()

    @needs(Permission.EDIT)
    def judge(
        self, column: str, decision: Decision, known: Known = "not sure", why: str = ""
    ) -> Document:
        """Say what is done with a column and why; "leave out" and "keep" also do it.

        Raises UnknownColumn, Conflict.
        """
        self._history.take_hand_edits()
        now_at, data = self._history.newest(), self._results.data()
        document = self._history.read(now_at)
        names = data.names if data else ()
        there = {entry.column for entry in document.prepare.exclude} | set(names)
        shaped = self._results.split()
        there |= set(shaped.development.names) if shaped else set()
        if column not in there:
            raise UnknownColumn.named(column, where="column", among=sorted(there))
        verdict = Verdict(
            column=column,
            known=known,
            decision=decision,
            by=self.access.actor.name,
            at=now(),
            why=why.strip(),
        )
        others = [one for one in document.prepare.verdicts if one.column != column]
        changes: dict[str, Any] = {"prepare.verdicts": [*others, verdict]}
        out = [entry for entry in document.prepare.exclude if entry.column != column]
        if decision == "leave out":
            reason = verdict.why or (AFTERWARDS if known == "after" else "it may know the answer")
            changes["prepare.exclude"] = [*out, Excluded(column=column, reason=reason)]
        elif decision == "keep":
            changes["prepare.exclude"] = out
        said = f"decided about {column!r}: {decision}"
        return self._history.edit(changes, said, based_on=now_at)

    def _ready(
        self, budget: float, progress: Progress, publish: Publish, *, within: bool = False
    ) -> "tuple[Bench, Measuring]":
        """The rows split by the recipe as it is now, and the yardstick for them.

        ``within``: that is ended when the ``budget`` is spent, with NotReady.
        """
        from mll_core.worth.measuring import Measuring

        end = time.monotonic() + budget

        def tell(share: float, message: str) -> None:
            if within and time.monotonic() > end and share < 1:
                what = f"Preparing the rows takes longer than the {budget:,.0f} seconds given."
                raise NotReady(what, hint="Run Prepare first, or give more time.")
            progress(0.01 + 0.04 * share, message)

        progress(0.01, "Preparing the rows")
        self._prepare(tell)
        bench = self._bench(progress, publish)
        return bench, Measuring.of(bench, budget)

    def _newest(self, kind: str, cls: type[T]) -> Found[T] | None:
        bench = self._bench()
        artefact = bench.artefacts.newest(kind)
        if artefact is None:
            return None
        value = cls.model_validate(artefact.value)
        return Found(value, artefact.inputs == inputs(bench, kind), artefact.at)

    def _kept(
        self,
        bench: Bench,
        kind: Kind,
        work: Callable[[Callable[[T], None]], T],
        tell: Callable[[T], None],
    ) -> T:
        """Do the work and keep what came of it, also of a part when it is stopped."""
        part: list[T] = []

        def keep(value: T) -> None:
            part[:] = [value]
            tell(value)

        try:
            part[:] = [work(keep)]
        except Stopped:
            if part:
                add(bench, kind, part[0])
            raise
        add(bench, kind, part[0])
        return part[0]
