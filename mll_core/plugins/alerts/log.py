"""Alerts as lines in a file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from mll_core.domain.alert import Alert
from mll_core.domain.serving import Monitoring


class LogFile(Alert):
    """Appends one JSON line per alert: time, project, model version, code, severity, sentence."""

    label: ClassVar[str] = "Log file"
    kind: Literal["log"] = "log"
    path: str = Field("alerts.jsonl", min_length=1, description="File the lines are appended to")

    def send(self, project: str, monitoring: Monitoring) -> None:
        if not monitoring.alerts:
            return
        path = Path(self.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        at = monitoring.created or datetime.now(UTC).isoformat(timespec="seconds")
        about = {"at": at, "project": project, "model_version": monitoring.model_version}
        lines = [json.dumps({**about, **alert}) for alert in monitoring.alerts]
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
