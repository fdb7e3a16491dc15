"""What the brief still lacks, and its criteria sealed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from mll_core.catalog import METRICS, TASKS, task_asked
from mll_core.domain import formula
from mll_core.domain.data import Profile
from mll_core.domain.document import Brief, Criterion
from mll_core.domain.errors import InvalidParameter, MllError, UnknownColumn
from mll_core.domain.finding import Finding, Fix, Severity, worst_first
from mll_core.domain.report import DEFAULT_CRITERION
from mll_core.domain.stage import Stage
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind
from mll_core.stages.business.measure import kinds, metric_named, primary_metric
from mll_core.stages.business.target import guess_task, needs_target, positive_class

LIKELY_TARGETS = ("target", "label", "class", "outcome", "y", "churn", "default", "fraud", "price")
SENSITIVE = ("sex", "gender", "race", "ethnicity", "age", "religion", "nationality", "disability")


def seal(criteria: tuple[Criterion, ...]) -> str:
    """The sha256 of the criteria as canonical JSON: any change of any bound changes it."""
    plain = [criterion.to_json() for criterion in criteria]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(brief: Brief, profile: Profile) -> None:
    """Refuse a brief that cannot be worked on: the first fault, in the words of its field.

    Raises UnknownColumn, UnfitTarget, InvalidParameter.
    """
    kind, _ = guess_task(profile, brief)
    positive_class(profile, brief, kind.task)
    primary_metric(brief, kind, profile)
    _refuse_rule(brief, profile)
    for path, column in _named_columns(brief):
        _refuse_unknown(column, path, profile)
    for i, criterion in enumerate(brief.criteria):
        where = f"brief.criteria.{i}.metric"
        cls = metric_named(criterion.metric, kind.task, where=where)
        if not cls.usable(brief):
            what = f"{where}: {cls.name()} needs {cls.needs}, which is not stated."
            raise InvalidParameter(what, hint=f"Fill in {cls.needs}, or change the criterion.")


def _refuse_rule(brief: Brief, profile: Profile | None) -> None:
    """Refuse a rule that is no formula; its columns are those that stage 3 leaves."""
    if not brief.rule.strip():
        return
    try:
        formula.parse(brief.rule)
    except InvalidParameter as error:
        hint = _unquoted(brief.rule, _names(profile)) or error.hint
        raise InvalidParameter(f"brief.rule: {error}", hint=hint) from error


def refuse_rule_columns(brief: Brief, columns: Iterable[str]) -> None:
    """Refuse a rule that names a column which is not among ``columns``. Raises UnknownColumn."""
    names = tuple(columns)
    for column in formula.columns(brief.rule) if brief.rule.strip() else ():
        if column not in names:
            error = UnknownColumn.named(column, where="brief.rule", among=names)
            error.hint = _unquoted(brief.rule, names) or error.hint
            raise error


def _unquoted(rule: str, names: Iterable[str]) -> str:
    """A hint at the longest column name that the rule writes without the backticks it needs."""
    plain = [name for name in names if name in rule and not name.isidentifier()]
    bare = [name for name in plain if formula.quoted(name) not in rule]
    if not bare:
        return ""
    return f"Put the name between backticks: {formula.quoted(max(bare, key=len))}."


def _names(profile: Profile | None) -> tuple[str, ...]:
    return tuple(column.name for column in profile.columns) if profile else ()


def missing(brief: Brief, profile: Profile | None) -> tuple[Finding, ...]:
    """What the brief still lacks and what in it cannot be, worst first, with fixes."""
    found = [*_wrong(brief, profile), *_unsaid(brief, profile), *_criteria(brief)]
    return worst_first(tuple(found))


def _named_columns(brief: Brief) -> Iterator[tuple[str, str]]:
    for i, column in enumerate(brief.protected):
        yield f"brief.protected.{i}", column
    for i, criterion in enumerate(brief.criteria):
        if criterion.group:
            yield f"brief.criteria.{i}.group", criterion.group


def _refuse_unknown(column: str, path: str, profile: Profile) -> None:
    if profile.column(column) is None:
        among = [known.name for known in profile.columns]
        raise UnknownColumn.named(column, where=path, among=among)


def _wrong(brief: Brief, profile: Profile | None) -> Iterator[Finding]:
    kind = task_asked(brief)
    task = kind.task if kind else None
    if profile:
        names = [column.name for column in profile.columns]
        yield from _wrong_columns(brief, profile, names)
        if brief.target or not needs_target(brief):
            try:
                found, _ = guess_task(profile, brief)
                task = found.task
                positive_class(profile, brief, task)
                yield from _other_kinds(brief, profile, found)
            except UnknownColumn as error:
                yield _fault("unknown_target", error, "brief.target", str(brief.target), names)
            except MllError as error:
                yield _fault("unfit_target", error)
    yield from _wrong_metrics(brief, task)
    try:
        _refuse_rule(brief, profile)
    except InvalidParameter as error:
        yield _fault("wrong_rule", error)


def _other_kinds(brief: Brief, profile: Profile, found: TaskKind) -> Iterator[Finding]:
    """Other ways to ask for such a target, where the brief leaves it open."""
    column = profile.column(brief.target) if brief.target and task_asked(brief) is None else None
    for kind in [cls.of() for cls in TASKS.values()] if column else ():
        if kind.task is not found.task or column is None or not (why := kind.proposed(column)):
            continue
        yield Finding(
            code="task_may_suit",
            severity=Severity.CHECK,
            column=column.name,
            sentence=f"{why} It is taken as a plain number until you say so.",
            fix=Fix(
                label=f"Ask “{kind.label.lower()}”",
                stage=Stage.BUSINESS,
                path="brief.task",
                value=kind.name(),
                reason=kind.meaning,
            ),
        )


def _wrong_columns(brief: Brief, profile: Profile, names: list[str]) -> Iterator[Finding]:
    for path, column in _named_columns(brief):
        try:
            _refuse_unknown(column, path, profile)
        except UnknownColumn as error:
            yield _fault("unknown_column", error, path, column, names)


def _wrong_metrics(brief: Brief, task: Task | None) -> Iterator[Finding]:
    asked = [(f"brief.criteria.{i}.metric", c.metric) for i, c in enumerate(brief.criteria)]
    if brief.primary_metric != "auto":
        asked.append(("brief.primary_metric", brief.primary_metric))
    for path, metric in asked:
        try:
            cls = metric_named(metric, task, where=path)
        except MllError as error:
            yield _fault("unknown_metric", error, path, metric, kinds(task))
        else:
            if not cls.usable(brief):
                what = f"{path}: {metric} needs {cls.needs}, which is not stated."
                yield Finding(code="values_needed", severity=Severity.PROBLEM, sentence=what)


def _fault(
    code: str, error: MllError, path: str = "", wrong: str = "", among: list[str] | None = None
) -> Finding:
    close = get_close_matches(wrong, among or [], n=1)
    fix = None
    if close:
        label = f"Use {close[0]!r}"
        fix = Fix(label=label, stage=Stage.BUSINESS, path=path, value=close[0], reason="Misspelt.")
    said = f"{error} {error.hint}"
    return Finding(code=code, severity=Severity.PROBLEM, sentence=said, fix=fix)


def _unsaid(brief: Brief, profile: Profile | None) -> Iterator[Finding]:
    kind = task_asked(brief)
    if needs_target(brief) and not brief.target:
        yield Finding(
            code="no_target",
            severity=Severity.PROBLEM,
            sentence="No column to predict is chosen.",
            fix=_likely_target(profile),
        )
    for field, sentence in {
        "question": "The question is not written down: nobody can say later what was asked.",
        "decision": "It is not said what is decided with the answer, and by whom.",
        "unit": "It is not said what one row is; repeated entities would need a group split.",
        "stakeholders": "Nobody is named who cares about the answer.",
        "sign_offs": "Nobody has agreed to this brief yet.",
    }.items():
        if not getattr(brief, field):
            yield Finding(code=f"no_{field}", severity=Severity.CHECK, sentence=sentence)
    counted = kind is None or kind.worth
    if counted and not brief.values.stated and brief.values.per_unit_of_error is None:
        yield Finding(
            code="no_values",
            severity=Severity.CHECK,
            sentence="It is not said what right and wrong decisions are worth, "
            "so the result cannot be given in money.",
        )
    yield from _unlimited(brief)
    yield from _sensitive(brief, profile)


def _unlimited(brief: Brief) -> Iterator[Finding]:
    capacity = brief.capacity
    if capacity.count is not None and capacity.cases_per_period is None:
        yield Finding(
            code="no_cases_per_period",
            severity=Severity.CHECK,
            sentence=f"{capacity.count:,} cases can be handled per {capacity.period}, but not of "
            "how many, so this does not limit whom to act on: say how many cases come up in that "
            "time in brief.capacity.cases_per_period.",
        )


def _likely_target(profile: Profile | None) -> Fix | None:
    if profile is None or not profile.columns:
        return None
    names = {column.name.lower(): column.name for column in profile.columns}
    likely = next((names[word] for word in LIKELY_TARGETS if word in names), None)
    choice = likely or profile.columns[-1].name
    reason = "Its name says so." if likely else "It is the last column."
    label = f"Predict {choice!r}"
    return Fix(label=label, stage=Stage.BUSINESS, path="brief.target", value=choice, reason=reason)


def _sensitive(brief: Brief, profile: Profile | None) -> Iterator[Finding]:
    for column in profile.columns if profile else ():
        words = set(column.name.lower().replace("-", "_").split("_"))
        if words & set(SENSITIVE) and column.name not in (*brief.protected, brief.target):
            yield Finding(
                code="not_protected",
                severity=Severity.CHECK,
                column=column.name,
                sentence=f"{column.name!r} may describe a protected group, and is not watched.",
                fix=Fix(
                    label=f"Compare groups of {column.name!r}",
                    stage=Stage.BUSINESS,
                    path="brief.protected",
                    value=column.name,
                    append=True,
                    reason="Results are compared between its groups; training is not changed.",
                ),
            )


def _criteria(brief: Brief) -> Iterator[Finding]:
    if not brief.criteria:
        kind = task_asked(brief)
        holds = kind.criterion if kind else DEFAULT_CRITERION
        what = f"No success criterion is written, so this one holds: {holds}"
        yield Finding(code="default_criterion", severity=Severity.CHECK, sentence=what)
        return
    for criterion in brief.criteria:
        if criterion.metric in METRICS:
            yield Finding(
                code="criterion",
                severity=Severity.OK,
                sentence=f"Must hold: {criterion.sentence()}",
            )
