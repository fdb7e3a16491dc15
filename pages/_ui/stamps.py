"""What a number stands on: rows, split, data version, document version."""

from mll_core.domain.report import Report, Stamp
from pages._ui import numbers


def of(report: Report) -> str:
    """The stamp of the report's numbers on the sealed test."""
    return told(report.stamp)


def told(stamp: Stamp) -> str:
    """A stamp in words."""
    said = f"{numbers.some(stamp.rows, 'row')} of {stamp.split}"
    if stamp.of and stamp.of != stamp.rows:
        said += f", drawn from {numbers.count(stamp.of)}"
    return f"{said}; data {stamp.data_version[:8]}, document {stamp.document_version}."
