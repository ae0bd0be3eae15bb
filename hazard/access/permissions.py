"""The permissions, and the one table that says which role holds which (domain 3.2)."""

from collections.abc import Mapping
from enum import StrEnum

from hazard.core.words import N_, Term


class Permission(StrEnum):
    """`subject:act`, alphabetical within a subject."""

    AUDIT_READ = "audit:read"
    AWARD_DECIDE = "award:decide"
    AWARD_PROPOSE = "award:propose"
    AWARD_READ = "award:read"
    BUDGET_APPROVE = "budget:approve"
    BUDGET_MAKE = "budget:make"
    CASE_ASSIGN = "case:assign"
    CASE_CHECK = "case:check"
    CASE_COSIGN = "case:cosign"
    CASE_GRADE = "case:grade"
    CASE_INFORM = "case:inform"
    CASE_READ = "case:read"
    CHECKLIST_USE = "checklist:use"
    DUTY_KEEP = "duty:keep"
    GOLIVE_KEEP = "golive:keep"
    """See which of the five ticks before the start is missing, and note when people were told."""
    LEDGER_KEEP = "ledger:keep"
    LEDGER_READ = "ledger:read"
    MORNING_READ = "morning:read"
    PACK_MAKE = "pack:make"
    PEOPLE_KEEP = "people:keep"
    PEOPLE_READ = "people:read"
    PLACES_KEEP = "places:keep"
    PLAN_APPROVE = "plan:approve"
    PLANT_KEEP = "plant:keep"
    POLICY_KEEP = "policy:keep"
    POSTERS_KEEP = "posters:keep"
    REPORT_IDENTIFY = "report:identify"
    REPORT_READ_ORIGINAL = "report:read_original"
    REPORT_RECEIVE = "report:receive"
    REPORT_REGISTER = "report:register"
    """Key in what came on paper, by telephone or face to face."""
    ROLES_KEEP = "roles:keep"
    SEALING_KEEP = "sealing:keep"
    SEALING_OPEN = "sealing:open"
    SETTLEMENT_APPROVE = "settlement:approve"
    SETTLEMENT_CHECK = "settlement:check"
    SETTLEMENT_MAKE = "settlement:make"
    SETTLEMENT_NAMES = "settlement:names"
    SETTLEMENT_PAY = "settlement:pay"
    SETTLEMENT_READ = "settlement:read"
    SETTLEMENT_TIE = "settlement:tie"
    """See which line of the approval version is which payout; every look is recorded."""
    SLIPS_OFFICE = "slips:office"
    WATCH_USE = "watch:use"
    """See open urgent reports on the watch screen: place and kind, nothing else."""
    WORK = "work:do"
    """Held by every employee: log in, see one's own, take what one is assigned to."""


class Role(Term):
    """A job a person holds in a unit and everything under it."""

    HEAD = "head", N_("Plant manager")
    SAFETY_OFFICER = "safety_officer", N_("Safety officer")
    FINANCE = "finance", N_("Finance")
    SHIFT_LEADER = "shift_leader", N_("Shift leader")
    UNION_REPRESENTATIVE = "union_representative", N_("Workers' representative")
    WORKSHOP_HEAD = "workshop_head", N_("Workshop head")
    SAFETY_MANAGER = "safety_manager", N_("Safety manager")
    ADMINISTRATOR = "administrator", N_("Administrator")
    AUDITOR = "auditor", N_("Auditor")
    GATE_HOUSE = "gate_house", N_("Gate house")


