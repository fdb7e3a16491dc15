import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from asgi_client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_deployment import OneDeployment
from serving_samples import RECORD

from mll_core.service.app import create_app

URL = "/v1/churn/predict"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneDeployment]:
    source = OneDeployment(tmp_path_factory.mktemp("log"))
    yield source
    source.log.close()


@pytest.fixture(scope="module")
def client(source: OneDeployment) -> Client:
    return Client(create_app(source))


def ask(client: Client, *records: Any, **more: Any) -> Any:
    return client.post(URL, json={"records": list(records), **more})


def test_a_record_is_answered_with_version_and_request_id(client: Client) -> None:
    answer = ask(client, RECORD)
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"deployment", "version", "predictions", "request_id"}
    assert (body["deployment"], body["version"]) == ("churn", 3)
    (prediction,) = body["predictions"]
    assert set(prediction) == {"prediction", "probabilities"}
    assert sum(prediction["probabilities"].values()) == pytest.approx(1)


def test_a_bad_record_is_named_and_the_others_are_answered(client: Client) -> None:
    answer = ask(client, RECORD, {**RECORD, "age": "secret"}, RECORD)
    body = answer.json()
    assert answer.status_code == 422
    (error,) = body["errors"]
    assert set(error) == {"record", "column", "problem", "hint"}
    assert (error["record"], error["column"]) == (1, "age")
    assert [p is None for p in body["predictions"]] == [False, True, False]
    assert "secret" not in answer.text


def test_requests_are_logged_and_take_outcomes(client: Client, source: OneDeployment) -> None:
    sent = ask(client, RECORD, {"bad": 1}).json()["request_id"]
    good = {"request_id": sent, "record": 0, "actual": "yes"}
    bad = [{**good, "record": 1}, {**good, "actual": "maybe"}, {**good, "record": -1}, 5]
    answer = client.post("/v1/churn/outcomes", json={"outcomes": [good, *bad]})
    assert answer.status_code == 422
    assert answer.json()["kept"] == 1
    assert [error["record"] for error in answer.json()["errors"]] == [1, 2, 3, 4]
    assert client.post("/v1/churn/outcomes", json={"outcomes": [good]}).json()["kept"] == 1
    (row,) = [row for row in source.log.rows() if row["request_id"] == sent]
    assert (row["actual"], row["version"], row["input"]) == ("yes", 3, RECORD)


