"""Schema changes, forward only (decisions 39)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

FOLDER = Path(__file__).parent


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; each revision in a transaction of its own."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.execution_options(hazard_writes=True).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
