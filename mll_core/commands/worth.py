"""Commands that ask whether columns and steps are worth having, and whether one knows too much."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mll_core.commands.command import DONE, GATE_NOT_MET, Answer, Command
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.value import Value
from mll_core.domain.worth import FEWEST_SHUFFLES, SHUFFLES
from mll_core.infra.teller import Teller
from mll_core.workspace import Workspace
from mll_core.worth import BUDGET

DECISIONS = {"keep": "keep", "leave-out": "leave out", "ask": "ask"}
KNOWN = {"before": "before", "at": "at", "after": "after", "not-sure": "not sure"}


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    said = "to measure in; rows that are not prepared yet are prepared first, however long it takes"
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help=said)


def _declare_leaks(parser: ArgumentParser) -> None:
    _declare(parser)
    parser.add_argument(
        "--column", action="append", default=[], metavar="COL", help="look into this one as well"
    )


def _leaks(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    found = project.worth.check_leaks(asked.column, budget=asked.budget, progress=Teller())
    verdicts = {one.column: one for one in project.document.prepare.verdicts}
    lines = [] if found.cases else ["No column looks as if it knew the answer."]
    lines += [found.duplicates] if found.duplicates else []
    for case in found.cases:
        lines.append(f"{case.column}:")
        lines += [f"  {sentence}" for sentence in case.suspicions]
        lines += [
            f"  {sentence}"
            for sentence in case.told(found.target, found.metric_label, "a quick model")
        ]
        if case.column in verdicts:
            lines.append(f"  {verdicts[case.column].sentence()}")
    told = [one.to_json() for one in project.document.prepare.verdicts]
    return Answer({"project": project.slug, **_short(found), "verdicts": told}, lines)


def _declare_judge(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    parser.add_argument("column", metavar="COLUMN")
    parser.add_argument("--decision", choices=DECISIONS, required=True)
    parser.add_argument(
        "--known", choices=KNOWN, default="not-sure", help="when it is, seen from the decision"
    )
    parser.add_argument("--why", default="")


def _judge(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    decision: Any = DECISIONS[asked.decision]
    known: Any = KNOWN[asked.known]
    document = project.worth.judge(asked.column, decision, known, asked.why)
    verdict = document.prepare.verdicts[-1]
    line = f"{verdict.column}: {verdict.sentence()}"
    return Answer({"project": project.slug, **verdict.to_json()}, [line])


def _impact(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    found = project.worth.weigh_steps(budget=asked.budget, progress=Teller())
    lines = [f"{step.number}. {step.sentence()} {step.counted()}." for step in found.steps]
    lines = lines or ["The recipe has no steps."]
    if found.score:
        said = f"{found.score.value:.4f}  [{found.score.low:.4f}, {found.score.high:.4f}]"
        lines.append(f"with the whole recipe: {found.metric_label} {said}, {found.model}")
    value = _short(found)
    value["steps"] = [
        {**told, "sentence": step.sentence(), "effect": step.effect}
        for told, step in zip(value["steps"], found.steps, strict=True)
    ]
    return Answer({"project": project.slug, **value}, lines)


def _declare_null(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    said = "for all of it; rows that are not prepared yet are prepared first, within it"
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help=said)
    parser.add_argument("--shuffles", type=int, default=SHUFFLES, help="how many, three at least")


def _null(asked: Namespace) -> Answer:
    if asked.shuffles < FEWEST_SHUFFLES:
        what = f"{asked.shuffles} shuffles tell nothing."
        raise InvalidParameter(what, hint=f"Take {FEWEST_SHUFFLES} or more.")
    project = Workspace.open(asked.home).project(asked.project)
    found = project.worth.shuffle(asked.shuffles, budget=asked.budget, progress=Teller())
    value = {"project": project.slug, **found.to_json(), "passed": found.passed}
    return Answer(value, [found.sentence()], DONE if found.passed else GATE_NOT_MET)


def _declare_features(parser: ArgumentParser) -> None:
    _declare(parser)
    parser.add_argument("--take", action="store_true", help="add what is shown to help")


def _features(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    found = project.worth.seek_features(budget=asked.budget, progress=Teller())
    if asked.take and found.proposed:
        project.recipe.take([one.fix for one in found.proposed])
    lines = [found.sentence(), *(f"{one.fix.label}: {one.fix.reason}" for one in found.proposed)]
    taken = asked.take and bool(found.proposed)
    return Answer({"project": project.slug, **_short(found), "taken": taken}, lines)


def _short(value: Value) -> dict[str, Any]:
    return {name: told for name, told in value.to_json().items() if name != "measured"}


def _declare_mitigate(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    parser.add_argument("column", metavar="COLUMN", help="such as gender or age")
    said = "to measure in; rows that are not prepared yet are prepared first, however long it takes"
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help=said)


def _mitigate(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    found = project.worth.mitigate(asked.column, budget=asked.budget, progress=Teller())
    lines = [*(one.sentence for one in found.tried), *found.left_out]
    return Answer({"project": project.slug, **found.to_json()}, lines)


COMMANDS = {
    "leaks": Command("Look into columns that may know the answer.", _leaks, _declare_leaks),
    "impact": Command("Measure what each step of the recipe is worth.", _impact, _declare),
    "null": Command("Try the pipeline on shuffled answers.", _null, _declare_null),
    "features": Command("Look for columns worth making.", _features, _declare_features),
    "mitigate": Command(
        "Try ways to be fairer to the groups of a column.", _mitigate, _declare_mitigate
    ),
    "judge": Command("Decide about a suspicious column.", _judge, _declare_judge),
}