def test_reasons_come_when_asked_for(client: Client) -> None:
    pytest.importorskip("mll_core.infra.explainer")
    (prediction,) = ask(client, RECORD, explain=True).json()["predictions"]
    assert {reason["column"] for reason in prediction["reasons"]} <= set(RECORD)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "not JSON: line 1"),
        (b"\xff\xfe", 400, "UTF-8"),
        (b'{"records": [{"age": NaN}]}', 400, "NaN is not JSON"),
        (b'{"records": [{"age": 1, "age": 2}]}', 400, "twice"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'{"records": [{"age": ' + b"9" * 5000 + b"}]}", 400, "too long"),
        (b"[]", 422, "not an object"),
        (b"{}", 422, "'records' is not a list"),
        (b'{"records": []}', 422, "'records' is not a list"),
        (b'{"records": [{}], "explain": 1}', 422, "'explain'"),
        (b'{"records": [{}], "extra": 1}', 422, "mean nothing"),
        (json.dumps({"records": [{}] * 1001}).encode(), 413, "1,001 entries"),
        (json.dumps({"records": [{"x": "y" * 2**20}]}).encode(), 413, "larger than 1 MB"),
        (b" " * (16 * 2**20 + 1), 413, "larger than 16 MB"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_words(
    client: Client, body: bytes, status: int, said: str
) -> None:
    answer = client.post(URL, content=body)
    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert said in error["problem"]
    assert error["hint"]


def test_a_stream_without_a_length_is_counted_while_it_comes(client: Client) -> None:
    answer = client.post(URL, content=_endless())
    assert answer.status_code == 413


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(17):
        yield b" " * 2**20


def test_1e400_and_a_lone_surrogate_are_faults_of_their_column(client: Client) -> None:
    raw = json.dumps({"records": [RECORD]}).replace("41.0", "1e400").replace("basic", "\\ud800")
    answer = client.post(URL, content=raw)
    assert answer.status_code == 422
    assert {error["column"] for error in answer.json()["errors"]} == {"age", "plan"}


def test_addresses_that_are_not_there_say_so(client: Client) -> None:
    answer = client.post("/v1/churm/predict", json={"records": [RECORD]})
    assert answer.status_code == 404
    assert "'churn'" in answer.json()["errors"][0]["hint"]
    assert client.get("/nothing").status_code == 404
    assert client.get(URL).status_code == 405
    assert client.post("/v1/empty/predict", json={"records": [RECORD]}).status_code == 503


def test_the_schema_has_an_example_that_is_answered(client: Client) -> None:
    schema = client.get("/v1/churn/schema").json()
    assert ask(client, schema["example"]).status_code == 200


def test_readiness_says_which_deployment_has_no_model(client: Client) -> None:
    assert client.get("/v1/churn/ready").json()["versions"] == {"churn": 3}
    assert client.get("/v1/empty/ready").status_code == 503
    assert client.get("/ready").json()["without_model"] == ["empty"]
    for address in ("/health", "/v1/churn/health"):
        assert client.get(address).status_code == 200


def test_readiness_names_deployments_only_to_whom_they_are_open(tmp_path: Path) -> None:
    source = OneDeployment(tmp_path, token="secret")
    client = Client(create_app(source))
    closed = {"ready": False, "versions": {}, "without_model": []}
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        client.headers = headers
        assert client.get("/ready").json() == closed
        assert client.get("/ready").status_code == 503
    client.headers = {"Authorization": "Bearer secret"}
    assert client.get("/ready").json() == {**closed, "versions": {"churn": 3}}
    source.log.close()


def test_metrics_count_requests_records_errors_and_unseen_values(source: OneDeployment) -> None:
    client = Client(create_app(source))
    ask(client, RECORD, {**RECORD, "plan": "gold"}, 5)
    text = client.get("/v1/churn/metrics").text
    for line in (
        'mll_requests_total{deployment="churn",status="422"',
        'mll_records_total{deployment="churn"',
        'mll_record_errors_total{deployment="churn"',
        'mll_unseen_categories_total{deployment="churn"',
        'mll_model_version{deployment="churn"',
        'mll_log_dropped_total{deployment="churn"',
        'mll_request_seconds_bucket{deployment="churn",le="+Inf"',
    ):
        assert f"\n{line}" in text
    assert text.count("# TYPE") == text.count("# HELP") == 7


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for answer in (ask(client, RECORD), client.get("/docs"), client.get("/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_docs_load_nothing_from_another_host(client: Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "/v1/{deployment}/predict" in page.text
    assert "src=" not in page.text
    assert "https://" not in page.text
    described = client.get("/openapi.json").json()["paths"]["/v1/{deployment}/predict"]["post"]
    assert "requestBody" in described


def test_a_token_is_asked_for_and_opens_its_deployment_only(tmp_path: Path) -> None:
    source = OneDeployment(tmp_path, token="right")
    client = Client(create_app(source))
    assert ask(client, RECORD).status_code == 401
    assert ask(client, RECORD).headers["www-authenticate"] == "Bearer"
    for token, status in (("wrong", 401), ("right", 200)):
        client.headers["Authorization"] = f"Bearer {token}"
        assert ask(client, RECORD).status_code == status
    assert client.get("/v1/nothing/schema").status_code == 401
    assert "empty" not in client.get("/metrics").text
    source.log.close()


def test_other_hosts_and_other_web_pages_are_refused(source: OneDeployment) -> None:
    client = Client(create_app(source, frozenset({"localhost"})))
    assert ask(client, RECORD).status_code == 200
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/health", headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_bug_is_a_card_with_a_number_and_no_traceback(source: OneDeployment) -> None:
    broken = OneDeployment.__new__(OneDeployment)
    broken.token = None
    client = Client(create_app(broken))
    answer = ask(client, RECORD)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.binary(max_size=60)
    | st.builds(lambda v: json.dumps(v).encode(), JUNK)
    | st.builds(lambda v: json.dumps({"records": v}).encode(), JUNK)
    | st.builds(
        lambda c, v: json.dumps({"records": [{**RECORD, c: v}, RECORD]}).encode(),
        st.sampled_from([*RECORD, "other"]),
        JUNK,
    )
)
def test_no_body_at_all_is_answered_with_a_5xx(client: Client, body: bytes) -> None:
    for address in (URL, "/v1/churn/outcomes"):
        answer = client.post(address, content=body)
        assert answer.status_code in (200, 400, 413, 422)
        assert answer.status_code == 200 or answer.json()["errors"]
