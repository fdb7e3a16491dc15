import json
from pathlib import Path

import numpy as np
import pytest
from projects import CHEAP, csv, finished, mirrored
from scipy import stats

from mll_core.cli import main
from mll_core.domain.contest import Shown
from mll_core.domain.errors import Conflict, InvalidParameter, NotFound, NotReady
from mll_core.domain.subject import Subject
from mll_core.infra import events
from mll_core.infra.artefacts import ROOM
from mll_core.project import Project
from mll_core.stages.evaluate import contest
from mll_core.workspace import Workspace


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return finished(tmp_path).project("customers")


def test_nothing_of_a_case_is_shown_before_the_guess_is_kept(project: Project) -> None:
    sitting = project.room.sitting()
    assert len(sitting.cases) == 20
    assert all(case.shown is None for case in sitting.cases)
    for case in sitting.cases:
        assert set(case.record) == {"calls", "fee", "plan", "gender"}
    with pytest.raises(NotReady, match="Say first"):
        project.room.answer(1)
    assert project.room.contest() is None
    shown = project.room.guess(1, "yes")
    assert shown.guess == "yes"
    assert {shown.model, shown.truth, shown.rule} <= {"yes", "no"}
    again = project.room.sitting()
    assert again.cases[0].shown == shown == project.room.answer(1)
    assert again.next == again.cases[1]
    assert [case.record for case in again.cases] == [case.record for case in sitting.cases]


def test_the_same_by_command(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(project.rooms.home)]
    assert main(["room", "customers", *home]) == 0
    asked = capsys.readouterr().out
    assert "Case 1 of 20" in asked
    assert main(["room", "customers", "1", "yes", *home, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["shown"]["guess"] == "yes"
    assert (told["guessed"], told["case"]["number"], told["contest"]["n"]) == (1, 2, 1)
    assert told["case"]["shown"] is None
    assert main(["room", "customers", "1", *home]) == 0
    assert "Case 1: you said yes, the rule " in capsys.readouterr().out
    assert main(["room", "customers", "1", "no", *home]) == 2
    assert main(["room", "customers", "21", *home]) == 2


def test_a_guess_is_logged_with_who_and_stands(project: Project) -> None:
    project.room.guess(3, "no")
    (line, *_) = events.read(project.rooms.database, "customers", 5, kind="room.guessed")
    assert (line.actor, line.detail["number"], line.detail["rows"]) == ("ana", 3, "test")
    assert "guess" not in line.detail
    with pytest.raises(Conflict):
        project.room.guess(3, "yes")
    assert project.room.answer(3).guess == "no"


@pytest.mark.parametrize(
    ("number", "answer", "refused"),
    [(0, "yes", NotFound), (21, "yes", NotFound), (1, "maybe", InvalidParameter)],
)
def test_what_is_no_case_and_no_answer_is_refused_and_not_kept(
    project: Project, number: int, answer: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        project.room.guess(number, answer)
    assert project.artefacts.all(ROOM) == ()


def test_everybody_is_judged_on_the_same_cases(project: Project) -> None:
    for case in project.room.sitting().cases:
        project.room.guess(case.number, "yes")
    known, found = project.room.sitting().guessed, project.room.contest()
    assert found is not None
    assert found.n == 20
    assert found.scores["you"].value == sum(one.truth == "yes" for one in known) / 20 == 0.5
    assert found.scores["model"].value == sum(one.truth == one.model for one in known) / 20
    assert found.rule == "Best single column"
    assert found.scores["rule"].value == sum(one.truth == one.rule for one in known) / 20
    gap = found.apart["you"]
    assert gap.value == pytest.approx(found.scores["model"].value - 0.5)
    assert gap.low < gap.value < gap.high
    assert found.sentences[0] == "You were right in 10 of 20 cases (27 to 73 %)."


def test_how_all_fared_on_classes_equals_scipy() -> None:
    draw = np.random.default_rng(3)
    told = [[str(one) for one in draw.choice(["yes", "no"], 20)] for _ in range(4)]
    known = [
        Shown(guess=you, rule=rule, model=model, truth=truth, at="")
        for you, rule, model, truth in zip(*told, strict=True)
    ]
    found = contest.judged(known, ("no", "yes"), "today's", "share")
    for who, said in zip(("you", "rule", "model"), told, strict=False):
        hits = sum(one == truth for one, truth in zip(said, told[3], strict=True))
        between = stats.binomtest(hits, 20).proportion_ci(0.95, "exact")
        one = found.scores[who]
        assert (one.value, one.low, one.high) == pytest.approx(
            (hits / 20, between.low, between.high)
        )


def test_how_all_fared_on_numbers_equals_scipy() -> None:
    draw = np.random.default_rng(3)
    told = draw.normal(100, 10, (4, 20))
    known = [
        Shown(guess=you, rule=rule, model=model, truth=truth, at="")
        for you, rule, model, truth in told.T.tolist()
    ]
    found = contest.judged(known, (), "today's", "")
    off = np.abs(told[:3] - told[3])
    for who, each in zip(("you", "rule", "model"), off, strict=True):
        between = stats.ttest_1samp(each, 0).confidence_interval()
        one = found.scores[who]
        assert (one.value, one.low, one.high) == pytest.approx(
            (each.mean(), between.low, between.high)
        )
    few = contest.judged(known[:2], (), "today's", "").scores
    assert min(one.low for one in few.values()) == 0  # nobody is off by less than nothing
    gap, pairs = found.apart["you"], stats.ttest_rel(off[0], off[2]).confidence_interval()
    assert (gap.low, gap.high) == pytest.approx((pairs.low, pairs.high))


def test_another_person_has_other_cases_and_sees_none_of_my_answers(project: Project) -> None:
    mine = project.room.sitting()
    project.room.guess(1, "yes")
    other = Workspace.open(project.rooms.home, actor="ben").project("customers").room.sitting()
    assert not other.guessed
    assert [case.record for case in other.cases] != [case.record for case in mine.cases]


def test_while_the_test_is_shut_cases_come_from_rows_held_out_in_training(tmp_path: Path) -> None:
    workspace = Workspace.open(mirrored(tmp_path / "home"), actor="ana")
    settings = {**CHEAP, "brief.rule": "calls > 2"}
    project = workspace.create_project(
        "Customers", str(csv(tmp_path, 300)), target="left", budget=60, settings=settings
    )
    with pytest.raises(NotReady):
        project.room.sitting()
    project.run("train")
    sitting = project.room.sitting()
    assert sitting.on == "held"
    assert "the sealed test stays shut" in sitting.told
    for case in sitting.cases[:8]:
        shown = project.room.guess(case.number, "no")
        assert shown.rule == ("yes" if case.record["calls"] > 2 else "no")
    found = project.room.contest()
    assert found is not None
    assert found.rule == "today's"
    assert found.n == 8
    assert not project.seals.openings(project.results.split().test.sha256)


def test_guesses_go_when_somebody_is_erased(project: Project) -> None:
    project.room.guess(1, "yes")
    project.erasure.erase(Subject.of(["customer_id=C000003"]))
    assert project.artefacts.all(ROOM) == ()
