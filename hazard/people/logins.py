"""Slips, passwords set and checked, logins: the slow part read-only, the writing short."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import ClassVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM, Actor
from hazard.access.permissions import MONEY_ROLES, OFFICE_ROLES, Permission, Role
from hazard.audit.work import Personal, Work
from hazard.core import chance
from hazard.core.clock import day_of
from hazard.core.errors import HazardError, NotAllowed, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.models import ActivationSlip, Credential, LoginSession, LoginThrottle, Person
from hazard.people.passwords import hash_password, is_right, need_strong
from hazard.people.queries import actor_of, find_by_number, get_person, unit_of
from hazard.people.terms import BadEntry, Device, employee_number
from hazard.policy.queries import get_plant

PASSWORD = "password"  # noqa: S105 - the kind of a credential
SLIP_SYMBOLS = 12
"""60 bits."""
SLIP_LIFE = timedelta(hours=72)
LOGIN_LIFE = {Device.OWN: timedelta(days=30), Device.SHARED: timedelta(hours=12)}
IDLE = {Device.OWN: timedelta(hours=12), Device.SHARED: timedelta(minutes=15)}
"""How long a login may rest. On shared devices the cookie itself lives so long, since rows know
the hour only (`LoginSession.seen_hour`)."""
HOUR = timedelta(hours=1)
FREE_TRIES = {"account": 5, "address": 30}
"""Failures before each next one costs a wait; behind one address sits a whole workshop."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
FORGET_AFTER = timedelta(hours=24)


class WrongLogin(Unclear):
    """Number and password do not fit; which of them is not said."""


class WrongPassword(Unclear):
    """The password asked again is not right."""


class TooSoon(HazardError):
    """After several failures the next try has to wait."""

    status: ClassVar[int] = 429


class SlipDead(Unclear):
    """No slip of this code can be used any more."""


class NoSlipFor(Refused):
    """Who left gets no slip."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password that was looked at. `keys` are what its failure counts against."""

    person_id: int | None
    """None when it was wrong."""
    keys: tuple[tuple[str, str], ...]
    """Pairs of kind ("account" or "address") and hash."""


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """An activation slip at the moment it is made; the code is kept nowhere."""

    id: int
    code: str
    """Three groups of four symbols."""
    ends_at: datetime
    handles_money: bool


@dataclass(frozen=True, slots=True)
class Activation:
    """A slip that was looked at and the hash of the password chosen with it."""

    slip_id: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class FoundLogin:
    """A login that is alive. `stale` says that `touch` is due."""

    id: int
    person_id: int
    language: str
    device: Device
    stale: bool


def issue_slip(work: Work, person: Person) -> IssuedSlip:
    """Return a new slip, its code shown once; ends the person's logins and older slips.

    Whoever keeps people prints it, but those of office people only whoever holds
    `slips:office`. Pages call `notices.slips.print_slip`, which also tells whom it concerns.
    """
    holder = actor_of(work.session, person.id, day_of(work.now))
    if holder is None:
        raise NoSlipFor(Sentence(N_("%(name)s has left the plant"), name=person.name))
    need_slip_right(work.session, work.actor, holder, work.now)
    end_sessions(work, person.id)
    code = chance.symbols(SLIP_SYMBOLS)
    slip = ActivationSlip(
        person_id=person.id,
        code_hash=_hash(code),
        made_at=work.now,
        ends_at=work.now + SLIP_LIFE,
        used_at=None,
    )
    work.session.execute(delete(ActivationSlip).where(ActivationSlip.person_id == person.id))
    work.session.add(slip)
    work.session.flush()
    handles_money = bool(_roles(holder) & MONEY_ROLES)
    work.record("issued", slip, person=person.id, money=handles_money)
    grouped = "-".join(code[at : at + 4] for at in range(0, SLIP_SYMBOLS, 4))
    return IssuedSlip(slip.id, grouped, slip.ends_at, handles_money)


def need_slip_right(session: Session, actor: Actor, holder: Actor, now: datetime) -> None:
    """Raise `NotAllowed` unless `actor` may print a slip for `holder`."""
    if actor is SYSTEM or holder.person_id is None:
        return
    if _roles(holder) & OFFICE_ROLES:
        actor.need(Permission.SLIPS_OFFICE)
        return
    unit = unit_of(session, holder.person_id, day_of(now))
    actor.need(Permission.PEOPLE_KEEP, unit.path if unit else "/")


