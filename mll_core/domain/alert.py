"""The contract of an alert channel."""

from abc import ABC, abstractmethod

from mll_core.domain.plugin import Plugin
from mll_core.domain.serving import Monitoring


class Alert(Plugin, ABC):
    """Tells somebody what monitoring found."""

    @abstractmethod
    def send(self, project: str, monitoring: Monitoring) -> None:
        """Deliver the alerts of one pass; nothing is sent when there are none."""
