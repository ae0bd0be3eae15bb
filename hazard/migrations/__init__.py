"""Schema changes, forward only (decisions 39)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from hazard.backups import copy_database
from hazard.core import clock
from hazard.core.house import House

FOLDER = Path(__file__).parent


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; each revision in a transaction of its own."""
    config = _config()
    with engine.execution_options(hazard_writes=True).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def back_up_before_migration(house: House) -> Path | None:
    """Copy the database beside itself before its tables change; None where nothing changes."""
    with house.database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present in {None, ScriptDirectory.from_config(_config()).get_current_head()}:
        return None
    folder = house.settings.instance / "backups" / f"before-{present}-{clock.now():%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, mode=0o700)
    copy_database(house, folder)
    return folder


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
