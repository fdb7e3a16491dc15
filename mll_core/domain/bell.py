"""The bell curve: at which value a share of all lies below."""

from collections.abc import Sequence
from typing import Any

from mll_core.domain import lists
from mll_core.domain.literals import exact

_MIDDLE = (
    (3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
     45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    (1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
     21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610),
)  # fmt: skip
_OUTER = (
    (1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
     1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833,
     7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
     0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
     1.05075007164441684324e-9),
)  # fmt: skip
_FAR = (
    (6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
     0.296560571828504891230, 0.0265321895265761230930, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15),
)  # fmt: skip


def bell(share: Any, least: float = 0.0) -> Any:
    """The value of the standard normal below which ``share`` of it lies, to 15 digits.

    A share closer than ``least`` to 0 or 1 is cut to that. NULL for NULL and outside of 0 to 1,
    both left out. Source: Wichura (1988), Algorithm AS 241.
    """

    def cut(row: Any) -> Any:
        return row["share"].clip(lower=exact(least), upper=exact(1 - least))

    return lists.named({"share": share}, lambda row: lists.named({"share": cut(row)}, _tails))


def _tails(row: Any) -> Any:
    share = row["share"]
    inside = ((share > 0) & (share < 1)).ifelse(share, None)
    centred = inside - exact(0.5)
    tail = (centred < 0).ifelse(inside, exact(1.0) - inside)
    record = {"centred": centred, "far": (-tail.ln()).sqrt()}
    return lists.named(record, lambda row: _curve(row["centred"], row["far"]))


def _curve(centred: Any, far: Any) -> Any:
    middle = centred * _ratio(_MIDDLE, exact(0.180625) - centred * centred)
    outer = (far <= exact(5.0)).ifelse(
        _ratio(_OUTER, far - exact(1.6)), _ratio(_FAR, far - exact(5.0))
    )
    signed = (centred < 0).ifelse(-outer, outer)
    return (centred.abs() <= exact(0.425)).ifelse(middle, signed)


def _ratio(of: Sequence[Sequence[float]], at: Any) -> Any:
    above, under = (_polynomial(factors, at) for factors in of)
    return above / under


def _polynomial(factors: Sequence[float], at: Any) -> Any:
    value = exact(factors[-1])
    for factor in factors[-2::-1]:
        value = value * at + exact(factor)
    return value
