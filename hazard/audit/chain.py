"""How one event hangs on the one before. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

GENESIS = "0" * 64


def canonical(facts: Mapping[str, object]) -> str:
    """Return the facts as JSON that is the same for the same facts."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def blind(salt: str, value: str) -> str:
    """Return the hash that stands for a personal value."""
    return hashlib.sha256(f"{salt}\x1f{value}".encode()).hexdigest()


def link(prev: str, seq: int, at: datetime, fields: tuple[str, ...]) -> str:
    """Return the hash of one event; `fields` are actor_ref, action, kind, id and body."""
    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    text = "\x1f".join(("hz1", str(seq), moment, *fields, prev))
    return hashlib.sha256(text.encode()).hexdigest()
