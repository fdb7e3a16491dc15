"""Addresses that mean harm: of web pages and of databases. None may lead anywhere."""

# ruff: noqa: RUF001 - letters that look like others are the point
from collections.abc import Iterator

LOOPBACK = (
    *(
        "127.0.0.1",
        "127.0.0.2",
        "127.255.255.254",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "0.0.0.0",
    ),
    *("0", "0x0", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"),
    *("017700000001", "127.0.0.01", "127.0.0.1.", "127。0。0。1", "①②⑦.⓪.⓪.①", "１２７.0.0.1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::ffff:0:7f00:1]"),
)
METADATA = (
    *("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "2852039166"),
    *(
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[::ffff:a9fe:a9fe]",
        "[fd00:ec2::254]",
    ),
    *("[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "192.0.0.192"),
)
INTERNAL = (
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("198.18.0.1", "192.0.2.1", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "192.88.99.1", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]"),
    *("[2001:db8::1]", "[2001::1]", "[5f00::1]", "[100::1]", "[3fff::1]"),
)
PLACES = (*LOOPBACK, *METADATA, *INTERNAL)
URLS = (
    *("http://", "https://", "http:///x.csv", "https://:443/x.csv", "http://?x", "http://#x"),
    *(
        "https://127.0.0.1:22/x.csv",
        "https://8.8.8.8:25/",
        "https://8.8.8.8:0/",
        "https://8.8.8.8:65536/",
    ),
    *(
        "https://8.8.8.8:-1/",
        "https://8.8.8.8:443:80/",
        "https://8.8.8.8:８０/",
        "https://8.8.8.8:/",
    ),
    *(
        "https://example.org@127.0.0.1/",
        "https://a@b@127.0.0.1/",
        "https://example.org%40127.0.0.1/",
    ),
    *(
        "https://127.0.0.1%00.example.org/",
        "https://127.0.0.1%2F@example.org/",
        "https://[::1/x.csv",
    ),
    *(
        "https://example.org\\@127.0.0.1/x",
        "https:\\\\127.0.0.1/x",
        "https://127.0.0.1#@example.org/",
    ),
    *(
        "https://exa mple.org/",
        "https://example.org\t/",
        "https://example.org/\r\nHost: evil",
        "https://a\0b/",
    ),
    *("https://аррӏе.com/x.csv", "https://xn--80ak6aa92e.com/x.csv", "https://xn--pple-43d.com/"),
    *("https://exämple.org/", "https://-a.example/", "https://a..b/", f"https://{'a' * 64}.org/"),
    *(
        f"https://{'a.' * 200}org/",
        f"https://example.org/{'x' * 3_000}",
        "https://[fe80::1%25eth0]/",
    ),
    *(
        "https://ana:hunter2@127.0.0.1/",
        "https://127.0.0.1/?password=hunter2",
        "https://h/?api_key=hunter2",
    ),
    *(
        "https://{secret:none}@127.0.0.1/",
        "https://127.0.0.1/?t={secret:../../x}",
        "https://{secret:a}/",
    ),
    *(
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://127.0.0.1/x.csv",
        "gopher://127.0.0.1:25/x",
    ),
    *(
        "dict://127.0.0.1/x",
        "ldap://127.0.0.1/x",
        "jar:http://127.0.0.1!/x",
        "netdoc:///etc/passwd",
    ),
    *(
        "data:text/csv,a",
        "javascript:alert(1)",
        "s3://bucket/x.csv",
        "gs://b/x.csv",
        "hf://x/y.csv",
    ),
    *(
        "ssh://127.0.0.1/x",
        "tftp://127.0.0.1/x",
        "view-source:http://127.0.0.1/",
        "blob:http://h/x",
    ),
    *("http:127.0.0.1/x.csv", "http:/127.0.0.1/x.csv", "//127.0.0.1/x.csv", "https+unix://x/y.csv"),
)
SERVERS = ("postgresql+psycopg", "mysql+pymysql")
RESTS = (
    *(
        "ana@127.0.0.1/x",
        "ana@169.254.169.254/x",
        "ana@10.0.0.1/x",
        "ana@[::1]/x",
        "ana@localhost/x",
    ),
    *("ana@8.8.8.8:22/x", "ana@h/x?host=/tmp", "ana@h/x?options=-c%20x", "ana@h/x?local_infile=1"),
    *(
        "ana@h/x?unix_socket=/run/x",
        "ana@h/x?odbc_connect=DRIVER=/tmp/x.so",
        "ana@%2Frun/x",
        "ana@/x",
    ),
    *("ana:hunter2@127.0.0.1/x", "ana@h/x?password=hunter2", "ana@h/../x", "ana@h1,h2/x", "h/x"),
)
FILES = (
    *("sqlite:////etc/passwd", "sqlite:////proc/self/mem", "sqlite:////dev/zero", "sqlite:////"),
    *("sqlite://", "sqlite:///:memory:", "sqlite:///file:/etc/passwd?mode=ro&uri=true"),
    *(
        "sqlite:////tmp?mode=rwc",
        "duckdb:////etc/passwd",
        "duckdb:///:memory:",
        "duckdb://",
        "duckdb:///md:x",
    ),
    *(
        "sqlite+pysqlite:////etc/passwd",
        "sqlite+pysqlcipher:///x",
        "access+pyodbc://x",
        "mssql://h/x",
    ),
    *(
        "oracle://h/x",
        "jdbc:h2:mem:x;INIT=RUNSCRIPT",
        "redshift://h/x",
        "snowflake://u@a/x",
        "postgresql",
    ),
)


def hostile() -> Iterator[str]:
    """Every one of them."""
    yield from (f"http://{place}/x.csv" for place in PLACES)
    yield from (f"https://{place}:8443/" for place in (*METADATA, "localhost"))
    yield from URLS
    yield from (f"{scheme}://{rest}#table=t" for scheme in SERVERS for rest in RESTS)
    yield from (f"{address}#table=t" for address in FILES)
