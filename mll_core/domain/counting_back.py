"""A step that counts back from the newest row."""

from datetime import datetime
from typing import ClassVar, Self

from pydantic import PrivateAttr

from mll_core.domain.step import Rows, Step


class CountingBack(Step):
    """The base of steps that look for the newest of all rows."""

    rows: ClassVar[Rows] = "drop"
    _of_all: datetime | None = PrivateAttr(None)

    def told(self, newest: datetime) -> Self:
        """The step, told the newest moment of all rows, for where it is handed some of them."""
        told = self.model_copy()
        told._of_all = newest
        return told
