"""A closer look at the evaluated candidate: views worked out when somebody asks, then kept."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from mll_core import freshness, seating
from mll_core.bench import Bench
from mll_core.catalog import VIEWS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.errors import NoRoom, NotFound
from mll_core.domain.finding import Fix
from mll_core.domain.identity import Permission
from mll_core.domain.openings import Openings
from mll_core.domain.report import Report
from mll_core.domain.sheet import Behind, Sheet
from mll_core.domain.stage import Stage
from mll_core.domain.stakes import Stakes
from mll_core.domain.view import View
from mll_core.infra.artefacts import EVIDENCE, Artefact
from mll_core.infra.guard import Access, needs

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T", Sheet, Stakes)
MONEY = "money"
"""Under which name, beside the views, thresholds and money are kept."""
FORMAT = 3
"""Another number when views are worked out otherwise, so that no old one is shown."""
AT_ONCE = 200_000
"""With more rows than these each view is worked out in the background."""
MOST_ROWS = 200


class Evidence:
    """Views of one project's evaluated candidate, and the rows behind them."""

    def __init__(self, bench: Callable[..., Bench], access: Access) -> None:
        self.access = access
        self._bench = bench

    @needs(Permission.VIEW)
    def menu(self) -> tuple[type[View], ...]:
        """The views that suit the task, in order; of a shut test those that do not ask for it."""
        bench = self._bench()
        if bench.artefacts.newest(Stage.TRAIN) is None:
            return ()
        training, opened = bench.training(), seating.judged(bench)
        suited = [
            cls
            for cls in VIEWS.values()
            if training.task in cls.tasks
            and (opened or cls.ahead)
            and cls.of().suits(bench.document, training)
        ]
        return tuple(sorted(suited, key=lambda cls: (cls.place, cls.name())))

    @needs(Permission.VIEW)
    def judged(self) -> bool:
        """Whether the newest model was judged on the newest test."""
        return seating.judged(self._bench())

    @needs(Permission.VIEW)
    def told(self) -> tuple[type[View], ...]:
        """Those of the menu that stand among the evidence unasked."""
        return tuple(cls for cls in self.menu() if cls.told)

    @needs(Permission.VIEW)
    def sheet(self, kind: str) -> Sheet | None:
        """What a view shows; None when that is work in the background nobody asked for yet.

        Raises NotFound, NotReady.
        """
        bench = self._bench()
        kept = self._kept(bench, kind)
        if kept is not None:
            return Sheet.model_validate(kept)
        view = _view(kind)
        if view.ahead and not seating.judged(bench):
            return None  # a copy has to be fitted first
        seat = seating.opened(bench)
        if view.heavy or (not view.told and seat.files.split.test.rows > AT_ONCE):
            return None
        return _keep(bench, kind, view.of().look(seat), "evidence.seen")

    @needs(Permission.RUN)
    def work_out(self, kind: str, progress: Progress = quiet) -> Sheet:
        """The same, worked out now whatever it costs. Raises NotFound, NotReady, Stopped."""
        bench, view = self._bench(progress), _view(kind)
        progress(0.02, view.label)
        shut = view.ahead and not seating.judged(bench)
        seat = seating.ahead(bench) if shut else seating.opened(bench)
        return _keep(bench, kind, view.of().look(seat), "evidence.worked_out")

    @needs(Permission.VIEW)
    def stakes(self) -> Stakes | None:
        """What follows from every threshold; None for more or fewer than two classes.

        Raises NotReady.
        """
        bench = self._bench()
        kept = self._kept(bench, MONEY)
        if kept is not None:
            return Stakes.model_validate(kept)
        from mll_core.stages.evaluate import stakes

        found = stakes.of(seating.opened(bench), seating.report(bench))
        return None if found is None else _keep(bench, MONEY, found, "evidence.seen")

    @needs(Permission.VIEW)
    def rows(self, behind: Behind) -> "pd.DataFrame":
        """The raw rows a view points at, with what it says of each in front."""
        import pandas as pd

        places = list(behind.places[:MOST_ROWS])
        seat = seating.opened(self._bench())
        raw = seat.rows(_array(places), behind.on)
        said = pd.DataFrame(behind.said[:MOST_ROWS], columns=list(behind.columns))
        said = said.set_axis([_apart(name, raw) for name in said.columns], axis=1)
        return pd.concat([said, raw.reset_index(drop=True)], axis=1)

    @needs(Permission.VIEW)
    def openings(self) -> Openings | None:
        """How often this test was opened, and what that does to its worth; None before a split."""
        bench = self._bench()
        prepared = bench.artefacts.newest(Stage.PREPARE)
        if prepared is None:
            return None
        split = bench.split()
        newest = bench.artefacts.newest(Stage.EVALUATE)
        report = Report(**newest.value) if newest else None
        found = Openings.of(bench.seals.openings(split.test.sha256), report)
        fresh = _fresh(bench, prepared.data_version) if found.lines else None
        return found.model_copy(update={"fresh": fresh})

    def _kept(self, bench: Bench, kind: str) -> dict[str, Any] | None:
        found = bench.artefacts.same_inputs(EVIDENCE, _inputs(bench, kind))
        return found.value if found else None


def _fresh(bench: Bench, opened: str | None) -> Fix | None:
    """A test among the rows that came after those of the data version ``opened``."""
    collected = (artefact.value["data"] for artefact in bench.artefacts.all(Stage.COLLECT))
    then = next((data["rows"] for data in collected if data["sha256"] == opened), None)
    added = 0 if then is None else bench.data()[0].rows - then
    if then is None or added <= 0 or not bench.document.data.additions:
        return None
    return Fix(
        label=f"Cut a fresh test from the {added:,} rows added since",
        stage=Stage.PREPARE,
        path="split.fresh_from",
        value=then,
        reason="The test was opened before; nobody has judged by the rows that were added since.",
    )


def _view(kind: str) -> type[View]:
    if kind not in VIEWS:
        raise NotFound.named("view", kind, VIEWS)
    return VIEWS[kind]


def _inputs(bench: Bench, kind: str) -> str:
    """What a sheet is made from: the candidate, its rows, and what the document asks."""
    training, split, document = bench.training(), bench.split(), bench.document
    asked = [document.brief.to_json(), document.evaluate.to_json(), document.data.personal]
    shut = [] if seating.judged(bench) else ["shut"]
    return freshness.digest(FORMAT, kind, training.run_id, split.test.sha256, asked, *shut)


def _keep(bench: Bench, kind: str, value: T, event: str) -> T:
    inputs = _inputs(bench, kind)
    with suppress(NoRoom):  # where nothing can be written one may still look
        bench.artefacts.add(
            Artefact(
                project=bench.slug,
                stage=EVIDENCE,
                fingerprint=inputs,
                inputs=inputs,
                document_version=bench.document_version,
                data_version=bench.data()[0].sha256,
                value=value.to_json(),
            ),
            event,
            view=kind,
        )
    return value


def _array(places: list[int]) -> Any:
    import numpy as np

    return np.array(places, dtype=np.int64)


def _apart(name: str, raw: "pd.DataFrame") -> str:
    return f"{name} (said)" if name in raw else str(name)
