"""Whose turn it is: the one rule behind the desk and behind the forms of a case page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.duties import Part as Duty
from hazard.access.duties import barred
from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.cases import beside, extending, proposing, reopening, signing
from hazard.cases.checking import cosigners, passed_check
from hazard.cases.feedback import TELLABLE, foresee_told, uninformed
from hazard.cases.hands import (
    AWARD_PROPOSAL,
    earns_nothing,
    earns_nothing_to,
    fitting,
    foresee_hands,
    hands_of,
    likely,
)
from hazard.cases.models import (
    Assignment,
    Case,
    CaseReport,
    Declaration,
    Extension,
    Feedback,
    Remark,
)
from hazard.cases.queries import foresee_verdicts, open_states, visible_to, without_measures
from hazard.cases.terms import CaseState, ExtensionState, Part, RemarkKind
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence, Term
from hazard.deadlines.models import Deadline
from hazard.deadlines.queries import Due, next_among, running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import list_holders, names_of
from hazard.policy.queries import policy_on
from hazard.policy.words import Urgency
from hazard.reports.identity import list_unmatched, may_identify
from hazard.reports.models import Report
from hazard.reports.queries import has_union_desk, list_waiting, may_read
from hazard.reports.routing import receiving_roles
from hazard.reports.terms import ReportState
from hazard.reports.transfers import list_unreceipted

SHOWN = 3
"""How many names stand for a task that several may take."""
_ASSIGNED: Mapping[CaseState, Part] = {
    CaseState.VERIFYING: Part.VERIFIER,
    CaseState.PLANNING: Part.OWNER,
    CaseState.RECTIFYING: Part.OWNER,
    CaseState.SUBMITTED_FOR_CHECK: Part.CHECKER,
}
_HELD = tuple((s, p) for s, p in _ASSIGNED.items() if s is not CaseState.SUBMITTED_FOR_CHECK)
"""In these states who is named goes on alone: others have no turn but for what is beside it."""
NEVER = "9999"
"""Sorts behind every moment: nothing is due."""


class Stage(Term):
    """What can be done to a case, named like its address and its template."""

    VERIFIERS = "verifiers", N_("Name two verifiers")
    VERIFICATION = "verification", N_("Check on the spot")
    CONFIRMATION = "confirmation", N_("Second confirmation")
    SIGNATURE = "signature", N_("Second person's finger signature")
    GRADING = "grading", N_("Grade")
    OWNER = "owner", N_("Name the person in charge")
    PLAN = "plan", N_("Make the plan")
    PLAN_APPROVAL = "plan_approval", N_("Approve the plan")
    PROGRESS = "progress", N_("Tick what is done")
    COMPLETION = "completion", N_("Done, ask for check")
    CHECK = "check", N_("Check the work")
    CHECKER = "checker", N_("Name who checks")
    COSIGN = "cosign", N_("Sign the check")
    FEEDBACK = "feedback", N_("Tell the reporter the result")
    AWARD = "award", N_("Propose the reward")
    EXTENSION = "extension", N_("Ask for a later date")
    EXTENSION_DECISION = "extension_decision", N_("Decide on the later date")
    HANDLING = "handling", N_("Ask for more time to handle the report")
    EXPLANATION = "explanation", N_("Explain why it is late")
    CONTROL = "control", N_("Renew the interim control")
    HAND_UP = "hand_up", N_("Hand up to the workshop (say why)")
    TAKING_UP = "taking_up", N_("Answer what was handed up")
    PRESS = "press", N_("Press (union)")
    PRESS_ANSWER = "press_answer", N_("Answer the workers' representative")
    STOP = "stop", N_("Stop work here")
    GO_ON = "go_on", N_("Let work go on here")
    PROPOSER = "proposer", N_("Name who proposes the reward")
    LOOK_AGAIN = "look_again", N_("Look again: is it still there?")


@dataclass(frozen=True, slots=True)
class Turn:
    """A stage the actor may take now."""

    stage: Stage
    clock: DeadlineKind | None
    """Which running clock says by when."""
    mine: bool = True
    """False: it may be done, but waits for somebody else or for nobody."""
    stands_in: bool = False
    """Waits for the actor once it is overdue."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the desk."""

    kind: str
    label: Sentence
    number: str
    href: str
    words: Sentence | str
    place: str
    due: Due | None
    urgent: bool = False
    drill: bool = False

    @property
    def key(self) -> str:
        """Return where the line stands: danger first, then what is due soonest."""
        moment = self.due.due_at.isoformat() if self.due and not self.due.paused else NEVER
        return f"{0 if self.urgent else 1}|{moment}|{self.number}|{self.kind}"


