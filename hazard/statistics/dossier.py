"""One case, one file (一案一档, domain 5.9): what is recorded of a case, nobody who reported."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.audit.queries import Happening, get_head, list_happenings
from hazard.cases.models import (
    Archive,
    Case,
    CasePhoto,
    CheckRecord,
    ControlCheck,
    Declaration,
    Extension,
    Feedback,
    Finding,
    Plan,
    Remark,
)
from hazard.cases.queries import get_case, visible_to, whole
from hazard.cases.timeline import words_of
from hazard.core.clock import day_of
from hazard.core.errors import NotFound
from hazard.core.typeset import full_day
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import Sent, list_sent
from hazard.people.queries import names_of
from hazard.policy.classing import remedy_of
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import StatutoryLevel
from hazard.reports.models import Photo, Report
from hazard.reports.photos import file_key
from hazard.reports.terms import PhotoPart
from hazard.rewards.models import Award
from hazard.rewards.queries import reasons_of
from hazard.statistics.columns import OFFICIAL
from hazard.statistics.documents import (
    Block,
    DocumentSheet,
    Facts,
    Heading,
    Photos,
    Table,
    Text,
    photograph,
)
from hazard.statistics.figures import counted

Row = TypeVar("Row", Declaration, Finding, Extension, Remark, ControlCheck, CheckRecord, Feedback)
NOTHING = Sentence(N_("None recorded"))
QUIET = frozenset({"photo_released", "photo_hidden"})
"""Events of a case that say something of a report's photos."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the file of one case holds, read at one moment."""

    case: Case
    reports: tuple[Report, ...]
    declarations: tuple[Declaration, ...]
    findings: tuple[Finding, ...]
    plans: tuple[Plan, ...]
    extensions: tuple[Extension, ...]
    remarks: tuple[Remark, ...]
    controls: tuple[ControlCheck, ...]
    checks: tuple[CheckRecord, ...]
    feedback: tuple[Feedback, ...]
    awards: tuple[Award, ...]
    notices: tuple[Sent, ...]
    photos: tuple[Photo, ...]
    """Photos made for the case and those of reports that were released; no others."""
    events: tuple[Happening, ...]
    archive: Archive | None
    head: tuple[int, str]
    names: dict[int, str]


def read_dossier(session: Session, actor: Actor, number: str) -> Dossier:
    """Return the file of a case the actor may see; raises `NotFound`."""
    return _dossier(session, get_case(session, actor, number))


def manifest(session: Session, case_id: int) -> dict[str, object]:
    """Return what the file of a case holds, by number and digest, to be sealed with it."""
    case = session.scalars(whole(select(Case).where(Case.id == case_id))).one_or_none()
    if case is None:
        raise NotFound
    found = _dossier(session, case)
    return {
        "case": case.number,
        "reports": [report.number for report in found.reports],
        "photos": sorted(photo.sha256 for photo in found.photos),
        "plans": [plan.id for plan in found.plans],
        "awards": [[a.id, a.kind.value, a.state.value, a.amount.fen] for a in found.awards],
        "notices": [notice.id for notice in found.notices],
        "events": [event.seq for event in found.events],
        **{
            name: [row.id for row in getattr(found, name)]
            for name in (
                "declarations", "findings", "extensions", "remarks", "controls", "checks",
                "feedback",
            )
        },
    }  # fmt: skip


def proposed_case(session: Session, actor: Actor) -> str:
    """Return the number of the case to show an inspector, or empty without a closed one.

    The latest closed major one, else the latest closed.
    """
    major = Case.statutory_level == StatutoryLevel.MAJOR
    query = (
        visible_to(actor)
        .where(counted(), Case.closed_at.is_not(None))
        .order_by(major.desc(), Case.closed_at.desc(), Case.id.desc())
    )
    case = session.scalars(query.limit(1)).first()
    return case.number if case is not None else ""


