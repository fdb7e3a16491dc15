from itertools import pairwise

import pytest

from mll_core.domain.identity import EVERYWHERE, Actor, Permission, Role, permissions


def test_each_role_may_what_the_one_before_may_and_more() -> None:
    ladder = [permissions(role) for role in Role]
    assert all(low < high for low, high in pairwise(ladder))
    assert ladder[-1] == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_an_account_without_a_role_may_nothing(permission: Permission) -> None:
    nobody = Actor(name="ana", kind="account")
    assert not nobody.may(permission, "churn")
    assert not nobody.may(permission)


def test_a_role_in_one_project_says_nothing_about_another() -> None:
    ana = Actor(name="ana", kind="account", roles={"churn": Role.ADMIN})
    assert ana.may(Permission.ADMINISTER, "churn")
    assert not ana.may(Permission.VIEW, "fraud")
    assert not ana.may(Permission.VIEW)


def test_a_role_everywhere_holds_in_every_project() -> None:
    ana = Actor(name="ana", kind="account", roles={EVERYWHERE: Role.VIEWER, "churn": Role.ANALYST})
    assert ana.may(Permission.VIEW, "fraud")
    assert ana.may(Permission.EDIT, "churn")
    assert not ana.may(Permission.EDIT, "fraud")
