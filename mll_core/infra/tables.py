"""The tables of the catalog."""

import sqlalchemy as sql
from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text

from mll_core.infra.json_text import JSON

METADATA = sql.MetaData()


def _key(*columns: str) -> sql.PrimaryKeyConstraint:
    return sql.PrimaryKeyConstraint(*columns)


PROJECTS = Table(
    "projects",
    METADATA,
    Column("slug", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created", String(40), nullable=False),
)
DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("project", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("salt", String(32)),  # of the digest by which the log vouches for the row
    _key("project", "version"),
)
ARTEFACTS = Table(
    "artefacts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("project", String(80), nullable=False, index=True),
    Column("stage", String(20), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("inputs", String(64), nullable=False),
    Column("document_version", Integer, nullable=False),
    Column("data_version", String(64)),
    Column("value", JSON, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", String(40), nullable=False),
    Column("salt", String(32)),  # of the digest by which the log vouches for the row
)
JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("project", String(80), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("status", String(12), nullable=False, index=True),
    Column("progress", Float, nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("result", JSON),
    Column("error", JSON),
    Column("attempts", Integer, nullable=False, default=0),
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("author", Text, nullable=False, default=""),
    Column("author_kind", String(10), nullable=False, default="owner"),
    Column("created", String(40), nullable=False),
    Column("started", String(40)),
    Column("finished", String(40)),
    Column("heartbeat", String(40)),
    Column("token", Integer, nullable=False, default=0),
    Column("lease_until", Float),  # by the monotonic clock of the boot that is named:
    Column("lease_boot", String(64)),  # while in line: not to be begun before that
    Column("megabytes", Float),  # what it is estimated to take
    Column("overtaken", Integer),  # by how many that came later, for lack of memory
    Column("repeatable", Boolean),  # whether it is begun again when its process is killed
)
SCHEDULES = Table(
    "schedules",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("project", String(80), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("next_due", String(40), nullable=False),
    Column("last_run", String(40)),
    Column("last_job", String(32)),
    Column("enabled", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_kind", String(12), nullable=False),
)
JOB_LOGS = Table(
    "job_logs",
    METADATA,
    Column("job", String(32), primary_key=True),
    Column("text", Text, nullable=False),
)
EVENTS = Table(
    "events",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("project", String(80), index=True),
    Column("actor", Text, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("vouches", JSON),
    Column("hash", String(64), nullable=False),
)
MODELS = Table(
    "models",
    METADATA,
    Column("project", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("value", JSON, nullable=False),
    Column("salt", String(32)),  # of the digest by which the log vouches for the row
    _key("project", "number"),
)
APPROVALS = Table(
    "approvals",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("project", String(80), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("value", JSON, nullable=False),
    Column("salt", String(32)),  # of the digest by which the log vouches for the row
)
ALIASES = Table(
    "aliases",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("project", String(80), nullable=False, index=True),
    Column("alias", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("salt", String(32)),  # of the digest by which the log vouches for the row
)
TOKENS = Table(
    "tokens",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("deployment", String(80), nullable=False),
    Column("project", String(80)),
    Column("scopes", JSON, nullable=False),
    Column("label", Text, nullable=False, default=""),
    Column("created", String(40), nullable=False),
    Column("expires", String(40), nullable=False),
    Column("used", String(10)),
    Column("revoked", String(40)),
)
ERASURES = Table(
    "erasures",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("project", String(80), nullable=False, index=True),
    Column("work", JSON),  # the order, until it is done
    Column("tombstone", JSON, nullable=False),
)
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("password", Text),  # argon2; none for who signs in elsewhere
    Column("issuer", Text),
    Column("subject", Text),
    Column("created", String(40), nullable=False),
    Column("disabled", String(40)),
)
TRIES = Table(
    "tries",
    METADATA,
    Column("name_sha256", String(64), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("wait_until", Float, nullable=False),  # seconds since 1970
)
MEMBERS = Table(
    "members",
    METADATA,
    Column("project", String(80), nullable=False),
    Column("account", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    _key("project", "account"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("account", String(200), nullable=False, index=True),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("seen", Float, nullable=False),
)
SETUP = Table(
    "setup",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("expires", Float, nullable=False),
)
