"""What the form of each stage of a case proposes, and what it chooses from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from flask import request
from werkzeug.datastructures import MultiDict

from hazard.access.duties import Part as Duty
from hazard.cases import extending, proposing, rectification, reopening
from hazard.cases.assigning import holder
from hazard.cases.choices import choices_for, employees
from hazard.cases.hands import plan_of
from hazard.cases.queries import list_told, readable_reports
from hazard.cases.rectification import Draft
from hazard.cases.terms import Part, Verdict
from hazard.cases.waiting import Stage
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.money import ZERO
from hazard.core.words import say
from hazard.deadlines.terms import DeadlineKind
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import SUB_CODES
from hazard.rewards.awards import lines_of
from hazard.web.doorway import actor, language, person_id, reading
from hazard.web.forms import Filled
from hazard.web.grades import classing_choices, classing_proposed, level_shown
from hazard.web.ready import moved_words, result_words
from hazard.web.thumbnails import Thumbnail

if TYPE_CHECKING:
    from hazard.cases.models import Case


class Fresh(Filled):
    """A form beside one that was refused: it keeps nothing of what was sent."""

    def __init__(self, proposed: Mapping[str, object] | None = None) -> None:
        super().__init__(proposed)
        self._typed = MultiDict()

    def photos(self, _: str) -> list[Thumbnail]:
        """Return none: they belong to the other form."""
        return []


def form_of(case: "Case", stage: Stage, posted: str, error: HazardError | None) -> Filled:
    """Return what the form of a stage shows: what is proposed, or what was `posted` and refused."""
    proposed = _PROPOSED.get(stage, _nothing)(case)
    return Filled(proposed, error) if stage == posted and error else Fresh(proposed)


def offered(case: "Case", stages: Sequence[Stage]) -> dict[str, object]:
    """Return what the forms of these stages choose from."""
    today = clock.today()
    found: dict[str, object] = {}
    for stage in stages:
        found |= _OFFERED.get(stage, _nothing)(case)
    people = {
        name: choices_for(reading(), actor(), case, duty, today)
        for stage, name, duty in _PEOPLE
        if stage in stages and (stage is not Stage.VERIFIERS or _duty_of(case) is duty)
    }
    return {**found, **people}


def _duty_of(case: "Case") -> Duty:
    """Return whom the form of the verifiers asks for: a pair, or another second hand."""
    return Duty.CONFIRMER if case.quick else Duty.VERIFIER


def _nothing(_: "Case") -> dict[str, object]:
    return {}


def _proposed_grade(case: "Case") -> dict[str, object]:
    return {
        "hurt": case.hurt, "likely": case.likely, "gravity": case.gravity or "no",
        "sub_code": case.sub_code, "short_description": case.short_description,
        **classing_proposed(case.classing),
    }  # fmt: skip


def _proposed_owner(case: "Case") -> dict[str, object]:
    return {"person": rectification.propose(reading(), case, clock.today()).owner_id}


def _proposed_plan(case: "Case") -> dict[str, object]:
    returned = case.plans[-1] if case.plans else None
    if returned:
        due: date | None = returned.due_on
        if returned.due_on < clock.today():
            due = rectification.usual_date(reading(), case, clock.today())
        draft = Draft(
            returned.owner_id, tuple(measure.text for measure in returned.measures),
            returned.funds, due, returned.contingency, case.interim_control,
        )  # fmt: skip
    else:
        draft = rectification.propose(reading(), case, clock.today())
    usual = get_plant(reading()).standard_plan
    as_usual = bool(usual) and draft.contingency == usual
    return {
        "owner": draft.owner_id,
        "measures": "\n".join(draft.measures),
        "funds": (draft.funds or ZERO).short,
        "due_on": draft.due_on.isoformat() if draft.due_on else "",
        "standard_plan": usual,
        "usual_plan": "yes" if as_usual else "no",
        "contingency": "" if as_usual else draft.contingency,
        "interim_control": draft.interim_control,
    }


def _proposed_completion(case: "Case") -> dict[str, object]:
    plan_now = plan_of(case)
    spent = case.actual_cost if case.reopened else None  # what was put right before cost this much
    return {"cost": spent.short if spent else plan_now.funds.short if plan_now else "0"}


def _proposed_look(case: "Case") -> dict[str, object]:
    usual = rectification.usual_date(reading(), case, clock.today())
    return {"due_on": usual.isoformat() if usual else ""}


_PROPOSED: Mapping[Stage, Callable[["Case"], dict[str, object]]] = {
    Stage.GRADING: _proposed_grade,
    Stage.OWNER: _proposed_owner,
    Stage.PLAN: _proposed_plan,
    Stage.COMPLETION: _proposed_completion,
    Stage.LOOK_AGAIN: _proposed_look,
    Stage.SIGNATURE: lambda case: {"signer": holder(case, Part.VERIFIER)},
    Stage.VERIFICATION: lambda _: {"fixer": person_id(), "on_site": True},
}

_PEOPLE = (
    (Stage.VERIFIERS, "verifiers", Duty.VERIFIER),
    (Stage.VERIFIERS, "confirmers", Duty.CONFIRMER),
    (Stage.SIGNATURE, "signers", Duty.CONFIRMER),
    (Stage.OWNER, "owners", Duty.OWNER),
    (Stage.PLAN, "owners", Duty.OWNER),
    (Stage.CHECKER, "checkers", Duty.CHECKER),
    (Stage.TAKING_UP, "owners", Duty.OWNER),
)
"""Whom the form of a stage offers, and under which name."""


def _offers_verdicts(_: "Case") -> dict[str, object]:
    return {"verdicts": list(Verdict), "everyone": employees(reading(), clock.today())}


def _offers_outsiders(_: "Case") -> dict[str, object]:
    wanted = policy_on(reading(), clock.today()).policy.hands.outsiders
    return {"outsiders": [(level, least) for level, least in wanted.items() if least][:1]}


def _offers_limit(_: "Case") -> dict[str, object]:
    return {"costly_above": policy_on(reading(), clock.today()).policy.hands.costly_above}


def _offers_levels(case: "Case") -> dict[str, object]:
    form = form_of(case, Stage.GRADING, "", None)
    answers = request.form if request.method == "POST" else None
    values = answers or {name: form.value(name) for name in ("hurt", "likely", "gravity")}
    return {
        "codes": SUB_CODES[case.category],
        **level_shown(values, quick=False),
        **classing_choices(),
    }


def _offers_words(case: "Case") -> dict[str, object]:
    told = {each.report_id for each in list_told(reading(), case)}
    return {
        "untold": [
            report for report in readable_reports(reading(), actor(), case) if report.id not in told
        ],
        "ready": [(label, say(words, language())) for label, words in result_words(case)],
    }


def _offers_reward(case: "Case") -> dict[str, object]:
    policy = policy_on(reading(), clock.today()).policy
    return {
        "lines": lines_of(reading(), case, clock.today(), out_of_post=False),
        "has_column": policy.rewards.out_of_post is not None,
    }


def _offers_dates(case: "Case") -> dict[str, object]:
    return {"standing": extending.standing_of(reading(), case, DeadlineKind.RECTIFY)}


def _offers_proposers(case: "Case") -> dict[str, object]:
    today = clock.today()
    return {"proposers": employees(reading(), today, proposing.proposers(reading(), case, today))}


def _offers_look(case: "Case") -> dict[str, object]:
    return {
        "doubted": bool(reopening.doubters(reading(), case)),
        "stands": rectification.can_stand_again(reading(), case, clock.today()),
    }


def _offers_handling(case: "Case") -> dict[str, object]:
    return {"handling": extending.standing_of(reading(), case, DeadlineKind.HANDLE)}


def _offers_decision(case: "Case") -> dict[str, object]:
    asked = extending.pending(reading(), case)
    words = say(moved_words(asked), language()) if asked else ""
    return {"asked": asked, "reporters_read": words}


_OFFERED: Mapping[Stage, Callable[["Case"], dict[str, object]]] = {
    Stage.EXTENSION: _offers_dates,
    Stage.HANDLING: _offers_handling,
    Stage.EXTENSION_DECISION: _offers_decision,
    Stage.VERIFIERS: _offers_outsiders,
    Stage.PLAN: _offers_limit,
    Stage.VERIFICATION: _offers_verdicts,
    Stage.GRADING: _offers_levels,
    Stage.FEEDBACK: _offers_words,
    Stage.LOOK_AGAIN: _offers_look,
    Stage.PROPOSER: _offers_proposers,
    Stage.AWARD: _offers_reward,
}
