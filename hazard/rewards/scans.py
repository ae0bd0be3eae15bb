"""The signed sheet, photographed or scanned page by page, attached to its run."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core import chance
from hazard.core.errors import NotFound, Refused, TooLarge, Unclear
from hazard.core.files import FileStore
from hazard.core.words import N_, Sentence
from hazard.people.models import Person
from hazard.rewards.models import Settlement, SheetScan
from hazard.rewards.printing import LOCKED, NEEDS
from hazard.rewards.terms import ScanKind, Version

FOLDER = "scans"
MOST_PAGES = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: a developed picture, or a PDF kept as it is."""

    kind: ScanKind
    body: bytes

    @property
    def sha256(self) -> str:
        """Return the digest by which its file is found."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class ScanView:
    """One attached page as the run's page lists it."""

    public_id: str
    version: Version
    kind: ScanKind
    by: str
    at: datetime


def store(files: FileStore, pages: Sequence[Page], at: datetime) -> None:
    """Put the pages into the store, durable on return; before the work that names them."""
    for page in pages:
        files.put(_key(page.kind, page.sha256), page.body, at)


def need_keeper(actor: Actor, version: Version) -> None:
    """Refuse whoever may not attach or remove pages of a version; ask before storing a file."""
    actor.need(NEEDS[version])
    if not actor.may(Permission.SETTLEMENT_MAKE):
        actor.need(Permission.SETTLEMENT_PAY)


def attach(work: Work, run: Settlement, version: Version, pages: Sequence[Page]) -> None:
    """Attach stored pages of a signed version to its run; a page twice counts once.

    Needs the permission of the version and the hand that makes or pays the sheet.
    """
    need_keeper(work.actor, version)
    if run.state not in LOCKED:
        raise Refused(Sentence(N_("Only a locked sheet is signed; this one is not locked yet")))
    if not pages:
        raise Unclear(Sentence(N_("Please choose a file")), field="scan")
    have = _digests(work.session, run, version)
    fresh = {page.sha256: page for page in pages if page.sha256 not in have}
    if len(have) + len(fresh) > MOST_PAGES:
        raise TooLarge(Sentence(N_("At most %(n)s pages"), n=MOST_PAGES), field="scan")
    for digest, page in fresh.items():
        work.session.add(
            SheetScan(
                public_id=chance.symbols(20), settlement_id=run.id, version=version.value,
                kind=page.kind, sha256=digest, by_id=work.actor.person_id or 0, at=work.now,
            )
        )  # fmt: skip
        work.record("scan_added", run, version=version, sha256=digest)


def remove(work: Work, run: Settlement, public_id: str) -> str | None:
    """Take a wrong page away; the trail keeps its digest. Return the key of a file nobody names."""
    scan = _get(work.session, run, public_id)
    need_keeper(work.actor, Version(scan.version))
    work.record("scan_removed", run, version=scan.version, sha256=scan.sha256)
    key = _key(scan.kind, scan.sha256)
    digest = scan.sha256
    work.session.delete(scan)
    work.session.flush()
    named = work.session.scalar(select(func.count(SheetScan.id)).where(SheetScan.sha256 == digest))
    return None if named else key


def list_scans(session: Session, actor: Actor, run: Settlement) -> list[ScanView]:
    """Return the attached pages whose version the actor may see, in the order they came."""
    rows = session.execute(
        select(SheetScan, Person.name)
        .join(Person, Person.id == SheetScan.by_id)
        .where(SheetScan.settlement_id == run.id)
        .order_by(SheetScan.id)
    )
    return [
        ScanView(scan.public_id, Version(scan.version), scan.kind, name, scan.at)
        for scan, name in rows
        if actor.may(NEEDS[Version(scan.version)])
    ]


def find_file(session: Session, actor: Actor, run: Settlement, public_id: str) -> tuple[str, bool]:
    """Return the key of a page's file and whether it is a PDF; needs the version's permission."""
    scan = _get(session, run, public_id)
    actor.need(Permission.SETTLEMENT_READ)
    actor.need(NEEDS[Version(scan.version)])
    return _key(scan.kind, scan.sha256), scan.kind is ScanKind.PDF


def _digests(session: Session, run: Settlement, version: Version) -> set[str]:
    mine = (SheetScan.settlement_id == run.id, SheetScan.version == version.value)
    return set(session.scalars(select(SheetScan.sha256).where(*mine)))


def _get(session: Session, run: Settlement, public_id: str) -> SheetScan:
    wanted = (SheetScan.settlement_id == run.id, SheetScan.public_id == public_id)
    scan = session.scalars(select(SheetScan).where(*wanted)).one_or_none()
    if scan is None:
        raise NotFound
    return scan


def _key(kind: ScanKind, sha256: str) -> str:
    return f"{FOLDER}/{sha256}.{kind.value}"
