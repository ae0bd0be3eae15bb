"""Making a key pair, and who keeps its halves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from hazard.access.permissions import Permission
from hazard.audit.work import Personal, Work
from hazard.core import chance
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.queries import get_person
from hazard.sealing.boxes import new_private, public_of
from hazard.sealing.halves import NUMBER, Half, Sheet, digest, lock, split
from hazard.sealing.models import Guardian, SealingKey
from hazard.sealing.queries import candidates, current_key, find_guardian
from hazard.sealing.terms import Group


@dataclass(frozen=True, slots=True)
class Pair:
    """A key pair as far as it leaves the memory: public key, digests of the halves, sheets."""

    number: str
    public: bytes
    digests: Mapping[Group, str]
    sheets: Mapping[Group, Sheet] = field(repr=False)


def draw_pair(passphrases: Mapping[Group, str]) -> Pair:
    """Make a pair and lock each side's half; the private key is forgotten here. Slow."""
    private, number = new_private(), chance.symbols(NUMBER)
    halves = dict(zip(Group, split(private), strict=True))
    sheets = {
        group: lock(Half(chance.symbols(NUMBER), number, group, value), passphrases[group])
        for group, value in halves.items()
    }
    digests = {group: digest(value) for group, value in halves.items()}
    return Pair(number, public_of(private), digests, sheets)


def adopt_pair(
    work: Work, pair: Pair, holders: Mapping[Group, int], *, instead_of: str
) -> SealingKey:
    """Let the pair close names from now on; needs `sealing:keep`.

    `instead_of` is the number of the key the page showed, so that sending it twice makes one.
    Older keys stay: their halves still open what they closed.
    """
    work.actor.need(Permission.SEALING_KEEP)
    before = current_key(work.session)
    if (before.number if before else "") != instead_of:
        raise Refused(Sentence(N_("A new pair was made a moment ago. Please look again")))
    if len(set(holders.values())) < len(Group):
        raise Refused(Sentence(N_("The two guardians must be two different people")))
    if before is not None:
        before.retired_at = work.now
    key = SealingKey(
        number=pair.number, public_key=pair.public, made_at=work.now,
        safety_digest=pair.digests[Group.SAFETY], union_digest=pair.digests[Group.UNION],
    )  # fmt: skip
    work.session.add(key)
    work.session.flush()
    work.record("made", key, number=key.number)
    for group, person_id in holders.items():
        _appoint(work, key, pair.sheets[group], person_id, f"person_{group.value}")
    return key


def copy_half(half: Half, passphrase: str) -> Sheet:
    """Return a further sheet of a half, under another guardian's passphrase; slow."""
    return lock(Half(chance.symbols(NUMBER), half.key_number, half.group, half.value), passphrase)


def add_guardian(work: Work, half: Half, sheet: Sheet, person_id: int) -> Guardian:
    """Give a further person of the same side a copy; `half` was unlocked by a guardian of it."""
    work.actor.need(Permission.SEALING_KEEP)
    key = current_key(work.session)
    need_half(work, half)
    if key is None or key.number != half.key_number:
        raise Refused(Sentence(N_("This sheet belongs to an earlier key pair")))
    held = {guardian.person_id for guardian in key.guardians if guardian.ended_at is None}
    if person_id in held:
        name = get_person(work.session, person_id).name
        raise Refused(Sentence(N_("%(name)s keeps a sheet already"), name=name), field="person")
    return _appoint(work, key, sheet, person_id, "person")


def mark_kept(work: Work, sheet_number: str) -> Guardian:
    """Note that the sheet was downloaded or printed: from now on its guardian counts."""
    guardian = find_guardian(work.session, sheet_number)
    if guardian is None or guardian.ended_at is not None:
        raise NotFound
    if guardian.kept_at is None:
        guardian.kept_at = work.now
        work.record("kept", guardian, sheet=sheet_number)
    return guardian


def end_guardian(work: Work, guardian_id: int) -> None:
    """Accept this guardian's sheet no more; needs `sealing:keep`."""
    work.actor.need(Permission.SEALING_KEEP)
    guardian = work.session.scalars(
        select(Guardian).where(Guardian.id == guardian_id, Guardian.ended_at.is_(None))
    ).one_or_none()
    if guardian is None:
        raise NotFound
    guardian.ended_at = work.now
    work.record("ended", guardian, person=Personal(f"person:{guardian.person_id}"))


def need_half(work: Work, half: Half) -> Guardian:
    """Return who brings the half; refuses ended sheets and halves that are not the key's."""
    guardian = find_guardian(work.session, half.sheet_number)
    if guardian is None or guardian.group is not half.group:
        raise Refused(Sentence(N_("No guardian of this plant keeps this sheet")))
    if guardian.ended_at is not None:
        name = guardian.person.name
        raise Refused(Sentence(N_("The sheet of %(name)s is not accepted any more"), name=name))
    key = work.session.get_one(SealingKey, guardian.key_id)
    if digest(half.value) != key.digest_of(half.group):
        raise Refused(Sentence(N_("No guardian of this plant keeps this sheet")))
    return guardian


def _appoint(work: Work, key: SealingKey, sheet: Sheet, person_id: int, field: str) -> Guardian:
    if person_id not in candidates(work.session, sheet.group, day_of(work.now)):
        raise Unclear(
            Sentence(N_("Only who holds a role of this side can keep its half")),
            field=field,
        )
    guardian = Guardian(
        key_id=key.id,
        person_id=person_id,
        group=sheet.group,
        sheet=sheet.number,
        made_at=work.now,
    )
    work.session.add(guardian)
    work.session.flush()
    work.session.expire(key, ["guardians"])
    work.record("appointed", guardian, side=sheet.group, person=Personal(f"person:{person_id}"))
    return guardian
