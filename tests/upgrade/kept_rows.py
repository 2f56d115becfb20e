"""Databases as text: every table and every row, always in the same order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pymysql

from support.mariadb import DatabaseServer

#: Ends a statement. Within one, line breaks only separate a table's columns.
_END = ";\n"

Rows = dict[tuple[str, str], tuple[tuple[str, ...], list[tuple[Any, ...]]]]


def as_sql(server: DatabaseServer, databases: Iterable[str]) -> str:
    """The statements that create these databases again."""
    with _connect(server) as connection, connection.cursor() as cursor:
        # The text of a timestamp must not depend on the time zone of the machine.
        cursor.execute("SET time_zone = '+00:00'")
        statements = ["SET NAMES utf8mb4", "SET time_zone = '+00:00'", "SET FOREIGN_KEY_CHECKS = 0"]
        for database in databases:
            statements += [_one(cursor, f"SHOW CREATE DATABASE `{database}`"), f"USE `{database}`"]
            for table in _tables(cursor, database):
                statements.append(_one(cursor, f"SHOW CREATE TABLE `{database}`.`{table}`"))
                statements += _inserts(cursor, database, table)
    return "".join(statement + _END for statement in [*statements, "SET FOREIGN_KEY_CHECKS = 1"])


def load(server: DatabaseServer, sql: str) -> None:
    """Carry out what `as_sql` wrote, on a server that has none of these databases."""
    with _connect(server) as connection, connection.cursor() as cursor:
        for statement in sql.split(_END)[:-1]:
            cursor.execute(statement)


def move_timestamps(server: DatabaseServer, databases: Iterable[str], by: dt.timedelta) -> None:
    """Move all recorded timestamps to a later time, but not the times of files.

    The catalog's own timestamps are the columns with microseconds; a file's time has whole seconds.
    """
    with _connect(server) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns "
            "WHERE table_schema IN %s AND column_type = 'datetime(6)'",
            (tuple(databases),),
        )
        for database, table, column in cursor.fetchall():
            cursor.execute(
                f"UPDATE `{database}`.`{table}` SET `{column}` = `{column}` + INTERVAL %s SECOND",
                (by.total_seconds(),),
            )


def rows_of(server: DatabaseServer, databases: Iterable[str], *, as_in: Rows | None = None) -> Rows:
    """(database, table) -> its columns and all its rows, sorted.

    as_in : only these tables and columns, such as those of an older catalog
    """
    with _connect(server) as connection, connection.cursor() as cursor:
        tables = {key: columns for key, (columns, _) in as_in.items()} if as_in else {
            (database, table): _columns(cursor, database, table)
            for database in databases
            for table in _tables(cursor, database)
        }  # fmt: skip
        return {key: (columns, _rows(cursor, key, columns)) for key, columns in tables.items()}


def _connect(server: DatabaseServer) -> pymysql.Connection[pymysql.cursors.Cursor]:
    return pymysql.connect(
        host=server.host,
        port=server.port,
        user=server.root_user,
        password=server.root_password,
        charset="utf8mb4",
        autocommit=True,
    )


def _one(cursor: Any, question: str) -> str:
    cursor.execute(question)
    return str(cursor.fetchone()[1])


def _tables(cursor: Any, database: str) -> list[str]:
    cursor.execute(f"SHOW TABLES FROM `{database}`")
    return sorted(str(row[0]) for row in cursor.fetchall())


def _columns(cursor: Any, database: str, table: str) -> tuple[str, ...]:
    cursor.execute(f"DESCRIBE `{database}`.`{table}`")
    return tuple(str(row[0]) for row in cursor.fetchall())


def _rows(cursor: Any, key: tuple[str, str], columns: Iterable[str]) -> list[tuple[Any, ...]]:
    database, table = key
    names = ", ".join(f"`{column}`" for column in columns)
    cursor.execute(f"SELECT {names} FROM `{database}`.`{table}`")
    return sorted(cursor.fetchall(), key=repr)


def _inserts(cursor: Any, database: str, table: str) -> list[str]:
    columns = _columns(cursor, database, table)
    names = ", ".join(f"`{column}`" for column in columns)
    return [
        f"INSERT INTO `{table}` ({names}) VALUES ({', '.join(_value(cursor, value) for value in row)})"
        for row in _rows(cursor, (database, table), columns)
    ]


def _value(cursor: Any, value: Any) -> str:
    if isinstance(value, bytes):
        return f"0x{value.hex()}" if value else "''"
    return str(cursor.connection.literal(value))
