"""OpenID Connect: a signed token that says whose login it is, and the key with which clients check it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from loopback_globus.auth import scopes
from loopback_globus.auth.tokens import identity_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ISSUER = "https://auth.globus.org"
ALGORITHM = "RS512"

router = APIRouter()


class SigningKey:
    """Made when the first login needs it, and gone with the process: who checks a token fetches the key then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: RSAPrivateKey | None = None

    @property
    def _key(self) -> RSAPrivateKey:
        # Imported late: most programs never ask for it.
        from cryptography.hazmat.primitives.asymmetric import rsa

        with self._lock:
            if self._made is None:
                self._made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._made

    def id_token(self, *, client_id: str, lifetime: float) -> str:
        """For the client's own identity. Its times are those of the machine, as clients compare them with their own."""
        import jwt

        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": client_id,
            "sub": client_id,
            "iat": now,
            "exp": now + int(lifetime),
            "preferred_username": identity_name(client_id),
            "name": identity_name(client_id),
            "email": None,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def document(self) -> dict[str, Any]:
        """The public half, as `jwk.json` has it."""
        from jwt.algorithms import RSAAlgorithm

        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {**public, "alg": ALGORITHM, "use": "sig"}


@router.get("/.well-known/openid-configuration")
def configuration(request: Request) -> dict[str, Any]:
    base = str(request.base_url)
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{base}v2/oauth2/authorize",
        "token_endpoint": f"{base}v2/oauth2/token",
        "userinfo_endpoint": f"{base}v2/oauth2/userinfo",
        "revocation_endpoint": f"{base}v2/oauth2/token/revoke",
        "jwks_uri": f"{base}jwk.json",
        "response_types_supported": ["code", "token"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "scopes_supported": list(scopes.OPENID),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "claims_supported": ["aud", "email", "exp", "iat", "iss", "name", "preferred_username", "sub"],
        "subject_types_supported": ["public"],
    }


@router.get("/jwk.json")
def jwk(request: Request) -> dict[str, Any]:
    key: SigningKey = request.app.state.service.signing_key
    return {"keys": [key.document()]}
