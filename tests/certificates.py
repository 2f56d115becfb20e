"""Certificates for a database server of a test, good for a day."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """One self-signed certificate, which is its own authority."""

    ca: Path
    key: Path

    @property
    def options(self) -> tuple[str, ...]:
        """Switches of mariadbd with which a server speaks TLS, and knows a client that shows this certificate."""
        return (f"--ssl-ca={self.ca}", f"--ssl-cert={self.ca}", f"--ssl-key={self.key}")


def make_certificates(folder: Path, *, address: str = "127.0.0.1", name: str = "server") -> Certificates:
    """Write NAME-ca.pem and NAME-key.pem for a server at an address; the server's user can read both."""
    secret, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "db")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    made = Certificates(folder / f"{name}-ca.pem", folder / f"{name}-key.pem")
    made.ca.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    folder.chmod(0o755)
    made.key.chmod(0o644)
    return made
