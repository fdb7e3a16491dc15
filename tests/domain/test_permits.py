import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mll_core.domain import permits
from mll_core.domain.errors import Forbidden
from mll_core.domain.identity import Actor, Permission, Role
from mll_core.domain.job import JobStatus
from mll_core.domain.stage import Stage

ENGINE = Path(permits.__file__).parents[1]
WRITERS = {"append", "_log", "log", "add", "_point", "keep"}
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
STAGES = {f"{stage}.done" for stage in Stage} | {"comparison.done"}
ENDS = {f"job.{status}" for status in JobStatus if not status.live}


def written() -> Iterator[str]:
    """Every kind of event that stands as text in a call that writes one."""
    for file in sorted(ENGINE.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func).rpartition(".")[2] not in WRITERS:
                continue
            for argument in call.args:
                text = argument.value if isinstance(argument, ast.Constant) else None
                if isinstance(text, str) and KIND.fullmatch(text):
                    yield text


def test_every_kind_of_event_the_engine_writes_has_its_permission() -> None:
    kinds = {kind for kind in written() if not kind.startswith(("data.a", "brief.sign_offs"))}
    assert {"model.approved", "job.queued", "document.saved"} <= kinds
    assert kinds | STAGES | ENDS <= set(permits.NEEDED)


def test_a_kind_nobody_declared_is_a_bug() -> None:
    with pytest.raises(LookupError, match=r"thing\.made"):
        permits.needed("thing.made")


def test_a_refusal_says_who_may_not_do_what_and_who_could_change_that() -> None:
    eve = Actor(name="eve", kind="account", roles={"churn": Role.VIEWER})
    with pytest.raises(Forbidden) as refused:
        permits.demand(eve, Permission.RUN, "churn")
    assert str(refused.value) == "eve (viewer) may not run work in the project 'churn'."
    assert refused.value.hint.endswith("mll member give eve analyst --project churn.")
    with pytest.raises(Forbidden, match="no role in all projects"):
        permits.demand(eve, Permission.ADMINISTER, None)
    permits.demand(eve, Permission.VIEW, "churn")
    permits.demand(Actor(name="ana"), Permission.ADMINISTER, None)


def test_a_role_in_one_project_is_not_denied_where_all_are_meant() -> None:
    andy = Actor(name="andy", kind="account", roles={"churn": Role.ANALYST})
    with pytest.raises(Forbidden, match="no role in all projects") as refused:
        permits.demand(andy, Permission.EDIT, None)
    assert "the workspace" not in str(refused.value)
    assert "the role analyst in all projects on the page People" in refused.value.hint