def may_print_slip(session: Session, actor: Actor, holder: Actor, now: datetime) -> bool:
    """Tell whether `actor` may print a slip for `holder`, for the page that offers it."""
    try:
        need_slip_right(session, actor, holder, now)
    except NotAllowed:
        return False
    return True


def look_at_slip(session: Session, code: str, password: str, now: datetime) -> Activation:
    """Return what `activate` needs; raises `SlipDead`, or `WeakPassword` for the password.

    Slow, as it hashes: call it on a reading session, before the work.
    """
    slip = _slip(session, code, now)
    person = get_person(session, slip.person_id)
    need_strong(password, employee_no=person.employee_no, plant=get_plant(session).name)
    return Activation(slip.id, hash_password(password))


def activate(work: Work, activation: Activation) -> Person:
    """Set the password, end the slip and all logins of the person."""
    slip = work.session.get(ActivationSlip, activation.slip_id, with_for_update=True)
    if slip is None or slip.used_at is not None or slip.ends_at <= work.now:
        raise _slip_dead()
    slip.used_at = work.now
    person = get_person(work.session, slip.person_id)
    set_password(work, person, activation.password_hash)
    return person


def set_password(work: Work, person: Person, password_hash: str) -> None:
    """Store the hash as the person's password and end all logins; slips and set-up do."""
    work.session.execute(
        delete(Credential).where(Credential.person_id == person.id, Credential.kind == PASSWORD)
    )
    work.session.add(
        Credential(person_id=person.id, kind=PASSWORD, hash=password_hash, made_at=work.now)
    )
    end_sessions(work, person.id)
    work.record("activated", person)


def try_password(
    session: Session, employee_no: str, password: str, address: str, now: datetime
) -> Attempt:
    """Look at a login; slow, and equally slow for a number nobody has.

    Raises `TooSoon` while the account or the address has to wait. A wrong one comes back with
    `person_id` None, for `note_failure`.
    """
    number = _number(employee_no)
    keys = (("account", _hash(f"account:{number}")), ("address", _hash(f"address:{address}")))
    _need_no_wait(session, keys, now)
    person = find_by_number(session, number)
    known = person and actor_of(session, person.id, day_of(now))
    stored = _stored(session, person.id) if person and known else None
    right = is_right(stored, password)
    return Attempt(person.id if person and right else None, keys)


def confirm_password(session: Session, person_id: int, password: str, now: datetime) -> None:
    """Raise `WrongPassword` on the field `password` unless it is the person's own.

    Slow: call it before the work. Waits like a login after failures that were noted
    (`note_failure(work, try_own_password(...))`).
    """
    if try_own_password(session, person_id, password, now).person_id is None:
        raise wrong_password()


def try_own_password(session: Session, person_id: int, password: str, now: datetime) -> Attempt:
    """Look at the password of somebody who is logged in; as `try_password`."""
    keys = (("account", _hash(f"confirm:{person_id}")),)
    _need_no_wait(session, keys, now)
    right = is_right(_stored(session, person_id), password)
    return Attempt(person_id if right else None, keys)


def note_failure(work: Work, attempt: Attempt) -> None:
    """Count a failure: from the fifth of an account on, each wait is twice the one before.

    Never a lock: after the wait the right password counts. Old counts are forgotten.
    """
    work.session.execute(delete(LoginThrottle).where(LoginThrottle.until < work.now - FORGET_AFTER))
    for kind, key in attempt.keys:
        row = work.session.get(LoginThrottle, key, with_for_update=True)
        if row is None:
            row = LoginThrottle(key=key, failures=0, until=work.now)
            work.session.add(row)
        row.failures += 1
        row.until = work.now + _wait(kind, row.failures)


def log_in(work: Work, attempt: Attempt, device: Device) -> str:
    """Return the token of a new login: 256 bits, of which only the hash is kept."""
    if attempt.person_id is None:
        raise wrong_login()
    for kind, key in attempt.keys:
        if kind == "account":
            work.session.execute(delete(LoginThrottle).where(LoginThrottle.key == key))
    work.session.execute(delete(LoginSession).where(LoginSession.ends_at <= work.now))
    token = chance.token()
    login = LoginSession(
        token_hash=_hash(token),
        person_id=attempt.person_id,
        device=device.value,
        made_at=work.now,
        seen_hour=_hour(work.now),
        ends_at=work.now + LOGIN_LIFE[device],
    )
    work.session.add(login)
    work.session.flush()
    work.record("opened", login, person=Personal(f"person:{attempt.person_id}"))
    return token


