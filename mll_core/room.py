"""A person in the room: guesses real cases before the model's answer is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mll_core import freshness, seating
from mll_core.bench import Bench
from mll_core.domain.contest import Case, Contest, Shown, Sitting
from mll_core.domain.errors import Conflict, InvalidParameter, NotFound, NotReady
from mll_core.domain.identity import Permission
from mll_core.domain.sheet import Rows
from mll_core.domain.task import Predictions
from mll_core.domain.view import plain
from mll_core.infra.artefacts import ROOM, Artefact
from mll_core.infra.guard import Access, needs

if TYPE_CHECKING:
    from mll_core.stages.evaluate import Seat

TOLD = {
    "test": "the sealed test, which was opened for this model",
    "held": "the development rows, each answered by a model that did not learn from it; the "
    "sealed test stays shut",
}
EVENLY = "drawn so that every answer is met as often as can be, not as often as it happens"


class Room:
    """Cases for whoever asks, their guesses, and how they fared beside rule and model."""

    def __init__(self, bench: Callable[..., Bench], access: Access) -> None:
        self.access = access
        self._bench = bench

    @needs(Permission.VIEW)
    def sitting(self) -> Sitting:
        """My cases; what the model says and what is true only where my guess is kept.

        Raises NotReady before there is a model that was judged on rows it did not learn from.
        """
        table = self._table()
        drawn = EVENLY if table.cases.classes else "drawn at random"
        return Sitting(
            on=table.on,
            told=f"{len(table.places)} of {table.cases.n:,} rows of {TOLD[table.on]}; {drawn}.",
            classes=table.cases.classes,
            target=table.seat.fitted.target,
            cases=tuple(table.case(number) for number in range(1, len(table.places) + 1)),
        )

    @needs(Permission.VIEW)
    def guess(self, number: int, answer: Any) -> Shown:
        """Keep my guess of a case for good; only then what the model says and what is true.

        Raises NotReady, NotFound, InvalidParameter, and Conflict for a case guessed before.
        """
        table = self._table()
        if not 1 <= number <= len(table.places):
            raise NotFound.named("case", str(number), map(str, range(1, len(table.places) + 1)))
        if number in table.kept:
            what = f"Case {number} was guessed already."
            raise Conflict(what, hint="A guess stands, for the answer has been seen.")
        table.keep(number, _answer(answer, table.cases.classes))
        return self.answer(number)

    @needs(Permission.VIEW)
    def answer(self, number: int) -> Shown:
        """What rule and model say of a case and what is true. Raises NotReady before my guess."""
        shown = self._table().case(number).shown
        if shown is None:
            hint = "It is shown once the guess is kept."
            raise NotReady(f"Say first what you think of case {number}.", hint=hint)
        return shown

    @needs(Permission.VIEW)
    def contest(self) -> Contest | None:
        """How I, the rule and the model fared on what I guessed; None before the first guess."""
        from mll_core.stages.evaluate import contest

        table = self._table()
        known = self.sitting().guessed
        unit = "share" if table.cases.classes else ""
        return contest.judged(known, table.cases.classes, table.rule, unit) if known else None

    def _table(self) -> "_Table":
        bench = self._bench()
        opened = seating.judged(bench)
        seat = seating.opened(bench) if opened else seating.candidate(bench)
        on: Rows = "test" if opened else "held"
        cases = seat.cases(on)
        if cases is None:
            hint = "Train a model that is judged on folds, or open the sealed test."
            raise NotReady("No answers on rows a model did not learn from were kept.", hint=hint)
        return _Table(bench, seat, on, cases, self.access.actor.name)


@dataclass(frozen=True)
class _Table:
    """One person's cases of one candidate."""

    bench: Bench
    seat: "Seat"
    on: Rows
    cases: Predictions
    who: str

    @cached_property
    def inputs(self) -> str:
        """What the cases are drawn from, and by whom they are guessed."""
        split = self.seat.split
        rows = (split.test if self.on == "test" else split.development).sha256
        return freshness.digest(ROOM, self.seat.training.run_id, rows, self.on, self.who)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Where the cases stand, in the order they are asked."""
        from mll_core.stages.evaluate import contest

        return contest.drawn(self.cases, self.inputs)

    @cached_property
    def kept(self) -> dict[int, Artefact]:
        """My guesses by number; of two for the same case the first counts."""
        found = (one for one in self.bench.artefacts.all(ROOM) if one.inputs == self.inputs)
        return {int(one.value["number"]): one for one in found}

    def keep(self, number: int, guess: Any) -> None:
        """Write a guess down, with the line in the log that tells of it."""
        self.bench.artefacts.add(
            Artefact(
                project=self.bench.slug,
                stage=ROOM,
                fingerprint=self.inputs,
                inputs=self.inputs,
                document_version=self.bench.document_version,
                data_version=self.bench.data()[0].sha256,
                value={"number": number, "guess": guess, "by": self.who},
            ),
            "room.guessed",
            number=number,
            rows=self.on,
            run_id=self.seat.training.run_id,
        )

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The columns the model sees, without personal ones."""
        frame = self.seat.rows(self.places, self.on)
        shown = frame[[name for name in self.seat.columns if name != self.seat.fitted.target]]
        return [
            {str(name): plain(value) for name, value in row.items()}
            for row in shown.astype(object).where(shown.notna(), None).to_dict("records")
        ]

    @property
    def rule(self) -> str:
        """What the rule is called; empty without one."""
        return self._rule[0]

    @cached_property
    def _rule(self) -> tuple[str, list[Any]]:
        from mll_core.stages.evaluate import contest

        training, bench = self.seat.training, self.bench
        best, sha256 = training.best_baseline, training.baseline_sha256
        kept = best.out_of_fold if best else None
        return contest.rule(
            self.seat,
            self.on,
            self.places,
            bench.models().load(sha256) if sha256 else None,
            bench.objects.path(kept) if kept else None,
        )

    def case(self, number: int) -> Case:
        """A case with its answers when they may be shown."""
        record, guess = self.records[number - 1], self.kept.get(number)
        if guess is None:
            return Case(number=number, record=record)
        place = int(self.places[number - 1])
        answers = self._rule[1]
        shown = Shown(
            guess=guess.value["guess"],
            rule=answers[number - 1] if answers else None,
            model=self._named(self.cases.label[place]),
            truth=self._named(self.cases.truth[place]),
            at=guess.at,
        )
        return Case(number=number, record=record, shown=shown)

    def _named(self, value: Any) -> Any:
        classes = self.cases.classes
        return classes[int(value)] if classes else float(value)


def _answer(answer: Any, classes: tuple[str, ...]) -> Any:
    """A guess as it is kept. Raises InvalidParameter."""
    if classes:
        if str(answer) not in classes:
            hint = f"Choose from: {', '.join(classes)}."
            raise InvalidParameter(f"{answer!r} is none of the answers.", hint=hint)
        return str(answer)
    try:
        number = float(answer)
    except (TypeError, ValueError):
        number = float("nan")
    if not np.isfinite(number):
        raise InvalidParameter(f"{answer!r} is no number.", hint="Guess a number.")
    return number
