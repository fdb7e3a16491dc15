"""A generated sample of text: support tickets and the team that solves them."""

import numpy as np
import pandas as pd

_TEAMS: dict[str, tuple[str, ...]] = {
    "billing": (
        "I was charged twice for {item} this month",
        "the invoice for {item} shows the wrong amount",
        "please refund my payment for {item}",
        "my card was declined when paying for {item}",
        "why did the price of {item} go up",
    ),
    "technical": (
        "{item} crashes whenever I open it",
        "I get an error message when starting {item}",
        "{item} is very slow since the update",
        "the connection to {item} drops every few minutes",
        "I cannot install {item} on my computer",
    ),
    "delivery": (
        "my order of {item} has not arrived",
        "the parcel with {item} came damaged",
        "please change the delivery address for {item}",
        "tracking for {item} has not moved for days",
        "the wrong {item} was delivered",
    ),
    "account": (
        "I cannot log in to my {item} account",
        "please reset the password for {item}",
        "I want to close my {item} account",
        "how do I change the email of my {item} profile",
        "somebody else used my {item} login",
    ),
}
_ITEMS = ("the app", "the router", "the tablet", "premium", "the family plan", "the headset")
_OPENINGS = ("Hello,", "Hi there,", "Good morning,", "", "Urgent:", "Dear team,")
_CLOSINGS = (
    "Please help.",
    "Thanks in advance.",
    "This is the second time I write.",
    "I need this solved today.",
    "",
    "What should I do?",
)
_MIXED = 0.12
"""Share of tickets that also mention another team's trouble."""


def support_tickets() -> pd.DataFrame:
    """3,000 short messages with channel and priority; four teams."""
    rng, n = np.random.default_rng(106), 3_000
    team = rng.choice(list(_TEAMS), n, p=[0.3, 0.34, 0.2, 0.16])
    return pd.DataFrame(
        {
            "ticket_id": [f"T{i:05d}" for i in range(n)],
            "channel": rng.choice(["email", "chat", "phone"], n, p=[0.5, 0.38, 0.12]),
            "customer_years": rng.gamma(1.5, 2, n).round(1),
            "message": [_message(rng, name) for name in team],
            "team": team,
        }
    )


def _message(rng: np.random.Generator, team: str) -> str:
    said = [_sentence(rng, team)]
    if rng.random() < _MIXED:
        said.append("Also " + _sentence(rng, str(rng.choice(list(_TEAMS)))))
    opening, closing = rng.choice(_OPENINGS), rng.choice(_CLOSINGS)
    return f"{opening} {'. '.join(said)}. {closing}".strip()


def _sentence(rng: np.random.Generator, team: str) -> str:
    return str(rng.choice(_TEAMS[team])).format(item=rng.choice(_ITEMS))
