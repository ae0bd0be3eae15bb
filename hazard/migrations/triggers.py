"""Append-only tables: the database itself refuses to change or delete their rows.

Alembic's batch mode recreates a table and silently drops its triggers, so these tables are
never batched; a test lists the triggers after every migration (decisions 27).
"""

from alembic import op

APPEND_ONLY = ("event", "posting")


def add_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            _add(table, change)


def _add(table: str, change: str) -> None:
    name = f"{table}_no_{change.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
