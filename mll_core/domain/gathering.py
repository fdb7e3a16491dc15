"""A step that makes one row of several."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from mll_core.domain.columns import Columns
from mll_core.domain.step import Rows, Step


class Gathering(Step):
    """The base of steps that make one row of all that agree in ``by``; raw rows are gone then."""

    rows: ClassVar[Rows] = "shape"
    by: Columns = Field(min_length=1, description="One row for each of these")

    def units(self, known: Mapping[str, str]) -> Mapping[str, str]:
        """Those of ``by`` stay; all other columns are made anew."""
        return {name: unit for name, unit in known.items() if name in self.by}
