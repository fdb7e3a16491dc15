"""Real servers on loopback that say exactly what a test wants them to, byte by byte."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = Callable[[socket.socket, bytes], None]
CSV = b"id,word\n1,a\n2,b\n3,c\n"


def says(
    body: bytes = CSV, *, status: str = "200 OK", length: int | None = None, **headers: str
) -> Answer:
    """One whole answer; ``length`` may lie."""
    lines = {"Content-Length": str(len(body) if length is None else length)}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def answer(peer: socket.socket, _: bytes) -> None:
        peer.sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)

    return answer


def drips(first: bytes, drop: bytes, pause: float) -> Answer:
    """``first``, then a drop again and again."""

    def answer(peer: socket.socket, _: bytes) -> None:
        peer.sendall(first)
        for _ in range(10_000):
            peer.sendall(drop)
            time.sleep(pause)

    return answer


@dataclass
class Server:
    """Where it listens, and what was asked of it."""

    port: int
    asked: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/t.csv", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """An address of it."""
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server until the block ends; every connection is answered alike."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(listening.getsockname()[1])
        threading.Thread(target=_serve, args=(listening, answer, tls, server), daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def _serve(
    listening: socket.socket, answer: Answer, tls: ssl.SSLContext | None, server: Server
) -> None:
    while True:
        try:
            peer, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(peer, answer, tls, server), daemon=True).start()


def _whole(asked: bytes) -> bool:
    """A request of HTTP, or the greeting of TLS."""
    return b"\r\n\r\n" in asked or asked.startswith(b"\x16")


def _talk(peer: socket.socket, answer: Answer, tls: ssl.SSLContext | None, server: Server) -> None:
    try:
        with tls.wrap_socket(peer, server_side=True) if tls else peer as talking:
            asked = b""
            while not _whole(asked) and (more := talking.recv(65536)):
                asked += more
            server.asked.append(asked)
            answer(talking, asked)
    except OSError:
        pass  # the other side hung up, which is what most tests want


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for ``name``, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(pem, secret)
    return theirs, ssl.create_default_context(cafile=str(pem))
