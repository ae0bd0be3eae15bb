"""Photos of a staff form: developed once, and still there when the form comes back."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import g, request

from hazard.audit.work import Work
from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.images import Picture
from hazard.core.words import N_, Sentence
from hazard.people.working import shift_at
from hazard.reports import photos
from hazard.reports.intake import MAX_PHOTOS
from hazard.reports.queries import list_of_staff
from hazard.reports.terms import PhotoPart
from hazard.web.doorway import actor, house, need_photo_room, reading, write
from hazard.web.forms import beside, chosen_files
from hazard.web.replies import before_again
from hazard.web.thumbnails import Thumbnail, thumbnails

if TYPE_CHECKING:
    from hazard.reports.models import Photo

KEPT = "_kept"
"""What the field of photos that came back is called after the field they were chosen in."""


def snapshots(name: str, *, coarse: bool = False) -> "Snapshots":
    """Return the photos of field `name`; call it before anything can be refused.

    If the rest of the view is refused, they are kept for a day, and `shown_again(name)` gives
    the form their small pictures. The files of `coarse` ones carry the start of the shift
    (decisions 24).
    """
    taken = _registered().setdefault(name, Snapshots(name, coarse))
    if len(_registered()) == 1:
        before_again(_keep_all)
    return taken


def shown_again(name: str) -> list[Thumbnail]:
    """Return the photos a refused form kept in this field."""
    found = _registered().get(name)
    return found.kept if found else []


@dataclass
class Snapshots:
    """What was chosen in one field: new files, and photos the form brought back."""

    name: str
    coarse: bool = False
    kept: list[Thumbnail] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)
    _read: bool = False

    @property
    def ids(self) -> list[str]:
        """Return the public ids that came back with the form, still ticked."""
        return request.form.getlist(self.name + KEPT)[:MAX_PHOTOS]

    @property
    def any(self) -> bool:
        """Say whether the form carries a photo."""
        return bool(self._pictures or self.ids or chosen_files(self.name))

    def need(self) -> None:
        """Raise `Unclear` beside the field where the form carries none."""
        if not self.any:
            raise Unclear(Sentence(N_("Please choose a photo")), field=self.name)

    def develop(self) -> None:
        """Re-encode and store the new files; slow, so outside the work.

        Raises beside the field for what is no photo; those developed before it are kept.
        """
        if self._read:
            return
        self._read = True
        with beside(self.name):
            if len(self.ids) + len(chosen_files(self.name)) > MAX_PHOTOS:
                raise photos.TooManyPhotos
            for sent in chosen_files(self.name):
                self._pictures.append(_stored(sent.read(), self._dated()))

    def _dated(self) -> datetime:
        now = clock.now()
        return shift_at(reading(), now, None).starts if self.coarse else now

    def take(self, work: Work, part: PhotoPart = PhotoPart.AFTER) -> "tuple[Photo, ...]":
        """Return the photos for the deed: those brought back first, then the new ones."""
        back = photos.claim_of_staff(work, self.ids, part)
        return (*back, *(photos.add_of_case(work, each, part) for each in self._pictures))

    def keep(self) -> None:
        """Note the photos for the form that comes back; what cannot be kept is left out."""
        with suppress(HazardError):
            self.develop()
        ids, me = self.ids, actor().person_id or 0
        with suppress(HazardError):
            if self._pictures:
                with write() as work:
                    new = [photos.add_of_staff(work, each) for each in self._pictures]
                    ids = [*ids, *(photo.public_id for photo in new)]
            self.kept = thumbnails(list_of_staff(reading(), me, ids))


def _stored(raw: bytes, at: datetime) -> Picture:
    need_photo_room()
    picture = house().darkroom.develop(raw)
    photos.store(house().files, picture, at)
    return picture


def _registered() -> dict[str, Snapshots]:
    if "snapshots" not in g:
        g.snapshots = {}
    return cast("dict[str, Snapshots]", g.snapshots)


def _keep_all() -> None:
    for taken in _registered().values():
        taken.keep()
