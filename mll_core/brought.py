"""What a new row must bring beside the columns of the source: what steps made of other rows."""

from collections.abc import Mapping

from mll_core.domain.errors import MllError
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.domain.serving import ModelVersion
from mll_core.infra.guard import needs
from mll_core.project import Project


@needs(Permission.VIEW)
def brought(project: Project, version: ModelVersion) -> dict[str, str]:
    """The columns a model asks for that the source does not have, with the step that makes each.

    A step that looks at other rows or tables ran once, before the split; a single row cannot run
    it. The sentence is empty where the recipe of the model's time can no longer be looked at.
    """
    from mll_core.infra.scorer import schema_of
    from mll_core.stages import prepare

    data = project.results.data()
    asked = schema_of(project.deployment.model(version.number)).kinds
    extra = [name for name in asked if data is not None and name not in data.names]
    if not extra:
        return {}
    document = project.history.read(version.document_version)
    steps = document.prepare.steps
    try:
        others = project.tables.paths(steps)
        told = prepare.fit(
            Recipe(steps=steps),
            project.results.data_path(),
            others,
            document.brief.target,
            document.split.gap,
        ).made
    except MllError:  # what must be brought is known all the same
        told = {}
    return {name: told[name].sentence() if name in told else "" for name in extra}


def said(found: Mapping[str, str]) -> str:
    """The same in words, with what to do; empty when nothing must be brought."""
    if not found:
        return ""
    names = ", ".join(map(repr, found))
    steps = " ".join(dict.fromkeys(sentence for sentence in found.values() if sentence))
    them = "it" if len(found) == 1 else "them"
    return (
        f"A new row must also bring {names}: the recipe made {them} of other rows or tables, which "
        f"a row on its own does not have. Work {them} out in the same way before you ask. {steps}"
    ).strip()