def dossier_paper(
    session: Session, dossier: Dossier, now: datetime, printed_by: str,
    photo: Callable[[str], bytes | None],
) -> DocumentSheet:  # fmt: skip
    """Return the file as a paper; `photo` gives the file kept under a key, or None."""
    case = dossier.case
    blocks = [block for part in _parts(dossier, photo) for block in part]
    blocks = [*_contents(blocks), *blocks]
    return DocumentSheet(
        printed_at=now, company=get_plant(session).name, printed_by=printed_by,
        table_version=policy_on(session, day_of(now)).number, form_code="AQ-09",
        title=Sentence(N_("Case file %(number)s"), number=case.number),
        head=(
            Sentence(N_("Company: %(name)s"), name=get_plant(session).name),
            Sentence(N_("State: %(state)s"), state=case.state),
            Sentence(N_("This file names no reporter")),
        ),
        blocks=blocks,
        hands=(Sentence(N_("Compiled by")), Sentence(N_("Looked through by"))),
    )  # fmt: skip


def _dossier(session: Session, case: Case) -> Dossier:
    reports = tuple(link.report for link in case.reports if not link.report.drill)
    awards = session.scalars(select(Award).where(Award.case_id == case.id).order_by(Award.id))
    found: dict[str, tuple[Any, ...]] = {
        "declarations": _of(session, Declaration, case), "findings": _of(session, Finding, case),
        "extensions": _of(session, Extension, case), "remarks": _of(session, Remark, case),
        "controls": _of(session, ControlCheck, case), "checks": _of(session, CheckRecord, case),
        "feedback": _of(session, Feedback, case),
    }  # fmt: skip
    awarded = tuple(awards)
    notices = tuple(list_sent(session, f"/cases/{case.number}"))
    events = tuple(
        event
        for event in list_happenings(session, [(case.kind, case.id)])
        if event.action.split(".", 1)[1] not in QUIET
    )
    sealed = select(Archive).where(Archive.case_id == case.id)
    return Dossier(
        case=case, reports=reports, plans=tuple(case.plans), awards=awarded, notices=notices,
        photos=_photos(session, case), events=events, head=get_head(session),
        archive=session.scalars(sealed.order_by(Archive.id.desc())).first(),
        names=names_of(session, _people(case, found, awarded, notices, events)), **found,
    )  # fmt: skip


def _of(session: Session, table: type[Row], case: Case) -> tuple[Row, ...]:
    return tuple(session.scalars(select(table).where(table.case_id == case.id).order_by(table.id)))


def _people(
    case: Case, found: dict[str, tuple[Any, ...]], awards: Iterable[Award],
    notices: Iterable[Sent], events: Iterable[Happening],
) -> set[int | None]:  # fmt: skip
    people: set[int | None] = {notice.recipient_id for notice in notices}
    people |= {event.actor_id for event in events}
    people |= {person for award in awards for person in (award.proposed_by, award.decided_by)}
    for plan in case.plans:
        people |= {plan.owner_id, plan.maker_id, plan.approver_id}
        people |= {measure.done_by for measure in plan.measures}
    hands = ("person_id", "checker_id", "cosigned_by", "by_id", "ended_by", "asked_by",
             "decided_by", "given_by")  # fmt: skip
    for row in (row for rows in found.values() for row in rows):
        people |= {getattr(row, name, None) for name in hands}
    return people


def _photos(session: Session, case: Case) -> tuple[Photo, ...]:
    own = select(CasePhoto.photo_id).where(CasePhoto.case_id == case.id)
    reports = [link.report_id for link in case.reports]
    wanted = (Photo.id.in_(own) & (Photo.part != PhotoPart.REPORT)) | (
        Photo.report_id.in_(reports) & Photo.shown_to_rectifiers.is_(True)
    )
    return tuple(session.scalars(select(Photo).where(wanted).order_by(Photo.id)))


