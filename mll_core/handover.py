"""What is shown to those who were not there: the newest report with all that it stands on."""

from typing import Any

from mll_core.domain.errors import NotReady
from mll_core.domain.exporter import Exhibit
from mll_core.domain.identity import Permission
from mll_core.infra.guard import needs
from mll_core.project import Project


@needs(Permission.VIEW)
def exhibit(project: Project) -> Exhibit:
    """The newest report, with the document and data of its time. Raises NotReady without one."""
    report, training = project.results.report(), project.results.training()
    if report is None or training is None:
        hint = f"Open the sealed test first: on the Evaluate page, or mll run {project.slug}."
        raise NotReady("There is no report yet.", hint=hint)
    number = report.document_version
    then = project.rooms.projects.version(project.slug, number)
    versions = project.deployment.versions()
    approvals = [v.approvals for v in versions if v.run_id == report.run_id]
    return Exhibit(
        slug=project.slug,
        document=project.rooms.projects.parse(then.text),
        document_version=number,
        training=training,
        report=report,
        data=project.results.data(),
        split=project.results.split(),
        approvals=approvals[0] if approvals else (),
        **_worth(project),
        versions=project.rooms.models().manifest(report.model_sha256)["libraries"],
    )


def _worth(project: Project) -> dict[str, Any]:
    """What was found out of columns and steps, as far as it still holds."""
    kept = {
        "cases": project.worth.cases(),
        "ledger": project.worth.ledger(),
        "null_run": project.worth.null_run(),
    }
    found = {name: one.value for name, one in kept.items() if one and one.fresh}
    return {**found, "verdicts": project.document.prepare.verdicts}
