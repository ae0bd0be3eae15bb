"""What a running server holds: settings, keys, database, pictures, printer. Made once."""

from collections.abc import Callable
from dataclasses import dataclass

from hazard.core.config import Keys, Settings
from hazard.core.db import Database
from hazard.core.files import FileStore
from hazard.core.images import Darkroom
from hazard.core.typeset import Typesetter


def _do_nothing() -> None:
    """Stay as it is: tests and the demo plant do not restart."""


@dataclass(frozen=True, slots=True)
class House:
    """Handed to every doorway; nothing below asks for it."""

    settings: Settings
    keys: Keys
    database: Database
    files: FileStore
    darkroom: Darkroom
    typesetter: Typesetter
    demo: bool = False
    restart: Callable[[], None] = _do_nothing
    """Start the server anew with changed settings, a moment after the answer has gone out."""

    def close(self) -> None:
        """Let go of everything."""
        self.darkroom.close()
        self.database.close()
