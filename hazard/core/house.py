"""What a running server holds: settings, keys, database, pictures, printer. Made once."""

from dataclasses import dataclass

from hazard.core.config import Keys, Settings
from hazard.core.db import Database
from hazard.core.files import FileStore
from hazard.core.images import Darkroom
from hazard.core.typeset import Typesetter


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

    def close(self) -> None:
        """Let go of everything."""
        self.darkroom.close()
        self.database.close()
