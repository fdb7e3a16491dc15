"""What a step is about, in the words of somebody who looks for one."""

from enum import Enum


class Topic(Enum):
    """The heading a step stands under in the menu; in the order in which data is prepared."""

    ROWS = "Choose rows"
    TABLES = "Join, sum up, turn the table"
    READING = "Read text as numbers or dates"
    TEXT = "Tidy up text"
    COLUMNS = "Tidy up columns"
    MISSING = "Missing values"
    ODD = "Odd and impossible values"
    NUMBERS = "Bring numbers to a scale"
    CATEGORIES = "Categories as numbers"
    COMPUTED = "Compute new columns"
    DATES = "Use dates"
    PAST = "Use what happened before"
    WORDS = "Use long texts"
    SIMILAR = "Few columns of many, similar rows"

    @property
    def family(self) -> str:
        """The kind of work it belongs to."""
        order = list(Topic).index(self)
        starts = ((0, "Shape"), (2, "Clean"), (7, "Transform"), (9, "Make features"))
        return next(name for first, name in reversed(starts) if order >= first)
