"""What this server last noted of itself, one small file each beside the database.

It belongs to the machine, not to the plant: a database brought back from an older copy must not
bring back when that copy was made.
"""

import json
from pathlib import Path

from hazard.core.config import replace_file

FOLDER = "noted"


def note(instance: Path, key: str, **facts: object) -> None:
    """Put `facts` (JSON) in the place of what was noted under `key`, durable on return."""
    body = json.dumps(facts, ensure_ascii=False, indent=1).encode()
    replace_file(_path(instance, key), body)


def noted(instance: Path, key: str) -> dict[str, object]:
    """Return what was last noted under `key`; empty where nothing was, or it cannot be read."""
    try:
        found = json.loads(_path(instance, key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path(instance: Path, key: str) -> Path:
    return instance / FOLDER / f"{key}.json"
