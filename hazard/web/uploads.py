"""Lists sent as a file: kept for a day between the dry run and the deed."""

import re
from datetime import timedelta

from hazard.core import chance, clock
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.web.doorway import house
from hazard.web.forms import chosen_files, text

FOLDER = "imports"
KEPT = timedelta(days=1)
KEY = re.compile(r"imports/[0-9a-f]{64}")
MEGABYTES = 6
"""What a view takes; a little more than `core.tabular` reads, so that its own refusal shows."""


def take_upload() -> tuple[str, bytes]:
    """Return key and content of the file in the form, kept; older ones are forgotten."""
    files = chosen_files("file")
    if not files:
        raise Unclear(Sentence(N_("Please choose a file")), field="file")
    content = files[0].read()
    store, key = house().files, f"{FOLDER}/{chance.token()}"
    for old in list(store.keys(FOLDER, older_than=clock.now() - KEPT)):
        store.delete(old)
    store.put(key, content)
    return key, content


def kept_upload() -> tuple[str, bytes]:
    """Return key and content of the file the dry run kept; raises `NotFound` after a day."""
    key = text("key")
    if KEY.fullmatch(key) is None:
        raise Unclear(Sentence(N_("Please choose a file")), field="file")
    return key, house().files.get(key)


def forget_upload(key: str) -> None:
    """Delete the file once its list is written."""
    house().files.delete(key)
