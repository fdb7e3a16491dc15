"""Where a person makes an edit that is told by its path in the document."""

from mll_core.domain.finding import Advice
from pages._ui import onward
from pages._ui.words import WORDS

TABS = {
    "brief.values": "Worth",
    "brief.criteria": "Success",
    "data.additions": "Source",
    "prepare.exclude": "Left out",
    "prepare.steps": "Recipe",
}
"""Under which tab of its page a path is; other pages have none."""


def way(one: Advice) -> None:
    """A button that opens the place, down to the tab."""
    page, tab = one.stage.value, TABS.get(one.edit)
    short = WORDS[one.stage].short
    onward.link(
        page,
        f"Open {short}: {tab}" if tab else f"Open {short}",
        icon=":material/arrow_forward:",
        more={page: tab} if tab else None,
    )