def find_login(session: Session, token: str, now: datetime) -> FoundLogin | None:
    """Return the login of this token, or None once it has ended or rested too long."""
    wanted = select(LoginSession, Person.language).join(Person)
    found = session.execute(wanted.where(LoginSession.token_hash == _hash(token))).one_or_none()
    if found is None or found[0].ends_at <= now:
        return None
    login, spoken = found
    device = Device(login.device)
    if now >= login.seen_hour + HOUR + IDLE[device]:
        return None
    return FoundLogin(login.id, login.person_id, spoken, device, _hour(now) > login.seen_hour)


def touch(work: Work, login_id: int) -> None:
    """Note the hour of a sign of life, without an event; due once `FoundLogin.stale`."""
    row = update(LoginSession).where(LoginSession.id == login_id)
    work.session.execute(row.values(seen_hour=_hour(work.now)))


def log_out(work: Work, token: str) -> None:
    """End this login; nothing happens if it has ended."""
    work.session.execute(delete(LoginSession).where(LoginSession.token_hash == _hash(token)))


def end_sessions(work: Work, person_id: int) -> None:
    """End all logins of the person, on every device."""
    work.session.execute(delete(LoginSession).where(LoginSession.person_id == person_id))


def forget_ended(work: Work) -> None:
    """Delete logins that have ended and counts of failures that are long past."""
    work.session.execute(delete(LoginSession).where(LoginSession.ends_at <= work.now))
    work.session.execute(delete(LoginThrottle).where(LoginThrottle.until < work.now - FORGET_AFTER))


def wrong_login() -> WrongLogin:
    """Return the one refusal for unknown numbers and wrong passwords alike."""
    return WrongLogin(
        Sentence(N_("Employee number or password is not right. Check both and try again")),
        field="password",
    )


def wrong_password() -> WrongPassword:
    """Return the refusal of a password asked again."""
    return WrongPassword(Sentence(N_("The password is not right")), field="password")


def slip_failure(address: str) -> Attempt:
    """Return what a wrong slip code counts against."""
    return Attempt(None, (("address", _hash(f"address:{address}")),))


def need_no_wait(session: Session, attempt: Attempt, now: datetime) -> None:
    """Raise `TooSoon` while what `attempt` counts against has to wait."""
    _need_no_wait(session, attempt.keys, now)


def _need_no_wait(session: Session, keys: tuple[tuple[str, str], ...], now: datetime) -> None:
    rows = select(LoginThrottle.until).where(LoginThrottle.key.in_([key for _, key in keys]))
    until = max(session.scalars(rows), default=now)
    if until > now:
        raise TooSoon(
            Sentence(
                N_("Too many tries. Please wait %(n)s seconds, then try again"),
                n=ceil((until - now).total_seconds()),
            ),
            field="password",
        )


def _wait(kind: str, failures: int) -> timedelta:
    beyond = failures - FREE_TRIES[kind]
    return timedelta() if beyond < 0 else min(FIRST_WAIT * 2 ** min(beyond, 20), LONGEST_WAIT)


def _number(text: str) -> str:
    try:
        return employee_number(text)
    except BadEntry:
        return ""


def _stored(session: Session, person_id: int) -> str | None:
    return session.scalar(
        select(Credential.hash).where(
            Credential.person_id == person_id, Credential.kind == PASSWORD
        )
    )


def _slip(session: Session, code: str, now: datetime) -> ActivationSlip:
    slip = session.scalars(
        select(ActivationSlip).where(ActivationSlip.code_hash == _hash(_read_code(code)))
    ).one_or_none()
    if slip is None or slip.used_at is not None or slip.ends_at <= now:
        raise _slip_dead()
    return slip


def _slip_dead() -> SlipDead:
    return SlipDead(
        Sentence(N_("This code is wrong, used or too old. Check each group or ask for a new slip")),
        field="code",
    )


def _read_code(text: str) -> str:
    """Return the symbols of a code however it was written down."""
    plain = "".join(symbol for symbol in text.upper() if symbol.isalnum())
    return plain.translate(str.maketrans("ILO", "110"))


def _roles(holder: Actor) -> frozenset[Role]:
    return frozenset(grant.role for grant in holder.grants)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
