"""What a new split does with rows that an earlier one had sealed, and its words."""

from mll_core.domain.value import Value


class Redrawn(Value):
    """Counts of rows, between a split and the earlier ones of the project that sealed others."""

    tested: int
    """Rows that are sealed now."""
    released: int = 0
    """Sealed before, and to learn from now."""
    seen: int = 0
    """Of those sealed now: shown and learned from before."""
    judged: int = 0
    """Of those sealed now: in a test that was opened."""
    answered: int = 0
    """Of those released: in a test that was opened."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What became of them; empty when no row changed sides."""
        found = []
        if self.released:
            opened = (
                f"{self.answered:,} of them from a test that was opened"
                if self.answered
                else "from a test that nobody had opened"
            )
            found.append(
                f"The test was drawn anew: {self.released:,} rows that were sealed before are "
                f"learned from now, {opened}."
            )
        if self.seen:
            found.append(
                f"{self.seen:,} of its {self.tested:,} rows were shown and learned from under an "
                "earlier split: what was chosen by them then may look better here than it is."
            )
        if self.judged:
            found.append(
                f"{self.judged:,} of its {self.tested:,} rows judged a model before, in a test "
                "that was opened."
            )
        return tuple(found)
