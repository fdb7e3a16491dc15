"""What every exporter must keep, present and future."""

import pytest

from mll_core.catalog import EXPORTERS
from mll_core.domain.exporter import Exporter


@pytest.mark.parametrize("cls", EXPORTERS.values(), ids=EXPORTERS)
def test_its_card_is_filled_in(cls: type[Exporter]) -> None:
    assert cls.label
    assert cls.__doc__
    assert cls.of().kind == cls.name()
    assert all(field.description for field in cls.parameters().values())
