"""The parts of a running service, created once and handed to the routes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from loopback_globus import clock
from loopback_globus.auth.openid import SigningKey
from loopback_globus.auth.tokens import Tokens
from loopback_globus.engine.dispatch import Engine
from loopback_globus.errors import collection_offline, consent_required, endpoint_not_found
from loopback_globus.faults import Faults
from loopback_globus.journal import Journal
from loopback_globus.pretending import Pretending
from loopback_globus.settings import Collection, Settings
from loopback_globus.store import Store


@dataclass(frozen=True)
class Service:
    settings: Settings
    store: Store
    journal: Journal
    faults: Faults
    tokens: Tokens
    engine: Engine
    pretending: Pretending
    signing_key: SigningKey

    @classmethod
    def open(cls, settings: Settings) -> Service:
        """Open the state file and make the parts; the engine is not started yet."""
        store, journal, faults = Store(settings.state), Journal(settings.journal), Faults()
        clock.restore(store)
        pretending = Pretending(store)
        engine = Engine(settings=settings, store=store, journal=journal, faults=faults, pretending=pretending)
        return cls(settings, store, journal, faults, Tokens(store), engine, pretending, SigningKey())

    def unreal(self) -> str:
        """What a test has made unreal, for people and for the header of each answer; '' if nothing is."""
        words = []
        if clock.ahead():
            words.append(f"time is {clock.ahead():g} s ahead")
        if self.pretending.from_bytes is not None:
            words.append(f"files from {self.pretending.from_bytes} bytes are not copied")
        return "; ".join(words)

    def collection(self, collection_id: str) -> Collection:
        """Find a collection by its id. raises : ApiError 404."""
        try:
            return self.settings.collections[collection_id.lower()]
        except KeyError:
            raise endpoint_not_found(collection_id) from None

    def require_usable(self, collection: Collection, *, may_reach: bool) -> None:
        """Refuse where a consent is missing or the collection is offline. raises : ApiError."""
        if collection.needs_consent and not may_reach:
            raise consent_required(collection.id)
        if self.faults.offline(collection_id=collection.id, name=collection.name):
            raise collection_offline(collection.name)


async def service_of(request: Request) -> Service:
    """The service of this application (a FastAPI dependency; async, since a sync one costs a thread)."""
    service: Service = request.app.state.service
    return service


async def raw_body(request: Request) -> bytes:
    """The unparsed body; large documents are parsed in a worker thread, not on the event loop."""
    return await request.body()


async def form_body(request: Request) -> dict[str, str]:
    """The fields of a form; if one is given twice, the last counts."""
    body = (await request.body()).decode(errors="replace")
    return dict(parse_qsl(body, keep_blank_values=True))
