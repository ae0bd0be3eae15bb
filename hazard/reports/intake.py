"""Taking in a report: the worker's one touch, kept whole and only once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.numbers import draw_number
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, pause, start
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.duty import on_duty
from hazard.people.queries import list_holders, roles_held_over, root_unit
from hazard.people.shifts import ShiftMoment
from hazard.people.working import shift_at
from hazard.places.models import Place
from hazard.policy.queries import policy_on
from hazard.policy.words import About, Category, Desk, DoneAlready, Identity, Urgency
from hazard.reports.models import Photo, Report, Reporter, Voice
from hazard.reports.queries import fields_hash, find_by_submission, receivers_of
from hazard.reports.routing import is_about
from hazard.reports.sealing import seal_reporter
from hazard.sealing.sealed import Identity as Typed
from hazard.sealing.sealed import need_room_for

MAX_TEXT = 5000
"""Code points of the description (decisions 31)."""
MAX_LINE = 200
MAX_PHOTOS = 9
LATE = timedelta(days=1)
"""How many days after its shift a report still takes photos."""
CODE_LEEWAY = timedelta(hours=1)
"""How long after the shift the code may still be shown again (decisions 22)."""


class NothingTold(Unclear):
    """Neither a photo nor a sentence."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("Take a photo or write one sentence, either will do")), field="description"
        )


