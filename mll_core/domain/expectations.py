"""What a person demands of how columns act on the answer, whatever the rows seem to say."""

from collections.abc import Sequence

from mll_core.domain.errors import InvalidParameter, UnknownColumn, WrongColumnKind
from mll_core.domain.model import Demand, Feature
from mll_core.domain.value import Value


class Expectations(Value):
    """Columns along which the answer may only rise or only fall, and columns that act together.

    With ``together`` only columns of the same group may act together; one in no group acts alone.
    """

    rising: tuple[str, ...] = ()
    falling: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()

    @property
    def demands(self) -> frozenset[Demand]:
        """What a model must be able to keep to."""
        found: dict[Demand, bool] = {
            "directions": bool(self.rising or self.falling),
            "groups": bool(self.together),
        }
        return frozenset(demand for demand, asked in found.items() if asked)

    def marked(self, features: Sequence[Feature]) -> tuple[Feature, ...]:
        """The features with what is demanded of each; those of one column stay together.

        Raises WrongColumnKind when a direction is demanded of what has no order, InvalidParameter
        when both directions are.
        """
        both = sorted(set(self.rising) & set(self.falling))
        if both:
            what = f"train.rising and train.falling both name {both[0]!r}."
            raise InvalidParameter(what, hint="Leave it in one of the two.")
        if not self.demands:
            return tuple(features)
        alone = {name: i for i, name in enumerate({f.source: None for f in features})}
        return tuple(
            feature.model_copy(
                update={
                    "direction": self._direction(feature),
                    "groups": self._groups(feature, alone),
                }
            )
            for feature in features
        )

    def refuse_unknown(self, among: Sequence[str]) -> None:
        """Raises UnknownColumn when a column is named that is not ``among`` the table's."""
        for field, names in (
            ("rising", self.rising),
            ("falling", self.falling),
            ("together", tuple(name for group in self.together for name in group)),
        ):
            for name in names:
                if name not in among:
                    raise UnknownColumn.named(name, where=f"train.{field}", among=among)

    def _direction(self, feature: Feature) -> int:
        asked = (feature.source in self.rising) - (feature.source in self.falling)
        if asked and feature.kind == "category":
            what = f"{feature.source!r} holds names, which neither rise nor fall."
            raise WrongColumnKind(what, hint="Take it out of train.rising and train.falling.")
        if asked and feature.name != feature.source:
            what = f"{feature.source!r} is read as several numbers, not as one that rises or falls."
            raise WrongColumnKind(what, hint="Derive one number of it in stage 3 and name that.")
        return asked

    def _groups(self, feature: Feature, alone: dict[str, int]) -> tuple[int, ...] | None:
        if not self.together:
            return None
        named = (i for i, group in enumerate(self.together) if feature.source in group)
        return tuple(named) or (len(self.together) + alone[feature.source],)


def directions(features: Sequence[Feature]) -> list[int] | None:
    """-1, 0 or 1 per feature; None when nothing is demanded."""
    found: list[int] = [feature.direction for feature in features]
    return found if any(found) else None


def groups(features: Sequence[Feature]) -> list[list[int]] | None:
    """Places of the features that may act together, group by group; None: any may."""
    found: dict[int, list[int]] = {}
    for place, feature in enumerate(features):
        for group in feature.groups or ():
            found.setdefault(group, []).append(place)
    return [found[group] for group in sorted(found)] or None
