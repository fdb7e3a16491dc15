"""Which steps of a project's recipe cannot work on its data as it is now, and why."""

from mll_core.domain.errors import MllError
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.infra.guard import needs
from mll_core.project import Project


@needs(Permission.VIEW)
def faults(project: Project) -> dict[int, MllError]:
    """What is wrong by place in the list, from 0; empty before there is data.

    A step comes to be at fault when the data changed or somebody wrote the document by hand.
    Nothing is said of steps behind one whose other table is not there.
    """
    from mll_core.stages import prepare

    document = project.document
    steps = document.prepare.steps
    if not steps or project.results.data() is None:
        return {}
    try:
        others = project.tables.paths(steps)
    except MllError:  # the other table says so where it is chosen
        return {}
    asked = document.brief.target, document.split.gap
    found = prepare.fit(Recipe(steps=steps), project.results.data_path(), others, *asked)
    return {one.place: one.error for one in found.misfits}
