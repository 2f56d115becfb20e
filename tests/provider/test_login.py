"""The content of a connection as a value: no secret is in its repr, which a traceback or a log may show."""

from globus_provider.hooks.login import Login


def test_a_repr_shows_no_secret() -> None:
    login = Login(
        "globus", "id", client_secret="canary-1", refresh_token="canary-2", identity_token="canary-3"
    )
    assert "globus" in repr(login)
    assert "canary" not in repr(login)