@dataclass(frozen=True, slots=True)
class Next:
    """What a case waits for, whoever looks."""

    words: Sentence
    due: Due | None
    who: tuple[str, ...] = ()
    """Whose it is: the names of those assigned, else of those who hold the task."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """One case seen by one actor on one day."""

    session: Session
    actor: Actor
    case: Case
    day: date

    def may(self, permission: Permission) -> bool:
        """Say whether the actor holds the permission over the case."""
        return self.actor.may(permission, self.case.unit_path)

    def is_a(self, part: Part) -> bool:
        """Say whether the actor has this part now."""
        return self.actor.person_id in self.running(part)

    def running(self, part: Part) -> set[int]:
        """Return who has this part now."""
        return {a.person_id for a in self.case.assignments if a.part is part and not a.ended_at}

    def of_desk(self) -> bool:
        """Say whether the actor's desk received a report of the case."""
        return any(may_read(self.session, self.actor, link.report) for link in self.case.reports)

    def fits(self, duty: Duty) -> bool:
        """Say whether the actor is among those who may take `duty`."""
        return self.actor.person_id in fitting(self.session, self.case, duty, self.day)


def turns(session: Session, actor: Actor, case: Case, now: datetime) -> list[Turn]:
    """Return the stages of the case that are open to the actor now, what waits first."""
    scene = _Scene(session, actor, case, day_of(now))
    found = [
        *_TURNS[case.state](scene), *_telling(scene), *_rewarding(scene), *_moving(scene, now),
        *_beside(scene),
    ]  # fmt: skip
    return sorted(found, key=lambda turn: not turn.mine)


def next_of(session: Session, case: Case, now: datetime) -> Next | None:
    """Return what the case waits for and by when; None once it is archived and not doubted."""
    clocks = {due.kind: due for due in running_of(session, [(case.kind, case.id)], now)}
    who = _names_of(session, _doers(session, case, day_of(now), shown=True))
    for words, kind in _NEXT[case.state]:
        if kind in clocks:
            by_itself = kind is DeadlineKind.ARCHIVE
            return Next(Sentence(words), clocks[kind], () if by_itself else who)
    if case.state is CaseState.ARCHIVED:
        return None
    return Next(Sentence(_NEXT[case.state][-1][0]), None, who)


_RUNNING = (Role.SAFETY_OFFICER, Role.HEAD, Role.UNION_REPRESENTATIVE, Role.AUDITOR)
"""Whose task a case is that is assigned to nobody: the first who sees it (decisions 15)."""


def whose(
    session: Session, subject: str, subject_id: int, clock: DeadlineKind, day: date
) -> list[int]:
    """Return who has to do what a clock that nobody holds runs for: the desk, or who decides."""
    if subject == Report.kind:
        report = session.get_one(Report, subject_id)
        roles = receiving_roles(report.desk, report.about, union=has_union_desk(session))
        return list_holders(session, roles, report.unit_path, day)
    case = session.get_one(Case, subject_id)
    if clock is DeadlineKind.AWARD:
        return list(fitting(session, case, Duty.APPROVER, day))
    asked = extending.pending(session, case) if clock is DeadlineKind.EXTENSION else None
    if asked:
        return extending.deciders(session, case, asked, day)
    return _office(session, case, day) if clock in _OF_DESK else _doers(session, case, day)


