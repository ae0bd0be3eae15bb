"""What came in a form, read into plain values; and the form again with everything kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import g, request
from werkzeug.datastructures import FileStorage, MultiDict

from hazard.core.calendar import read_day
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence
from hazard.web.thumbnails import Thumbnail

Word = TypeVar("Word", bound=StrEnum)
BOXES = "boxes"
"""Names the boxes of a form that was sent: one without its tick sends nothing."""
DIGITS = 9
"""Of a whole number that is typed or stands in an address; any table holds it."""


class Filled:
    """A form as a template shows it: what was typed, else what is proposed, and the error."""

    def __init__(
        self, proposed: Mapping[str, object] | None = None, error: HazardError | None = None
    ) -> None:
        self._typed: MultiDict[str, str] = request.form if request.method == "POST" else MultiDict()
        self._proposed = proposed or {}
        self._error = error

    def value(self, name: str) -> str:
        """Return one value of a field, or an empty string."""
        if name in self._typed:
            return self._typed[name]
        proposed = self._proposed.get(name, "")
        return "" if proposed is None else str(proposed)

    def values(self, name: str) -> list[str]:
        """Return all values of a field."""
        if self._typed:
            return self._typed.getlist(name)
        proposed = self._proposed.get(name, ())
        many = isinstance(proposed, Sequence) and not isinstance(proposed, str)
        return [str(each) for each in proposed] if many else []  # type: ignore[attr-defined]

    def ticked(self, name: str) -> bool:
        """Say whether a box is ticked: as it was sent, else as is proposed."""
        if name in self._typed or name in self._typed.getlist(BOXES):
            return name in self._typed
        return bool(self._proposed.get(name))

    def error(self, name: str) -> Sentence | None:
        """Return the sentence that belongs beside a field."""
        return self._error.sentence if self._error and self._error.field == name else None

    def photos(self, name: str) -> list[Thumbnail]:
        """Return the photos of a field of photos that the refused form keeps."""
        taken = g.get("snapshots", {}).get(name)
        return taken.kept if taken else []

    @property
    def errors(self) -> list[Sentence]:
        """Return what stands against the whole form."""
        return [self._error.sentence] if self._error and not self._error.field else []

    @property
    def refused(self) -> bool:
        """Say whether the form came back with an error."""
        return self._error is not None


def text(name: str) -> str:
    """Return a field without the white space around it; empty if it is missing."""
    return request.form.get(name, "").strip()


def ticked(name: str) -> bool:
    """Say whether a box is ticked."""
    return bool(request.form.get(name))


def new_password() -> str:
    """Return field `password`; raises `Unclear` unless field `again` says the same."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise Unclear(Sentence(N_("The two passwords differ. Type both again")), field="again")
    return password


@contextmanager
def beside(field: str) -> Iterator[None]:
    """Have whatever is refused within said beside this field."""
    try:
        yield
    except HazardError as error:
        error.field = field
        raise


def word(name: str, kind: type[Word], default: Word | None = None) -> Word:
    """Return the chosen word of a list; raises `Unclear` beside the field for anything else."""
    chosen = request.form.get(name, "")
    if not chosen and default is not None:
        return default
    try:
        return kind(chosen)
    except ValueError:
        raise Unclear(Sentence(N_("Please choose one of these")), field=name) from None


def whole(typed: str) -> int | None:
    """Return what is written as a whole number of at most nine plain digits, or None."""
    plain = typed.isascii() and typed.isdigit() and len(typed) <= DIGITS
    return int(typed) if plain else None


def number(name: str, *, default: int | None = None) -> int | None:
    """Return a whole number of at most nine digits, or `default` for an empty field."""
    typed = text(name)
    if not typed:
        return default
    value = whole(typed)
    if value is None:
        raise Unclear(Sentence(N_("Please enter a whole number in digits")), field=name)
    return value


def numbers(name: str) -> list[int]:
    """Return all values of a field of ids; raises `Unclear` beside it for anything else."""
    found = [whole(each) for each in request.form.getlist(name)]
    if None in found:
        raise Unclear(Sentence(N_("Please choose one of these")), field=name)
    return [each for each in found if each is not None]


def needed_number(name: str) -> int:
    """Return a whole number; raises `Unclear` beside the field if it is empty."""
    value = number(name)
    if value is None:
        raise Unclear(Sentence(N_("Please choose one of these")), field=name)
    return value


def day(name: str) -> date | None:
    """Return a day as browsers send it (2026-11-22), or None for an empty field."""
    typed = text(name)
    if not typed:
        return None
    try:
        return read_day(typed)
    except ValueError:
        raise Unclear(
            Sentence(N_("Please enter the day as year-month-day, such as 2026-11-22")), field=name
        ) from None


def chosen_files(name: str) -> list[FileStorage]:
    """Return the files of a field; an input left alone sends one without a name."""
    return [sent for sent in request.files.getlist(name) if sent.filename]
