"""Counters of one scoring process, as Prometheus text."""

import os
import threading
from collections.abc import Iterable, Mapping

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_HELP = {
    "mll_requests_total": ("counter", "Requests by status"),
    "mll_records_total": ("counter", "Records scored"),
    "mll_record_errors_total": ("counter", "Records refused"),
    "mll_unseen_categories_total": ("counter", "Values for which the model has no level"),
    "mll_missing_values_total": ("counter", "Values that were null"),
    "mll_log_dropped_total": ("counter", "Scored requests that could not be logged"),
    "mll_model_version": ("gauge", "Version served; 0 when none is loaded"),
    "mll_request_seconds": ("histogram", "Time from the whole body to the answer"),
}
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts events; safe in many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, Labels], float] = {}

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count ``amount`` more of ``name``."""
        with self._lock:
            key = (name, tuple(labels.items()))
            self._counts[key] = self._counts.get(key, 0) + amount

    def took(self, seconds: float, deployment: str) -> None:
        """Count one request by its time."""
        for bound in _SECONDS:
            if seconds <= bound:
                self.add("mll_request_seconds_bucket", deployment=deployment, le=f"{bound:g}")
        self.add("mll_request_seconds_bucket", deployment=deployment, le="+Inf")
        self.add("mll_request_seconds_sum", seconds, deployment=deployment)
        self.add("mll_request_seconds_count", deployment=deployment)

    def text(self, deployments: Iterable[str], gauges: Mapping[tuple[str, str], float]) -> str:
        """All counters of ``deployments`` and what holds now: {(name, deployment): value}."""
        shown = set(deployments)
        with self._lock:
            counts = dict(self._counts)
        rows = [(name, dict(labels), value) for (name, labels), value in counts.items()]
        rows += [(name, {"deployment": of}, value) for (name, of), value in gauges.items()]
        lines = []
        for name, (kind, about) in _HELP.items():
            mine = [r for r in rows if r[0].startswith(name) and r[1]["deployment"] in shown]
            if mine:
                lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
                lines += [_line(*row) for row in mine]
        return "\n".join([*lines, ""])


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(
        f'{k}="{_escaped(v)}"' for k, v in {**labels, "pid": str(os.getpid())}.items()
    )
    return f"{name}{{{inside}}} {value:.17g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