_OF_DESK = frozenset({DeadlineKind.FEEDBACK, DeadlineKind.HANDLE})
"""What the desk has to do whatever the state of the case."""


def _doers(session: Session, case: Case, day: date, *, shown: bool = False) -> list[int]:
    """Return whose the state of the case is; an assigned person stands for the task alone.

    With `shown`, whom a page names: nobody is left out for having reported it, which would tell.
    """
    fit = likely if shown else fitting
    assigned = _ASSIGNED.get(case.state)
    people = [a.person_id for a in case.assignments if a.part is assigned and not a.ended_at]
    if not people and case.state is CaseState.PLAN_SUBMITTED:
        people = list(fit(session, case, Duty.PLAN_APPROVER, day))
    if case.state is CaseState.SUBMITTED_FOR_CHECK:
        passed = passed_check(session, case)
        signs = cosigners(session, case, day, shown=shown) if passed else []
        people = signs or people or list(fit(session, case, Duty.CHECKER, day))
    return people or _office(session, case, day)


def _office(session: Session, case: Case, day: date) -> list[int]:
    office = next(role for role in _RUNNING if not case.is_hidden_from(role))
    return list_holders(session, [office], case.unit_path, day)


def _names_of(session: Session, people: list[int]) -> tuple[str, ...]:
    """Return at most three names."""
    names = names_of(session, people[:SHOWN])
    return tuple(names[each] for each in people[:SHOWN] if each in names)


def waiting_for(session: Session, actor: Actor, now: datetime) -> list[Item]:
    """Return what waits for the actor: reports, cases, and what was told up the ladder.

    Of the thousands that may be under way only those are read whole that could wait for them.
    """
    alive = _alive(session, actor, day_of(now))
    awake = without_measures(alive.where(~_asleep(actor, now))).order_by(Case.id)
    cases = list(session.scalars(awake))
    clocks = _clocks(session, ((case.kind, case.id) for case in cases), now)
    for foresee in (foresee_hands, foresee_told, foresee_verdicts, extending.foresee_clocks):
        foresee(session, cases)
    items = [
        *_reports(session, actor, now),
        *_receipts(session, actor, now),
        *_names(session, actor, alive),
    ]
    for case in cases:
        items += _items(session, actor, case, clocks.get(case.id, {}), now)
    return sorted(items, key=lambda item: item.key)


def following_report(session: Session, actor: Actor, number: str, now: datetime) -> str | None:
    """Return the report to be decided after this one, in the order of the desk; None if last."""
    others = [item for item in _reports(session, actor, now) if item.number != number]
    return min(others, key=lambda item: item.key).number if others else None


def next_due(session: Session, actor: Actor, now: datetime) -> date | None:
    """Return the last day of what runs out next among the cases the actor may see."""
    open_cases = visible_to(actor).where(Case.state.in_(open_states()))
    return next_among(session, Case.kind, open_cases.with_only_columns(Case.id), now)


def _items(
    session: Session, actor: Actor, case: Case, clocks: Mapping[DeadlineKind, Due], now: datetime
) -> list[Item]:
    items = []
    for turn in turns(session, actor, case, now):
        due = clocks.get(turn.clock) if turn.clock else None
        if turn.mine or (turn.stands_in and due and due.overdue):
            items.append(_item(case, turn.stage, turn.stage.label, due))
    if not items and (late := _told_up(session, actor, case, clocks.values(), now)):
        items.append(_item(case, "late", Sentence(N_("Late, told up to you")), late))
    return items


def _item(case: Case, kind: str, label: Sentence, due: Due | None) -> Item:
    return Item(
        str(kind), label, case.number, f"/cases/{case.number}", case.short_description,
        case.place_name, due, case.urgency is Urgency.EMERGENCY and case.state in open_states(),
        case.drill,
    )  # fmt: skip


def _told_up(
    session: Session, actor: Actor, case: Case, clocks: Iterable[Due], now: datetime
) -> Due | None:
    roles = policy_on(session, day_of(now)).policy.escalate_to
    for due in clocks:
        told = roles[1 : due.told]  # the first rung is the holder's own
        if due.overdue and any(actor.holds(role, case.unit_path) for role in told):
            return due
    return None


