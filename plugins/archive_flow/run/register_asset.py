"""Registers the asset of archived data sets in Airflow's own database before its first event, so that none is lost.

Airflow links an alias to its asset at the first event. If two tasks end together then, one of them fails on a unique
key in the api-server; it is not tried again, and its event is lost.
"""

from __future__ import annotations

from airflow.models.asset import AssetAliasModel, AssetModel
from airflow.utils.session import create_session
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive_flow.run.airflow_objects import clear_errors
from archive_flow.run.archived_asset import ARCHIVED, NEWLY_ARCHIVED


def register_asset() -> None:
    """Make the asset and its alias unless they exist, and link them. Raises SettingsError."""
    with clear_errors():
        try:
            _register()
        except IntegrityError:
            # The dag-processor has just made one of them.
            _register()


def asset_is_registered() -> bool:
    """True where the next event cannot be lost. Raises SettingsError."""
    with clear_errors(), create_session() as session:
        asset = _asset(session)
        return asset is not None and any(each.name == NEWLY_ARCHIVED.name for each in asset.aliases)


def _register() -> None:
    with create_session() as session:
        asset = _asset(session) or AssetModel(name=ARCHIVED.name, uri=ARCHIVED.uri, group=ARCHIVED.group)
        named = AssetAliasModel.name == NEWLY_ARCHIVED.name
        alias = session.scalar(select(AssetAliasModel).where(named)) or AssetAliasModel(
            name=NEWLY_ARCHIVED.name, group=NEWLY_ARCHIVED.group
        )
        session.add_all((asset, alias))
        if alias not in asset.aliases:
            asset.aliases.append(alias)


def _asset(session: Session) -> AssetModel | None:
    named = (AssetModel.name == ARCHIVED.name) & (AssetModel.uri == ARCHIVED.uri)
    return session.scalar(select(AssetModel).where(named))
