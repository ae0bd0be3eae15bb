"""Paper slips with a preprinted number and code, for places without phones (words 4.4).

Nothing the server keeps opens a slip: the code is derived from a key that is thrown away, its
row holds a hash, and the printed file lies closed until whoever asked has fetched it, once.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.passwords import hash_password
from hazard.reports.models import PaperBatch, PaperSlip
from hazard.reports.receipts import Code, derive

MOST = 200
DIGITS = 6
NUMBER = re.compile(r"P?[-\s]*(\d{3})[-\s]*(\d{4})")


class BadCount(Unclear):
    """So many slips are not made at once."""


class SlipUnknown(Unclear):
    """No slip has this number."""


class SlipUsed(Refused):
    """A slip is one report."""


class SlipVoid(Refused):
    """The slip belongs to a batch that was declared worthless."""


class AlreadyFetched(Refused):
    """A batch is printed once; a second print would be a second key to the same money."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A slip before it is stored; the only moment its code exists."""

    number: str
    code: Code
    secret_hash: str


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch as the list shows it."""

    id: int
    count: int
    used: int
    asked_by: int
    asker: str
    asked_at: datetime
    task_id: int | None
    fetched_at: datetime | None
    voided_at: datetime | None


def open_batch(work: Work, count: int) -> PaperBatch:
    """Note that a batch of 2 to 200 slips was asked for; an odd count is rounded up."""
    work.actor.need(Permission.POSTERS_KEEP)
    if not 1 <= count <= MOST:
        raise BadCount(Sentence(N_("From 1 to %(most)s slips at once"), most=MOST), field="count")
    person = work.actor.person_id
    batch = PaperBatch(
        count=count + count % 2, asked_by=person, asked_at=work.now, task_id=None,
        fetched_at=None, voided_at=None,
    )  # fmt: skip
    work.session.add(batch)
    work.session.flush()
    work.record("asked", batch, count=batch.count)
    return batch


def follow_by(work: Work, batch_id: int, task_id: int) -> None:
    """Note which long work makes the batch."""
    get_batch(work.session, batch_id).task_id = task_id


def draw(receipt_key: bytes, taken: set[str]) -> Drawn:
    """Return a fresh slip, its number none of `taken` and noted there; slow, as each hash is.

    The key its code comes from is never kept.
    """
    code = derive(receipt_key, urlsafe_b64encode(chance.take(16)).decode())
    number = number_of(chance.below(10**DIGITS))
    while number in taken:
        number = number_of(chance.below(10**DIGITS))
    taken.add(number)
    return Drawn(number, code, hash_password(code.secret))


def numbers(session: Session) -> set[str]:
    """Return the numbers of all slips ever printed."""
    return set(session.scalars(select(PaperSlip.number)))


def box_info(batch_id: int) -> str:
    """Return what binds the closed file to its batch."""
    return f"paper batch {batch_id}"


def keep_batch(work: Work, batch_id: int, drawn: Sequence[Drawn]) -> None:
    """Store what proves these slips; whatever an interrupted print left of the batch goes."""
    batch = get_batch(work.session, batch_id)
    work.session.execute(delete(PaperSlip).where(PaperSlip.batch_id == batch.id))
    work.session.add_all(
        PaperSlip(
            number=each.number, batch_id=batch.id, locator=each.code.locator,
            secret_hash=each.secret_hash, report_id=None,
        )
        for each in drawn
    )  # fmt: skip
    work.session.flush()
    work.record("printed", batch, count=len(drawn))


def mark_fetched(work: Work, batch_id: int) -> None:
    """Note that the file was fetched; raises `AlreadyFetched` the second time."""
    work.actor.need(Permission.POSTERS_KEEP)
    batch = work.session.get(PaperBatch, batch_id, with_for_update=True)
    if batch is None or batch.asked_by != work.actor.person_id:
        raise NotFound
    if batch.fetched_at is not None:
        raise AlreadyFetched(
            Sentence(N_("This batch was fetched already. Print a new one and void this"))
        )
    batch.fetched_at = work.now
    work.record("fetched", batch)


def void_batch(work: Work, batch_id: int) -> None:
    """Declare the unused slips of a batch worthless: lost, or seen by somebody."""
    work.actor.need(Permission.POSTERS_KEEP)
    batch = get_batch(work.session, batch_id)
    if batch.voided_at is None:
        batch.voided_at = work.now
        work.record("voided", batch)


def get_batch(session: Session, batch_id: int) -> PaperBatch:
    """Return the batch; raises `NotFound`."""
    batch = session.get(PaperBatch, batch_id)
    if batch is None:
        raise NotFound
    return batch


def list_batches(session: Session, limit: int = 100) -> list[BatchLine]:
    """Return the batches, newest first."""
    used = (
        select(func.count(PaperSlip.report_id))
        .where(PaperSlip.batch_id == PaperBatch.id)
        .scalar_subquery()
    )
    rows = select(PaperBatch, used).options(joinedload(PaperBatch.asker))
    newest = rows.order_by(PaperBatch.id.desc()).limit(limit)
    return [
        BatchLine(
            b.id, b.count, n or 0, b.asked_by, b.asker.name, b.asked_at, b.task_id, b.fetched_at,
            b.voided_at,
        )
        for b, n in session.execute(newest)
    ]  # fmt: skip


def hold_slip(work: Work, typed: str) -> PaperSlip:
    """Return the unused slip of this number, its row locked.

    Raises `SlipUnknown`, `SlipUsed` saying when it was used, or `SlipVoid`.
    """
    number = read_number(typed)
    wanted = select(PaperSlip).where(PaperSlip.number == number).with_for_update(of=PaperSlip)
    slip = work.session.scalars(wanted).one_or_none()
    if slip is None:
        raise _unknown(number)
    if slip.report is not None:
        raise SlipUsed(
            Sentence(
                N_("Slip %(slip)s was keyed in on %(day)s as %(report)s. Check the number"),
                slip=number, day=slip.report.shift_day, report=slip.report.number,
            ),
            field="slip",
        )  # fmt: skip
    if slip.batch.voided_at is not None:
        raise SlipVoid(
            Sentence(N_("Slip %(slip)s was voided. Register it without its number"), slip=number),
            field="slip",
        )
    return slip


def list_unused(session: Session, locator: str) -> list[str]:
    """Return the secret hashes of slips with this locator that nobody has keyed in yet."""
    unused = select(PaperSlip.secret_hash).where(
        PaperSlip.locator == locator, PaperSlip.report_id.is_(None)
    )
    return list(session.scalars(unused.order_by(PaperSlip.id)))


def read_number(typed: str) -> str:
    """Return a slip's number as it is kept; raises `SlipUnknown` for a slip of the pen."""
    found = NUMBER.fullmatch(typed.strip().upper())
    digits = found[1] + found[2] if found else ""
    if not digits or number_of(int(digits[:DIGITS])).replace("-", "") != f"P{digits}":
        raise _unknown(typed.strip())
    return number_of(int(digits[:DIGITS]))


def number_of(drawn: int) -> str:
    """Return the number of a slip, as in P482-9136; the last digit catches mistyped ones."""
    digits = f"{drawn:0{DIGITS}d}"
    return f"P{digits[:3]}-{digits[3:]}{_check(digits)}"


def _check(digits: str) -> int:
    """Return the check digit of ISO 7064 MOD 11,10: one wrong or two swapped digits show."""
    rest = 10
    for digit in digits:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (11 - rest) % 10


def _unknown(number: str) -> SlipUnknown:
    return SlipUnknown(
        Sentence(N_("There is no slip %(slip)s. Compare it with the paper once more"), slip=number),
        field="slip",
    )