def _reports(session: Session, actor: Actor, now: datetime) -> Iterator[Item]:
    found = list_waiting(session, actor)
    waiting = [r for r in found if r.state is ReportState.SUBMITTED and not r.drill]
    clocks = _clocks(session, ((r.kind, r.id) for r in waiting), now)
    for report in waiting:
        due = clocks.get(report.id, {}).get(DeadlineKind.ACCEPT)
        label = Sentence(N_("Decide on the report"))
        yield _report_item(report, "accept", label, due)


def _receipts(session: Session, actor: Actor, now: datetime) -> Iterator[Item]:
    """Yield what was handed on and whose receipt has not come."""
    waiting = [report for report in list_unreceipted(session, actor) if not report.drill]
    clocks = _clocks(session, ((r.kind, r.id) for r in waiting), now)
    for report in waiting:
        due = clocks.get(report.id, {}).get(DeadlineKind.RECEIPT)
        yield _report_item(report, "receipt", DeadlineKind.RECEIPT.label, due)


def _names(session: Session, actor: Actor, cases: Select[Case]) -> Iterator[Item]:
    """Yield the typed names nobody has matched yet; they hold up the payment."""
    ids = cases.with_only_columns(Case.id)
    for report in list_unmatched(
        session, select(CaseReport.report_id).where(CaseReport.case_id.in_(ids))
    ):
        if may_identify(session, actor, report) and may_read(session, actor, report):
            label = Sentence(N_("Match the name to a person"))
            yield _report_item(report, "match", label, None)


def _report_item(report: Report, kind: str, label: Sentence, due: Due | None) -> Item:
    urgent = kind == "accept" and report.urgency is Urgency.EMERGENCY
    return Item(
        kind, label, report.number, f"/reports/{report.number}", report.category.label,
        report.place_name, due, urgent, report.drill,
    )  # fmt: skip


def _clocks(
    session: Session, subjects: Iterable[tuple[str, int]], now: datetime
) -> dict[int, dict[DeadlineKind, Due]]:
    found: dict[int, dict[DeadlineKind, Due]] = {}
    for due in running_of(session, subjects, now):
        found.setdefault(due.subject_id, {}).setdefault(due.kind, due)
    return found


def _alive(session: Session, actor: Actor, day: date) -> Select[Case]:
    """Return the query of visible cases somebody still has to do something about."""
    kinds = (DeadlineKind.FEEDBACK, DeadlineKind.LOOK_AGAIN)
    owed = _unproposed() & Case.drill.is_(False) & ~earns_nothing_to(session, day)
    return visible_to(actor).where(
        or_(Case.state.in_(open_states()), _runs(Deadline.kind.in_(kinds)), owed)
    )


