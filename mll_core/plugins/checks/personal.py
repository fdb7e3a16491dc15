"""Personal data."""

import re
from typing import Any, ClassVar, Literal

from mll_core.domain.check import Check, Evidence
from mll_core.domain.data import ColumnProfile
from mll_core.domain.finding import Finding, Fix, Severity
from mll_core.domain.stage import Stage

_MOSTLY = 0.6
_FEWEST = 3
_NAMED = (
    r"(^|[_\W])((e[-_ ]?)?mails?|e[-_ ]?mail[-_ ]?address|(first|last|full|sur|family|given|maiden)"
    r"[-_ ]?name|surname|phone([-_ ]?(no|number))?|telephone|mobile([-_ ]?(no|number))?|street|"
    r"(home|postal|street)?[-_ ]?address|iban|ssn|passport([-_ ]?(no|number))?|"
    r"(national|tax|social)[-_ ]?(id|number|security[-_ ]?number)|ip([-_ ]?address)?|"
    r"date[-_ ]?of[-_ ]?birth|birth[-_ ]?date|dob|vorname|nachname|telefon|nombre|apellidos?)$"
)
_LOOKS: dict[str, str] = {
    "e-mail addresses": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "bank account numbers (IBAN)": r"^[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){2,7}( ?[A-Z0-9]{1,3})?$",
    "phone numbers": r"^(\+|00)[0-9][0-9 ()./-]{6,18}[0-9]$"
    r"|^\(?0[0-9]{1,4}\)?[ /-][0-9][0-9 -]{4,12}$",
    "IP addresses": r"^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}"
    r"(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$",
    "national numbers": r"^[0-9]{3}-[0-9]{2}-[0-9]{4}$",
}


class Personal(Check):
    """Columns that tell who somebody is: by what they hold, or by what they are called.

    They are proposed as personal: hidden from viewers and kept in the request log as codes only.
    """

    label: ClassVar[str] = "Personal data"
    kind: Literal["personal"] = "personal"

    def findings(self, evidence: Evidence) -> tuple[Finding, ...]:
        columns = [c for c in evidence.profile.columns if c.name != evidence.target]
        texts = [c.name for c in columns if c.type == "VARCHAR" and c.distinct >= _FEWEST]
        looks = _looks(evidence, texts)
        named = set(_called(columns))
        return tuple(
            _finding(column, looks.get(column.name))
            for column in columns
            if column.name in looks or column.name in named
        )


def _looks(evidence: Evidence, texts: list[str]) -> dict[str, str]:
    """What most values of a column look like, where they look like something personal."""
    if not texts:
        return {}
    counts: dict[str, Any] = {}
    for i, name in enumerate(texts):
        text = evidence.table[name].strip()
        counts[f"n{i}"] = text.count()
        for j, pattern in enumerate(_LOOKS.values()):
            counts[f"n{i}_{j}"] = text.re_search(pattern).sum()
    (found,) = evidence.ask(evidence.table.aggregate(**counts))
    return {
        name: what
        for i, name in enumerate(texts)
        for j, what in enumerate(_LOOKS)
        if int(found[f"n{i}_{j}"] or 0) > _MOSTLY * max(1, int(found[f"n{i}"] or 0))
    }


def _called(columns: list[ColumnProfile]) -> list[str]:
    pattern = re.compile(_NAMED, re.IGNORECASE)
    plain = {"name", "names", "nom", "name_of_customer"}
    return [
        column.name
        for column in columns
        if column.distinct >= _FEWEST
        and (pattern.search(column.name) or column.name.strip().lower() in plain)
    ]


def _finding(column: ColumnProfile, looks: str | None) -> Finding:
    why = f"most of its values are {looks}" if looks else "it is called so"
    fix = Fix(
        label=f"Treat {column.name!r} as personal",
        stage=Stage.COLLECT,
        path="data.personal",
        value=column.name,
        append=True,
        reason=f"{column.name!r} tells who somebody is: {why}.",
    )
    return Finding(
        code="personal",
        severity=Severity.CHECK,
        column=column.name,
        sentence=f"{column.name!r} seems to tell who somebody is: {why}.",
        numbers={"distinct": column.distinct},
        fix=fix,
    )