class TooLate(Refused):
    """Photos of a report that was sent the day before yesterday."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("This report was sent days ago. Write a reply to it, or report anew"))
        )


class KeyReused(Refused):
    """A form was sent again with other words under the key of a report that exists."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                N_("This form was sent before with other words. Check it and send it as a new one")
            )
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What the reporter filled in. Length limits in code points; refused by `need_sound`."""

    category: Category
    description: str
    suggestion: str
    spot: str
    done_already: tuple[DoneAlready, ...]
    found_on: date | None
    urgency: Urgency
    desk: Desk
    about: About
    identity: Identity
    place_id: int | None
    poster_code: str
    same_as: str = ""
    """Number of the hazard the reporter holds for the same; the desk decides (words 42)."""

    def digest(self, name: "Name", salt: str) -> str:
        """Return the hash of all fields, photos left out; a sealed name only under the salt."""
        own = [(f.name, str(getattr(self, f.name))) for f in fields(self)]
        if self.identity is Identity.CONFIDENTIAL:
            # A bare hash would let anybody with the roster find the name by trying.
            own.append(("salt", salt))
            name = name if salt else Name()
        return fields_hash([*own, *((f.name, str(getattr(name, f.name))) for f in fields(name))])


@dataclass(frozen=True, slots=True)
class Name:
    """Who a named or confidential reporter says to be; all empty under an anonymous identity."""

    person_id: int | None = None
    name: str = ""
    team: str = ""
    company: str = ""
    phone: str = ""

    @property
    def typed(self) -> Typed:
        """Return what was typed, as it is sealed."""
        return Typed(
            self.name.strip(), "", self.team.strip(), self.company.strip(), self.phone.strip()
        )


@dataclass(frozen=True, slots=True)
class Slip:
    """What is stored of a receipt code; `locator` None where the login is the way back."""

    submission_hash: str
    locator: str | None = None
    secret_hash: str | None = None
    salt: str = ""
    """Drawn from the submission key (`receipts.salt_of_key`), stored nowhere."""


def need_sound(told: Told, name: Name, shown: int) -> None:
    """Raise `Unclear` for the first field that cannot be taken as it is.

    `shown` counts photos and voice notes: one of them, or a sentence, is enough.
    """
    if not told.description.strip() and not shown:
        raise NothingTold
    _need_length(told.description, MAX_TEXT, "description")
    _need_length(told.suggestion, MAX_TEXT, "suggestion")
    _need_length(told.spot, MAX_LINE, "spot")
    for field in ("name", "team", "company", "phone"):
        _need_length(getattr(name, field), MAX_LINE, field)
    if told.identity is not Identity.ANONYMOUS and name.person_id is None:
        _need_name(name)
    if told.identity is Identity.CONFIDENTIAL:
        need_room_for(name.typed)


def submit(
    work: Work, told: Told, name: Name, slip: Slip, photo_ids: Sequence[str] = (),
    voice_id: str = "",
) -> Report:  # fmt: skip
    """Store the report, or return the one this form already made.

    `photo_ids` and `voice_id` are public ids of what the form sent before.

    The same key with the same fields adds photos (at most 9 in all) and changes nothing else;
    with other fields it raises `KeyReused`. The actor must be the unnamed reporter. A confidential
    name is sealed at once and stands nowhere else; `NotReady` where nobody could open it.
    """
    known = find_by_submission(work.session, slip.submission_hash)
    if known is not None:
        return _again(work, known, told, name, slip, (*photo_ids, voice_id))
    return take_in(work, told, name, slip, (*photo_ids, voice_id))


def take_in(
    work: Work, told: Told, name: Name, slip: Slip, public_ids: Sequence[str] = (),
    action: str = "submitted",
) -> Report:  # fmt: skip
    """Store a report that is new, start its clock and tell its desk; `action` is its event."""
    place = work.session.get(Place, told.place_id) if told.place_id else None
    shift = shift_at(work.session, work.now, place.unit_id if place else None)
    if told.identity is not Identity.NAMED:
        work.stamp(shift.starts)
    report = _new_report(work, told, name, slip, place, shift)
    _claim(work, report, slip, public_ids)
    if told.identity is Identity.CONFIDENTIAL:
        seal_reporter(work, report, name.person_id, name.typed)
    if told.identity is Identity.NAMED:
        work.session.add(
            Reporter(
                report_id=report.id, person_id=name.person_id, name=name.name.strip(),
                team=name.team.strip(), company=name.company.strip(), phone=name.phone.strip(),
            )
        )  # fmt: skip
    work.record(
        action, report, category=report.category, identity=report.identity,
        urgency=report.urgency, poster=report.poster_code,
    )  # fmt: skip
    start_clock(work, report, shift)
    tell_desk(work, report, f"report:{report.id}")
    return report


def add_late(work: Work, submission_hash: str, public_id: str) -> None:
    """Give a photo or voice that came after its report to it; before the report nothing is done.

    Raises `TooLate` from the second day on, when whoever handles it no longer looks for photos.
    """
    report = find_by_submission(work.session, submission_hash)
    if report is None:
        return
    if day_of(work.now) > report.shift_day + LATE:
        raise TooLate
    if report.identity is not Identity.NAMED:
        work.stamp(shift_at(work.session, work.now, None).starts)
    _claim(work, report, Slip(submission_hash), [public_id])
    work.record("added_to", report)


def keep_code(work: Work, report: Report) -> None:
    """Note that the reporter has kept the code: it is not shown again."""
    if report.identity is not Identity.NAMED:
        work.stamp(report.received_at)
    report.kept = True
    work.record("code_kept", report)


def _new_report(
    work: Work, told: Told, name: Name, slip: Slip, place: Place | None, shift: ShiftMoment
) -> Report:
    at = work.stamped_at
    report = Report(
        number=draw_number("R", at, lambda number: _is_taken(work, number)),
        identity=told.identity, category=told.category, urgency=told.urgency, desk=told.desk,
        about=told.about, description=told.description.strip(),
        suggestion=told.suggestion.strip(), spot=told.spot.strip(),
        done_already=" ".join(told.done_already), found_on=told.found_on,
        place_id=place.id if place else None, place_name=place.name if place else "",
        unit_path=(place.unit if place else root_unit(work.session)).path,
        poster_code=told.poster_code, same_as=told.same_as,
        received_at=at, shift_day=shift.day, shift_name=shift.name or "",
        policy_version=policy_on(work.session, day_of(at)).number,
        submission_hash=slip.submission_hash, fields_hash=told.digest(name, slip.salt),
        locator=slip.locator, secret_hash=slip.secret_hash,
        code_until=shift.ends + CODE_LEEWAY,
    )  # fmt: skip
    work.session.add(report)
    work.session.flush()
    return report


def _is_taken(work: Work, number: str) -> bool:
    return work.session.scalar(select(Report.id).where(Report.number == number)) is not None


def _again(
    work: Work, known: Report, told: Told, name: Name, slip: Slip, public_ids: Sequence[str]
) -> Report:
    if known.fields_hash != told.digest(name, slip.salt):
        raise KeyReused
    if known.identity is not Identity.NAMED:
        work.stamp(known.received_at)
    _claim(work, known, slip, public_ids)
    return known


def _claim(work: Work, report: Report, slip: Slip, public_ids: Sequence[str]) -> None:
    """Give the report the photos and the voice its form sent; equal pictures count once."""
    public_ids = [each for each in public_ids if each]
    if not public_ids:
        return
    spoken = select(Voice).where(
        Voice.public_id.in_(public_ids), Voice.submission_hash == slip.submission_hash
    )
    for voice in work.session.scalars(spoken.where(Voice.report_id.is_(None))):
        voice.report_id, voice.made_at = report.id, work.stamped_at
    own = select(Photo).where(Photo.report_id == report.id)
    have = {photo.sha256 for photo in work.session.scalars(own)}
    sent = select(Photo).where(
        Photo.public_id.in_(public_ids), Photo.submission_hash == slip.submission_hash
    )
    for photo in work.session.scalars(sent.order_by(Photo.id)):
        if photo.report_id is None and photo.sha256 not in have and len(have) < MAX_PHOTOS:
            photo.report_id, photo.made_at = report.id, work.stamped_at
            have.add(photo.sha256)


def start_clock(work: Work, report: Report, shift: ShiftMoment) -> None:
    """Start the clock of the decision; unnamed reports at the end of the shift (decisions 24)."""
    versioned = policy_on(work.session, day_of(work.stamped_at))
    begins = work.now if report.identity is Identity.NAMED else shift.ends
    charge = Charge(versioned, "S1-9", _first_asked(work, report))
    start(work, report, DeadlineKind.ACCEPT, versioned.policy.clocks.accept, charge, begins)
    if report.drill:
        pause(work, report, DeadlineKind.ACCEPT)


def tell_desk(work: Work, report: Report, key: str) -> None:
    """Tell whoever receives the report, and the head besides if somebody may get hurt now."""
    roles = receivers_of(work.session, report)
    holders = list_holders(work.session, roles, report.unit_path, day_of(work.now))
    urgent = report.urgency is Urgency.EMERGENCY
    # Never place, kind or name: notices show on lock screens (words 3.7).
    words = N_("Urgent: somebody may get hurt now") if urgent else N_("A new report is waiting")
    link = f"/reports/{report.number}"
    tell(work, holders, Sentence(words), key=key, link=link)
    if urgent and Role.HEAD not in roles and report.about is not About.HEAD:
        heads = list_holders(work.session, [Role.HEAD], report.unit_path, day_of(work.now))
        tell(work, heads, Sentence(words), key=key, link="/desk")
    if urgent:
        _page_duty(work, report, words, key)


def _page_duty(work: Work, report: Report, words: str, key: str) -> None:
    """Tell who is on duty at once, unless it is about somebody of their office."""
    call = on_duty(work.session, work.now)
    if call is None:
        return
    held = roles_held_over(work.session, report.unit_path, day_of(work.now))
    if not is_about(report.about, (role for role, person in held if person == call.person_id)):
        tell(work, [call.person_id], Sentence(words), key=key, link="/watch")


def _first_asked(work: Work, report: Report) -> int | None:
    """Return who is reminded first where it is not the safety officer, whom the ladder names."""
    roles = receivers_of(work.session, report)
    if Role.SAFETY_OFFICER in roles:
        return None
    holders = list_holders(work.session, roles, report.unit_path, day_of(work.now))
    return next(iter(holders), None)


def _need_length(text: str, limit: int, field: str) -> None:
    if len(text) > limit:
        raise Unclear(
            Sentence(
                N_("This is too long: %(n)s characters, at most %(m)s. Your text is kept below"),
                n=len(text), m=limit,
            ),
            field=field,
        )  # fmt: skip


def _need_name(name: Name) -> None:
    for field in ("name", "team"):
        if not getattr(name, field).strip():
            raise Unclear(
                Sentence(N_("By name we need your name and your team, or choose Anonymous")),
                field=field,
            )
