"""PDF files that people send: kept as they are if they are plain paper."""

import re

from hazard.core.errors import TooLarge, Unclear
from hazard.core.words import N_, Sentence

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 20
HEAD = b"%PDF-"
END_WITHIN = 2048
"""The mark of the end stands in so many last bytes."""
ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b"
)
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class BadPdf(Unclear):
    """The file is no PDF that is kept."""


def is_pdf(content: bytes) -> bool:
    """Say whether a file begins as a PDF does."""
    return content.startswith(HEAD)


def need_plain_pdf(content: bytes, *, field: str = "") -> None:
    """Refuse what is larger than 20 MB, cut off, locked, or does more than lie on paper.

    A look at the names in the file, not a proof: it is served for saving, never run by us.
    """
    if len(content) > MOST_MEGABYTES * MEGABYTE:
        sentence = Sentence(N_("The file is larger than %(most)s MB"), most=MOST_MEGABYTES)
        raise TooLarge(sentence, field=field)
    if not is_pdf(content) or b"%%EOF" not in content[-END_WITHIN:]:
        raise BadPdf(Sentence(N_("This PDF is not whole. Scan it again")), field=field)
    names = NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)
    if b"/Encrypt" in names:
        sentence = Sentence(N_("This PDF is locked with a password. Save it without one"))
        raise BadPdf(sentence, field=field)
    if ACTIVE.search(names):
        sentence = Sentence(N_("This PDF holds more than pages. Print it to PDF and send that"))
        raise BadPdf(sentence, field=field)