def _asleep(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a case goes on by other hands: no turn of it is the actor's.

    The turns themselves are told by `turns`; this only spares reading what has none, so it errs
    towards reading. Somebody else is named, nothing is late, and nothing beside it is open.
    """
    named = (Assignment.case_id == Case.id, Assignment.ended_at.is_(None))
    held = [(Case.state == s) & exists().where(*named, Assignment.part == p) for s, p in _HELD]
    return and_(
        or_(*held),
        ~exists().where(*named, Assignment.person_id == actor.person_id),
        ~_runs(Deadline.due_at <= now),
        ~exists().where(Remark.case_id == Case.id, Remark.ended_at.is_(None)),
        ~exists().where(Extension.case_id == Case.id, Extension.state == ExtensionState.ASKED),
        Case.control_failed_at.is_(None),
        or_(Case.state == CaseState.VERIFYING, ~_untold()),
        ~_unproposed(),
    )


def _runs(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Deadline.subject_kind == Case.kind, Deadline.subject_id == Case.id,
        Deadline.done_at.is_(None), which,
    )  # fmt: skip


def _untold() -> ColumnElement[bool]:
    told = exists().where(
        Feedback.case_id == Case.id, Feedback.report_id == CaseReport.report_id,
        Feedback.reopened == Case.reopened,
    )  # fmt: skip
    return exists().where(CaseReport.case_id == Case.id, ~told)


def _unproposed() -> ColumnElement[bool]:
    proposed = exists().where(Declaration.case_id == Case.id, Declaration.stage == AWARD_PROPOSAL)
    return Case.reward_level.is_not(None) & ~proposed


def _accepted(scene: _Scene) -> Iterator[Turn]:
    if scene.may(Permission.CASE_ASSIGN):
        desk = scene.of_desk()
        yield Turn(Stage.VERIFIERS, DeadlineKind.VERIFY, mine=desk, stands_in=True)


def _verifying(scene: _Scene) -> Iterator[Turn]:
    quick, asked = scene.case.quick, scene.running(Part.VERIFIER)
    if scene.is_a(Part.VERIFIER) and quick:
        yield Turn(Stage.CONFIRMATION, DeadlineKind.CONFIRM)
    elif (
        quick
        and scene.may(Permission.CASE_GRADE)
        and signing.is_first_hand(scene.session, scene.case, scene.actor.person_id)
    ):
        yield Turn(Stage.SIGNATURE, None, mine=False)
    elif scene.is_a(Part.VERIFIER):
        yield Turn(Stage.VERIFICATION, DeadlineKind.VERIFY)
    if scene.may(Permission.CASE_ASSIGN):
        mine = not asked and scene.of_desk()
        clock = DeadlineKind.CONFIRM if quick else DeadlineKind.VERIFY
        yield Turn(Stage.VERIFIERS, clock, mine=mine, stands_in=not asked)


def _verified(scene: _Scene) -> Iterator[Turn]:
    if scene.may(Permission.CASE_GRADE):
        yield Turn(Stage.GRADING, DeadlineKind.GRADE, mine=scene.of_desk(), stands_in=True)
    if scene.may(Permission.CASE_ASSIGN):
        yield Turn(Stage.VERIFIERS, None, mine=False)


def _planning(scene: _Scene) -> Iterator[Turn]:
    owned = bool(scene.running(Part.OWNER))
    if scene.is_a(Part.OWNER):
        yield Turn(Stage.PLAN, DeadlineKind.PLAN)
    if scene.may(Permission.CASE_ASSIGN):
        mine = not owned and scene.of_desk()
        yield Turn(Stage.OWNER, DeadlineKind.PLAN, mine=mine, stands_in=not owned)
        if not scene.is_a(Part.OWNER):
            yield Turn(Stage.PLAN, DeadlineKind.PLAN, mine=False)


def _plan_submitted(scene: _Scene) -> Iterator[Turn]:
    if scene.fits(Duty.PLAN_APPROVER):
        yield Turn(Stage.PLAN_APPROVAL, DeadlineKind.PLAN_APPROVAL)


def _rectifying(scene: _Scene) -> Iterator[Turn]:
    if scene.is_a(Part.OWNER):
        yield Turn(Stage.COMPLETION, DeadlineKind.RECTIFY)
    elif scene.may(Permission.CHECKLIST_USE):
        yield Turn(Stage.PROGRESS, DeadlineKind.RECTIFY, mine=False)
    if scene.may(Permission.CASE_ASSIGN):
        yield Turn(Stage.OWNER, None, mine=False)


def _to_be_checked(scene: _Scene) -> Iterator[Turn]:
    if passed_check(scene.session, scene.case):
        if scene.actor.person_id in cosigners(scene.session, scene.case, scene.day):
            yield Turn(Stage.COSIGN, DeadlineKind.CHECK)
        return
    named = scene.running(Part.CHECKER)
    if (scene.may(Permission.CASE_CHECK) or scene.is_a(Part.CHECKER)) and scene.fits(Duty.CHECKER):
        yield Turn(Stage.CHECK, DeadlineKind.CHECK, mine=not named or scene.is_a(Part.CHECKER))
    if scene.may(Permission.CASE_ASSIGN):
        nobody = not named and not _somebody_checks(scene)
        yield Turn(Stage.CHECKER, DeadlineKind.CHECK, mine=nobody and scene.of_desk())


def _somebody_checks(scene: _Scene) -> bool:
    """Say whether one of those who may check holds a role that does; else one is named."""
    usual = list_holders(scene.session, _CHECKING, scene.case.unit_path, scene.day)
    return not set(usual).isdisjoint(fitting(scene.session, scene.case, Duty.CHECKER, scene.day))


def _over(scene: _Scene) -> Iterator[Turn]:
    if reopening.is_over(scene.case) and scene.may(Permission.CASE_ASSIGN):
        doubted = extending.clock_of(scene.session, scene.case, DeadlineKind.LOOK_AGAIN) is not None
        yield Turn(Stage.LOOK_AGAIN, DeadlineKind.LOOK_AGAIN, mine=doubted)


def _telling(scene: _Scene) -> Iterator[Turn]:
    if scene.case.state not in TELLABLE or not scene.may(Permission.CASE_INFORM):
        return
    untold = uninformed(scene.session, scene.case)
    if any(
        may_read(scene.session, scene.actor, report) for report in untold
    ):  # each desk tells its own
        yield Turn(Stage.FEEDBACK, DeadlineKind.FEEDBACK)


def _rewarding(scene: _Scene) -> Iterator[Turn]:
    case, session = scene.case, scene.session
    graded = case.reward_level is not None and (case.quick or case.state in _REWARDABLE)
    asked = scene.is_a(Part.PROPOSER)
    names = scene.may(Permission.CASE_ASSIGN) and proposing.is_asked(session, case)
    if not graded or not (asked or names or scene.may(Permission.AWARD_PROPOSE)):
        return
    stand = any(link.report.state is not ReportState.WITHDRAWN for link in case.reports)
    if case.drill or not stand or earns_nothing(session, case, scene.day):
        return
    hands = hands_of(session, case)
    if names:
        yield Turn(Stage.PROPOSER, None, mine=hands.proposer is None)
    free = hands.proposer is None and scene.may(Permission.AWARD_PROPOSE)
    if asked or (free and scene.actor.person_id not in barred(Duty.PROPOSER, hands)):
        yield Turn(Stage.AWARD, None)


def _moving(scene: _Scene, now: datetime) -> Iterator[Turn]:
    """Yield what can be done about the date: move it in time, or explain (words 91, 92)."""
    session, case = scene.session, scene.case
    asked = extending.pending(session, case) if case.extensions else None
    if asked and scene.actor.person_id in extending.deciders(session, case, asked, scene.day):
        yield Turn(Stage.EXTENSION_DECISION, DeadlineKind.EXTENSION)
    if case.state is CaseState.RECTIFYING and scene.is_a(Part.OWNER):
        if extending.can_ask(session, case, DeadlineKind.RECTIFY, now):
            yield Turn(Stage.EXTENSION, None, mine=False)
        elif extending.is_late(session, case, DeadlineKind.RECTIFY, now):
            yield Turn(Stage.EXPLANATION, None, mine=False)


def handling_turn(session: Session, actor: Actor, case: Case, now: datetime) -> Turn | None:
    """Return the stage that asks for more time to handle the report, once its end is near.

    It never waits on the desk, so only the page of the case asks for it.
    """
    if not actor.may(Permission.CASE_ASSIGN, case.unit_path):
        return None
    near = extending.is_near(session, case, DeadlineKind.HANDLE, now)
    asked = near and extending.can_ask(session, case, DeadlineKind.HANDLE, now)
    return Turn(Stage.HANDLING, None, mine=False) if asked else None


def _beside(scene: _Scene) -> Iterator[Turn]:
    """Yield what is said beside the case, whatever its state."""
    if scene.case.state in beside.PRESSABLE:
        kinds = {each.kind for each in scene.case.remarks if each.ended_at is None}
        yield from _answering(scene, kinds)
        yield from _saying(scene, kinds)


def _answering(scene: _Scene, kinds: set[RemarkKind]) -> Iterator[Turn]:
    case, assigns = scene.case, scene.may(Permission.CASE_ASSIGN)
    if RemarkKind.HANDED_UP in kinds and (assigns or scene.may(Permission.PLAN_APPROVE)):
        asker = beside.find_open(case, RemarkKind.HANDED_UP)[0].by_id
        mine = beside.answerers(scene.session, case, scene.day, asker)
        yield Turn(Stage.TAKING_UP, None, mine=scene.actor.person_id in mine)
    if assigns and kinds & beside.ANSWERABLE:
        yield Turn(Stage.PRESS_ANSWER, None)
    if assigns and RemarkKind.STOPPED in kinds:
        yield Turn(Stage.GO_ON, None, mine=False)


def _saying(scene: _Scene, kinds: set[RemarkKind]) -> Iterator[Turn]:
    case, owns = scene.case, scene.is_a(Part.OWNER)
    failed = case.control_failed_at is not None
    if case.interim_control and (owns or (failed and scene.may(Permission.CASE_ASSIGN))):
        yield Turn(Stage.CONTROL, None, mine=failed)
    handable = case.state in beside.HANDABLE and RemarkKind.HANDED_UP not in kinds
    if handable and (owns or scene.may(Permission.CHECKLIST_USE)):
        yield Turn(Stage.HAND_UP, None, mine=False)
    if scene.may(Permission.CASE_COSIGN):
        yield Turn(Stage.PRESS, None, mine=False)
    if RemarkKind.STOPPED not in kinds and beside.may_stop(scene.actor, case):
        yield Turn(Stage.STOP, None, mine=False)


_REWARDABLE = TELLABLE | {CaseState.ARCHIVED}
"""A reward nobody proposed in time is still owed once the file is shut."""
_CHECKING = [role for role, held in ROLE_PERMISSIONS.items() if Permission.CASE_CHECK in held]
_S = CaseState
_TURNS: Mapping[CaseState, Callable[[_Scene], Iterator[Turn]]] = {
    _S.ACCEPTED: _accepted,
    _S.VERIFYING: _verifying,
    _S.VERIFIED: _verified,
    _S.UNCONFIRMED: _over,
    _S.PLANNING: _planning,
    _S.PLAN_SUBMITTED: _plan_submitted,
    _S.RECTIFYING: _rectifying,
    _S.SUBMITTED_FOR_CHECK: _to_be_checked,
    _S.CLOSED: _over,
    _S.ARCHIVED: _over,
}

_LOOK = (N_("The reporter says it is still there; somebody looks again"), DeadlineKind.LOOK_AGAIN)
_TELL = (N_("The reporter is to be told the result"), DeadlineKind.FEEDBACK)
_FILE = (N_("It is archived by itself"), DeadlineKind.ARCHIVE)
_NEXT: Mapping[CaseState, tuple[tuple[str, DeadlineKind], ...]] = {
    _S.ACCEPTED: ((N_("Two verifiers are to be named"), DeadlineKind.VERIFY),),
    _S.VERIFYING: (
        (N_("The second person is to confirm"), DeadlineKind.CONFIRM),
        (N_("Two people check on the spot"), DeadlineKind.VERIFY),
    ),
    _S.VERIFIED: ((N_("It is to be graded"), DeadlineKind.GRADE),),
    _S.UNCONFIRMED: (_LOOK, _TELL, _FILE),
    _S.PLANNING: ((N_("The plan is to be made"), DeadlineKind.PLAN),),
    _S.PLAN_SUBMITTED: ((N_("The plan waits for approval"), DeadlineKind.PLAN_APPROVAL),),
    _S.RECTIFYING: ((N_("It is being rectified"), DeadlineKind.RECTIFY),),
    _S.SUBMITTED_FOR_CHECK: ((N_("Other hands check the work"), DeadlineKind.CHECK),),
    _S.CLOSED: (_LOOK, _TELL, _FILE),
    _S.ARCHIVED: (_LOOK,),
}
