"""Sources elsewhere, filled in field by field: each becomes one address, never with a password."""

from typing import Literal
from urllib.parse import quote

from pydantic import Field

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.source_address import asking, check_name, scheme_of
from mll_core.domain.value import Value


class OnTheWeb(Value):
    """A file on the web."""

    url: str = Field("", max_length=2_000, description="Web address of the file")

    @property
    def source(self) -> str:
        """The address; "" while it is not filled in. Raises InvalidParameter for no web address."""
        url = self.url.strip()
        if url and scheme_of(url) not in ("http", "https"):
            hint = "Write one such as https://example.org/customers.csv."
            raise InvalidParameter("This is not a web address.", hint=hint)
        return url


class InADatabase(Value):
    """A table of a database server, or the rows of one SELECT."""

    system: Literal["PostgreSQL", "MySQL"] = Field("PostgreSQL", description="Kind of database")
    host: str = Field("", max_length=255, description="Host")
    port: int | None = Field(None, ge=1, le=65_535, description="Port; empty: the usual one")
    database: str = Field("", max_length=63, description="Database")
    user: str = Field("", max_length=100, description="User")
    secret: str = Field("", max_length=64, description="Name of the secret with the password")
    table: str = Field("", max_length=300, description="Table, such as shop.orders")
    query: str = Field("", max_length=100_000, description="Or one SELECT that gives the rows")

    @property
    def source(self) -> str:
        """The address; "" while it is not filled in. Raises InvalidParameter."""
        if not (self.host.strip() and self.database.strip() and self.user.strip()):
            return ""
        if not (self.table.strip() or self.query.strip()):
            return ""
        scheme = {"PostgreSQL": "postgresql+psycopg", "MySQL": "mysql+pymysql"}[self.system]
        secret = f":{{secret:{check_name(self.secret.strip())}}}" if self.secret.strip() else ""
        port = f":{self.port}" if self.port else ""
        who = f"{quote(self.user.strip(), safe='')}{secret}"
        place = f"{self.host.strip()}{port}/{quote(self.database.strip(), safe='')}"
        address = f"{scheme}://{who}@{place}"
        return asking(address, table=self.table.strip(), query=self.query.strip())