_P = Permission

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.HEAD: frozenset(
        {
            _P.AUDIT_READ,
            _P.AWARD_DECIDE,
            _P.AWARD_READ,
            _P.BUDGET_APPROVE,
            _P.CASE_ASSIGN,
            _P.CASE_CHECK,
            _P.CASE_GRADE,
            _P.CASE_INFORM,
            _P.CASE_READ,
            _P.DUTY_KEEP,
            _P.GOLIVE_KEEP,
            _P.LEDGER_KEEP,
            _P.LEDGER_READ,
            _P.MORNING_READ,
            _P.PACK_MAKE,
            _P.PEOPLE_READ,
            _P.PLAN_APPROVE,
            _P.PLANT_KEEP,
            _P.POLICY_KEEP,
            _P.REPORT_IDENTIFY,
            _P.REPORT_READ_ORIGINAL,
            _P.REPORT_RECEIVE,
            _P.ROLES_KEEP,
            _P.SEALING_KEEP,
            _P.SETTLEMENT_APPROVE,
            _P.SETTLEMENT_NAMES,
            _P.SETTLEMENT_READ,
            _P.SETTLEMENT_TIE,
            _P.SLIPS_OFFICE,
            _P.WATCH_USE,
        }
    ),
    Role.SAFETY_OFFICER: frozenset(
        {
            _P.AWARD_PROPOSE,
            _P.AWARD_READ,
            _P.CASE_ASSIGN,
            _P.CASE_CHECK,
            _P.CASE_GRADE,
            _P.CASE_INFORM,
            _P.CASE_READ,
            _P.CHECKLIST_USE,
            _P.DUTY_KEEP,
            _P.GOLIVE_KEEP,
            _P.LEDGER_KEEP,
            _P.LEDGER_READ,
            _P.PACK_MAKE,
            _P.PEOPLE_KEEP,
            _P.PEOPLE_READ,
            _P.PLACES_KEEP,
            _P.POSTERS_KEEP,
            _P.REPORT_IDENTIFY,
            _P.REPORT_READ_ORIGINAL,
            _P.REPORT_RECEIVE,
            _P.REPORT_REGISTER,
            _P.SEALING_KEEP,
            _P.SEALING_OPEN,
            _P.SETTLEMENT_MAKE,
            _P.SETTLEMENT_READ,
            _P.WATCH_USE,
        }
    ),
    Role.FINANCE: frozenset(
        {
            _P.AWARD_READ,
            _P.BUDGET_MAKE,
            _P.SETTLEMENT_CHECK,
            _P.SETTLEMENT_NAMES,
            _P.SETTLEMENT_PAY,
            _P.SETTLEMENT_READ,
        }
    ),
    Role.SHIFT_LEADER: frozenset(
        {_P.CASE_READ, _P.CASE_CHECK, _P.CHECKLIST_USE, _P.REPORT_REGISTER}
    ),
    Role.UNION_REPRESENTATIVE: frozenset(
        {
            _P.CASE_COSIGN,
            _P.CASE_INFORM,
            _P.CASE_READ,
            _P.LEDGER_READ,
            _P.REPORT_IDENTIFY,
            _P.REPORT_READ_ORIGINAL,
            _P.REPORT_RECEIVE,
            _P.REPORT_REGISTER,
            _P.SEALING_KEEP,
            _P.SEALING_OPEN,
            _P.SETTLEMENT_READ,
        }
    ),
    Role.WORKSHOP_HEAD: frozenset(
        {_P.CASE_READ, _P.CASE_CHECK, _P.CHECKLIST_USE, _P.LEDGER_READ, _P.PLAN_APPROVE}
    ),
    Role.SAFETY_MANAGER: frozenset(
        {
            _P.AWARD_DECIDE,
            _P.AWARD_READ,
            _P.CASE_ASSIGN,
            _P.CASE_CHECK,
            _P.CASE_READ,
            _P.DUTY_KEEP,
            _P.LEDGER_READ,
            _P.SEALING_KEEP,
            _P.SEALING_OPEN,
            _P.SETTLEMENT_READ,
            _P.WATCH_USE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {_P.PEOPLE_READ, _P.PLANT_KEEP, _P.POLICY_KEEP, _P.ROLES_KEEP, _P.SLIPS_OFFICE}
    ),
    Role.AUDITOR: frozenset(
        {
            _P.AUDIT_READ,
            _P.AWARD_READ,
            _P.CASE_READ,
            _P.LEDGER_READ,
            _P.PACK_MAKE,
            _P.REPORT_READ_ORIGINAL,
            _P.REPORT_RECEIVE,
            _P.SETTLEMENT_READ,
            _P.SETTLEMENT_TIE,
        }
    ),
    Role.GATE_HOUSE: frozenset({_P.WATCH_USE}),
}

OFFICE_ROLES = frozenset(Role) - {Role.SHIFT_LEADER, Role.GATE_HOUSE}
"""Only the keeper of roles prints activation slips for holders of these."""

MONEY_ROLES = frozenset(
    role
    for role, held in ROLE_PERMISSIONS.items()
    if held
    & {
        _P.AWARD_DECIDE,
        _P.AWARD_PROPOSE,
        _P.BUDGET_APPROVE,
        _P.BUDGET_MAKE,
        _P.SETTLEMENT_APPROVE,
        _P.SETTLEMENT_CHECK,
        _P.SETTLEMENT_MAKE,
        _P.SETTLEMENT_PAY,
    }
)
"""A slip for a holder of these is told to that person and to the head."""
