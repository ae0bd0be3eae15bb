"""The payout key: made and opened by finance with one passphrase (decisions 21)."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.people.passwords import derive_key
from hazard.sealing.boxes import new_private, public_of, unseal
from hazard.sealing.halves import NONCE, SALT
from hazard.sealing.models import PayoutBox, PayoutKey
from hazard.sealing.queries import current_payout_key


@dataclass(frozen=True, slots=True)
class LockedKey:
    """A new payout key: what closes, and what the passphrase opens."""

    public: bytes
    locked: str = field(repr=False)


def draw_key(passphrase: str) -> LockedKey:
    """Make a payout key under a passphrase; slow, so never inside a transaction."""
    private, salt, nonce = new_private(), chance.take(SALT), chance.take(NONCE)
    public = public_of(private)
    body = AESGCM(derive_key(passphrase, salt)).encrypt(nonce, private, public)
    return LockedKey(public, b64encode(salt + nonce + body).decode())


def adopt_key(work: Work, key: LockedKey) -> PayoutKey:
    """Let the key close payout boxes from now on; needs `settlement:pay`."""
    work.actor.need(Permission.SETTLEMENT_PAY)
    before = current_payout_key(work.session)
    if before is not None:
        before.retired_at = work.now
    made = PayoutKey(
        public_key=key.public, locked=key.locked, made_by=work.actor.person_id or 0,
        made_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    work.record("made", made)
    return made


def unlock_keys(session: Session, key_ids: Iterable[int], passphrase: str) -> dict[int, bytes]:
    """Return those of these private keys that the passphrase opens; slow.

    Raises `Unclear` if it opens none.
    """
    wanted = select(PayoutKey).where(PayoutKey.id.in_(list(key_ids))).order_by(PayoutKey.id)
    tried = {key.id: _unlocked(key, passphrase) for key in session.scalars(wanted)}
    opened = {key_id: private for key_id, private in tried.items() if private is not None}
    if not opened:
        sentence = Sentence(N_("The passphrase does not open the payout list"))
        raise Unclear(sentence, field="passphrase")
    return opened


def keys_of(session: Session, report_ids: Iterable[int]) -> set[int]:
    """Return the ids of the keys that closed the payout boxes of these reports."""
    boxes = select(PayoutBox.key_id).where(PayoutBox.report_id.in_(list(report_ids)))
    return set(session.scalars(boxes))


def employee_numbers(
    session: Session, report_numbers: Mapping[int, str], privates: Mapping[int, bytes]
) -> dict[int, str]:
    """Return whom to pay by report id, for the boxes these keys open; empty: with the code."""
    boxes = select(PayoutBox).where(PayoutBox.report_id.in_(list(report_numbers)))
    return {
        box.report_id: unseal(privates[box.key_id], box.box, report_numbers[box.report_id])[
            "employee_no"
        ]
        for box in session.scalars(boxes)
        if box.key_id in privates
    }


def payout_number(session: Session, report_id: int) -> str:
    """Return the payout number drawn for a report, or an empty string."""
    box = session.get(PayoutBox, report_id)
    return box.payout_number if box else ""


def is_drawn(session: Session, number: str) -> bool:
    """Say whether a sealed box carries this payout number."""
    taken = select(PayoutBox.report_id).where(PayoutBox.payout_number == number)
    return session.scalar(taken) is not None


def _unlocked(key: PayoutKey, passphrase: str) -> bytes | None:
    raw = b64decode(key.locked)
    salt, nonce, body = raw[:SALT], raw[SALT : SALT + NONCE], raw[SALT + NONCE :]
    try:
        return AESGCM(derive_key(passphrase, salt)).decrypt(nonce, body, key.public_key)
    except InvalidTag:
        return None