def _parts(found: Dossier, photo: Callable[[str], bytes | None]) -> Iterable[Sequence[Block]]:
    yield _reported(found)
    yield _verified(found)
    yield _graded(found)
    yield _planned(found)
    yield _extended(found)
    yield _went_on(found)
    yield _pictures(found, photo)
    yield _checked(found)
    yield _told(found)
    yield _rewarded(found)
    yield _happened(found)


def _contents(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the contents of the file: each part, and whether anything is recorded in it."""
    starts = [at for at, block in enumerate(blocks) if isinstance(block, Heading)]
    ends = [*starts[1:], len(blocks)]
    lines = [
        (
            blocks[start].words,  # type: ignore[union-attr]
            Sentence(N_("Recorded")) if any(map(_holds, blocks[start:end])) else NOTHING,
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    half = len(lines) // 2
    rows = [(*one, *other) for one, other in zip(lines[:half], lines[half:], strict=True)]
    heads = (N_("Part of the file"), N_("Record"), N_("Part of the file"), N_("Record"))
    return (Heading(Sentence(N_("Contents"))), _table(heads, (7, 3, 7, 3), rows))


def _holds(block: Block) -> bool:
    match block:
        case Table():
            return bool(block.rows)
        case Photos():
            return bool(block.items)
        case Facts():
            return any(value not in {None, ""} for _, value in block.pairs)
    return False


def _reported(found: Dossier) -> Sequence[Block]:
    case = found.case
    parts = {link.report_id: link.part for link in case.reports}
    return (
        Heading(Sentence(N_("1. Report (without the reporter) and acceptance"))),
        Facts(
            (
                (Sentence(N_("Number of the hazard")), case.number),
                (Sentence(N_("Accepted on")), case.opened_at),
                (Sentence(N_("Unit")), case.unit_name),
                (Sentence(N_("Part of the plant")), case.place_name),
                (Sentence(N_("Kind")), OFFICIAL[case.category]),
                (Sentence(N_("Sub-code")), case.sub_code),
                (Sentence(N_("Urgency")), case.urgency),
                (Sentence(N_("Description of the hazard")), case.short_description),
            )
        ),
        Text(Sentence(N_("For handling: %(text)s"), text=case.extract)),
        Table(
            (Sentence(N_("Report number")), Sentence(N_("How it stands to it"))), (1, 1),
            [(report.number, parts[report.id]) for report in found.reports], NOTHING,
        ),
        Table(
            (Sentence(N_("Declared to have no interest")), Sentence(N_("Day"))), (2, 1),
            [(_name(found, row.person_id), row.at) for row in _first_each(found.declarations)],
            NOTHING,
        ),
    )  # fmt: skip


def _first_each(declarations: Iterable[Declaration]) -> list[Declaration]:
    first: dict[int, Declaration] = {}
    for row in declarations:
        first.setdefault(row.person_id, row)
    return list(first.values())


def _verified(found: Dossier) -> Sequence[Block]:
    on_site = {True: Sentence(N_("on the spot")), False: Sentence(N_("from photos"))}
    rows = [
        (_name(found, row.person_id), row.verdict, on_site[row.on_site], row.note, row.at)
        for row in found.findings
    ]
    heads = (N_("Verifier"), N_("Verdict"), N_("How"), N_("What was seen on the spot"), N_("Day"))
    return (Heading(Sentence(N_("2. Verification"))), _table(heads, (3, 3, 3, 8, 4), rows))


def _graded(found: Dossier) -> Sequence[Block]:
    case = found.case
    said = case.classing
    remedy = remedy_of(said.remedy, case.reward_level, fixed_on_spot=case.fixed_on_spot)
    return (
        Heading(Sentence(N_("3. Grading"))),
        Facts(
            (
                (Sentence(N_("Statutory level")), case.statutory_level or ""),
                (Sentence(N_("Internal grade")), case.internal_grade or ""),
                (Sentence(N_("How badly could it hurt?")), case.hurt or ""),
                (Sentence(N_("How likely is it today?")), case.likely or ""),
                (Sentence(N_("List of major hazards")), case.gravity or ""),
                (Sentence(N_("Reward level")), case.reward_level or ""),
                (Sentence(N_("Graded on")), case.graded_on or ""),
                (Sentence(N_("Why this grade")), case.grade_reason or None),
                (Sentence(N_("Clause")), said.clause),
                (Sentence(N_("Cause")), said.cause),
                (Sentence(N_("Possible accident (GB 6441)")), said.accident),
                (Sentence(N_("Factor (GB/T 13861)")), said.factor),
                (Sentence(N_("LEC")), said.lec and said.lec.said()),
                (Sentence(N_("Who puts it right")), remedy or ""),
            )
        ),
    )


def _planned(found: Dossier) -> Sequence[Block]:
    heading = Heading(Sentence(N_("4. Rectification plan: five implementations")))
    control = Text(
        Sentence(N_("Interim control: %(text)s"), text=found.case.interim_control or NOTHING)
    )
    if not found.plans:
        why = N_("Fixed on the spot, no plan needed") if found.case.fixed_on_spot else NOTHING.msgid
        return (heading, control, Text(Sentence(why)))
    return (heading, control, *(block for plan in found.plans for block in _plan(found, plan)))


def _plan(found: Dossier, plan: Plan) -> Sequence[Block]:
    facts = Facts(
        (
            (Sentence(N_("Person in charge")), _name(found, plan.owner_id)),
            (Sentence(N_("Deadline")), plan.due_on),
            (Sentence(N_("Funds planned (yuan)")), plan.funds),
            (Sentence(N_("Funds spent (yuan)")), found.case.actual_cost),
            (Sentence(N_("Contingency plan")), plan.contingency),
            (Sentence(N_("State")), plan.state),
            (Sentence(N_("Made by")), _name(found, plan.maker_id)),
            (Sentence(N_("Approved by")), _name(found, plan.approver_id)),
            (Sentence(N_("Decision")), plan.decision_note or None),
        )
    )
    rows = [(m.seq, m.text, m.done_at, _name(found, m.done_by)) for m in plan.measures]
    heads = (N_("No."), N_("Measures"), N_("Done"), N_("Who"))
    return (facts, _table(heads, (1, 10, 4, 3), rows))


def _extended(found: Dossier) -> Sequence[Block]:
    rows = [
        (row.was_until, row.until, row.reason, row.control, row.state,
         _name(found, row.decided_by))
        for row in found.extensions
    ]  # fmt: skip
    heads = (
        N_("From"), N_("Later date"), N_("Why"), N_("Interim control"), N_("State"),
        N_("Decided by"),
    )  # fmt: skip
    return (
        Heading(Sentence(N_("5. Later dates asked for"))),
        _table(heads, (4, 4, 6, 6, 3, 3), rows),
    )


def _went_on(found: Dossier) -> Sequence[Block]:
    held = {True: Sentence(N_("Yes, it holds")), False: Sentence(N_("No, it does not hold"))}
    remarks = [(row.kind, row.text, row.answer, _name(found, row.by_id), row.at)
               for row in found.remarks]  # fmt: skip
    controls = [(row.shift_day, row.shift_name, held[row.holds], _name(found, row.by_id))
                for row in found.controls]  # fmt: skip
    heads = (N_("What"), N_("Text"), N_("Answer"), N_("Who"), N_("Day"))
    return (
        Heading(Sentence(N_("6. Progress and watch over the interim control"))),
        _table(heads, (4, 6, 5, 3, 4), remarks),
        *(
            [_table((N_("Day"), N_("Shift"), N_("Interim control"), N_("Who")), (4, 3, 3, 3),
                    controls)]
            if controls else []
        ),
    )  # fmt: skip


def _pictures(found: Dossier, photo: Callable[[str], bytes | None]) -> Sequence[Block]:
    items = []
    for each in sorted(found.photos, key=lambda p: (p.part is PhotoPart.AFTER, p.id)):
        jpeg = photo(file_key(each.sha256))
        if jpeg is not None:
            after = each.part is PhotoPart.AFTER
            words = Sentence(N_("After")) if after else Sentence(N_("Before"))
            items.append((photograph(jpeg), words))
    return (
        Heading(Sentence(N_("7. Photos before and after"))),
        Photos(items, Sentence(N_("No photo was released for papers"))),
    )


def _checked(found: Dossier) -> Sequence[Block]:
    passed = {True: Sentence(N_("check passed")), False: Sentence(N_("check not passed"))}
    rows = [
        (_name(found, row.checker_id), passed[row.passed], row.note,
         _name(found, row.cosigned_by), row.at)
        for row in found.checks
    ]  # fmt: skip
    heads = (N_("Checker"), N_("Result"), N_("Note"), N_("Union confirmed"), N_("Day"))
    closed = Facts(
        (
            (Sentence(N_("Completed on")), found.case.completed_at or ""),
            (Sentence(N_("Closed on")), found.case.closed_at or ""),
        )
    )
    return (Heading(Sentence(N_("8. Check and closing"))), _table(heads, (3, 3, 6, 3, 4), rows),
            closed)  # fmt: skip


def _told(found: Dossier) -> Sequence[Block]:
    numbers = {report.id: report.number for report in found.reports}
    way = Sentence(N_("On the reporter's own page"))
    rows = [(numbers.get(row.report_id, ""), way, row.at) for row in found.feedback]
    heads = (N_("Report number"), N_("Way"), N_("Day"))
    return (Heading(Sentence(N_("9. Result told to the reporter"))), _table(heads, (3, 5, 4), rows))


def _rewarded(found: Dossier) -> Sequence[Block]:
    rows = [
        (award.kind, award.level, award.standard, award.amount, reasons_of(award), award.state,
         _name(found, award.proposed_by), _name(found, award.decided_by), award.decided_at)
        for award in found.awards
    ]  # fmt: skip
    heads = (
        N_("For what"), N_("Level"), N_("Standard"), N_("Amount"), N_("Grounds"), N_("State"),
        N_("Proposed by"), N_("Decided by"), N_("Day"),
    )  # fmt: skip
    table = Table(
        [Sentence(head) for head in heads], (3, 2, 3, 3, 6, 3, 3, 3, 4), rows, NOTHING, right=(2, 3)
    )
    return (Heading(Sentence(N_("10. Reward decision (by number, without payee)"))), table)


def _happened(found: Dossier) -> Sequence[Block]:
    rows = [
        (event.seq, words_of(event), _name(found, event.actor_id), event.at)
        for event in found.events
    ]
    notices = [(_name(found, n.recipient_id), n.sentence, n.made_at) for n in found.notices]
    archived = found.archive
    head = (archived.head_seq, archived.head_hash) if archived else found.head
    return (
        Heading(Sentence(N_("11. Notices sent inside the plant"))),
        _table((N_("To"), N_("Notice"), N_("Day")), (3, 9, 4), notices),
        Heading(Sentence(N_("12. Trail"))),
        _table((N_("No."), N_("What"), N_("Who"), N_("Day")), (2, 9, 3, 4), rows),
        Text(
            Sentence(
                N_("Trail up to entry %(seq)s, check code %(hash)s. Archived: %(day)s"),
                seq=head[0], hash=head[1],
                day=full_day(day_of(archived.at)) if archived else Sentence(N_("not yet")),
            )
        ),
    )  # fmt: skip


def _table(
    heads: Sequence[str], shares: Sequence[float], rows: Sequence[Sequence[object]]
) -> Table:
    return Table([Sentence(head) for head in heads], shares, rows, NOTHING)


def _name(found: Dossier, person_id: int | None) -> str:
    return found.names.get(person_id or 0, "")
