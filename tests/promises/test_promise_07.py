"""Promise 7: scoring never answers 5xx, and its errors repeat no value."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from asgi_client import Client
from proving import SEED, amount, tally
from serving_samples import RECORD, TARGETS, model, rows

from mll_core.domain.serving import LoggedRequest, Outcome
from mll_core.infra.scorer import Scorer
from mll_core.service.app import create_app
from mll_core.service.deployments import Serving

pytestmark = pytest.mark.promise
CANARY = "canary-7f3a"


class InMemory:
    """One deployment; what would be logged is only counted."""

    def __init__(self) -> None:
        background = rows(20, seed=9).drop(columns=["id", *TARGETS.values()])
        self.serving = Serving(1, Scorer(model(), background))
        self.logged = 0

    def names(self) -> tuple[str, ...]:
        return ("churn",)

    def current(self, deployment: str) -> Serving | None:
        return self.serving if deployment == "churn" else None

    def authorised(self, deployment: str, token: str | None, scope: str | None = None) -> bool:
        return True

    def record(self, deployment: str, request: LoggedRequest) -> None:
        request.model_dump_json()
        self.logged += 1

    def add_outcomes(self, deployment: str, outcomes: Sequence[Outcome]) -> list[bool]:
        return [True] * len(outcomes)

    def dropped(self, deployment: str) -> int:
        return 0


VALUES: list[Any] = [
    *(None, True, False, 0, -0.0, 1, -1, 2**31, 2**63, -(2**64), 10**400, 1e308, -1e308, 5e-324),
    *("", " ", CANARY, CANARY * 2_000, "\0", "\x1b[31m", "\u202e", "ü" * 99, "1.5", "NaN", "null"),
    *("2024-02-30", "2024-01-31T25:00", "9999-12-31T23:59:59+14:00", "0001-01-01", "2024-W01-1"),
    *("2024-01-31T12:00:00Z", "20240131", "=1+1", "<script>", "../..", "%s%n", "{0}", "pro"),
    *([], {}, [CANARY], {"name": CANARY}, [[[]]], {"age": {"age": {}}}, [None] * 50),
]
RAW = [
    *(b"", b" ", b"\0", b"\xff\xfe{", b"\xef\xbb\xbf{}", b"{", b"}", b"[", b"null", b"true", b"1"),
    *(b'"x"', b"[]", b"{}", b"{}{}", b"{}x", b"'{}'", b'{"records"}', b'{"records":}', b"NaN"),
    *(b'{"records":[NaN]}', b'{"records":[Infinity]}', b'{"records":[-Infinity]}', b"//x"),
    *(b'{"records":[1e400]}', b'{"records":[-]}', b'{"records":[01]}', b'{"records":[.5]}'),
    *(b'{"records":"x"}', b'{"records":{}}', b'{"records":null}', b'{"records":[null]}'),
    *(b'{"records":[[]]}', b'{"records":[{}]}', b'{"records":[{}],"records":[{}]}'),
    *(b'{"records":[{"":1}]}', b'{"records":[{"\\ud800":1}]}', b'{"records":["\\ud800"]}'),
    *(b'{"records":[{"\\u0000":1}]}', b'{"records":[{"age":1,"age":1}]}', b'{"records":[{},]}'),
    *(b'{"records":[' + b"{}," * 999 + b"{}]}", b'{"records":[' + b"{}," * 1_000 + b"{}]}"),
    *(b'{"a":' * 60_000, b"[" * 100_000, b'{"records":' + b"[" * 5_000 + b"]" * 5_000 + b"}"),
    *(b'{"records":[' + b"9" * 5_000 + b"]}", b'{"records":[' + b"9" * 4_000 + b"]}"),
    *(b'{"records":[0.' + b"9" * 90_000 + b"]}", b'{"records":[1e' + b"9" * 4_000 + b"]}"),
    *(b'{"records":[{"age":"' + b"x" * 1_100_000 + b'"}]}', b'{"explain":true}'),
    *(b'{"records":[{}],"explain":"yes"}', b'{"records":[{}],"explain":null}'),
    *(b'{"__proto__":{},"records":[{}]}', b'{"outcomes":[{}]}', b'{"outcomes":[null]}'),
    *(b'{"outcomes":[{"request_id":1}]}', b'{"outcomes":[{"request_id":"x","record":-1}]}'),
    *(b'{"outcomes":[{"request_id":"x","record":1e3,"actual":"yes"}]}', b"--x\r\n", b"a=1&b=2"),
    *(b"\x80\x04\x95", b"PK\x03\x04", b"<?xml version='1.0'?><a/>", b"\x1f\x8b\x08", b"{" * 99),
]
ADDRESSES = ("/v1/churn/predict", "/v1/churn/outcomes")


def bodies(count: int, draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """Good bodies, harmed in up to three places: values, names, shape, bytes."""
    for _ in range(count):
        found = [dict(RECORD) for _ in range(draw.choice([1, 1, 2, 5]))]
        body: dict[str, Any] = {"records": found}
        for _ in range(draw.randint(0, 3)):
            _harm(draw, body, draw.choice(found))
        raw = json.dumps(body).encode()
        if draw.random() < 0.3:
            raw = _harmed_bytes(draw, raw)
        yield "/v1/churn/predict", raw
    for _ in range(count // 10):
        entry = {"request_id": draw.choice(VALUES), "record": draw.choice(VALUES)}
        entry["actual"] = draw.choice(VALUES)
        yield "/v1/churn/outcomes", json.dumps({"outcomes": [entry, draw.choice(VALUES)]}).encode()


def _harm(draw: random.Random, body: dict[str, Any], record: dict[str, Any]) -> None:
    column = draw.choice([*RECORD, "left", "id", "other", "", "Age", "age "])
    match draw.randrange(8):
        case 0 | 1 | 2 | 3:
            record[column] = draw.choice(VALUES)
        case 4:
            record.pop(column, None)
        case 5:
            record[str(draw.choice(VALUES))[:200].replace(CANARY, "name")] = draw.choice(VALUES)
        case 6:
            body["records"] = [*body["records"], draw.choice(VALUES)]
        case 7:
            body["explain"] = draw.choice([True, False, 1, "true", None, []])


def _harmed_bytes(draw: random.Random, raw: bytes) -> bytes:
    place = draw.randrange(len(raw))
    match draw.randrange(4):
        case 0:
            return raw[:place]
        case 1:
            return raw[:place] + bytes([draw.randrange(256)]) + raw[place + 1 :]
        case 2:
            return raw[:place] + raw[place - 20 if place > 20 else 0 :]
    return raw[:place] + draw.choice([b"\\ud800", b"\xed\xa0\x80", b"NaN", b"1e400"]) + raw[place:]


def test_no_body_is_answered_with_5xx_and_no_error_repeats_a_value() -> None:
    source = InMemory()
    client = Client(create_app(source))
    draw = random.Random(SEED)
    with tally(7, "bodies") as counts:
        given = [(address, raw) for raw in RAW for address in ADDRESSES]
        for address, raw in [*given, *bodies(amount(300, 20_000), draw)]:
            answer = client.post(address, content=raw)
            assert answer.status_code in (200, 400, 413, 422), (answer.status_code, raw[:500])
            found = answer.json()
            if answer.status_code != 200:
                assert found["errors"], raw[:500]
                assert all(error["hint"] for error in found["errors"])
                assert CANARY not in json.dumps(found["errors"]), raw[:500]
            counts[f"answered {answer.status_code}"] += 1
        good = client.post("/v1/churn/predict", json={"records": [RECORD]})
        assert good.status_code == 200
    assert counts.total() >= amount(400, 20_000)
    assert len(RAW) >= 60
    assert source.logged
