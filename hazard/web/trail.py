"""The events of the trail in plain words: every kind of thing that is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hazard.audit.queries import Happening, list_latest
from hazard.cases.queries import numbers_seen
from hazard.cases.states import Step
from hazard.cases.timeline import BY_REPORTER, CASE_WORDS, REPORT_WORDS
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence
from hazard.people.queries import names_of
from hazard.reports.queries import numbers_received
from hazard.web.doorway import actor, reading

SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "report": REPORT_WORDS,
    "case": {
        **CASE_WORDS,
        "joined": N_("A report was added"),
        Step.REOPEN: N_("Opened again: it was not really fixed"),
        Step.REOPEN_PLAN: N_("Opened again: it was not really fixed; a plan is needed"),
        Step.VERIFY_AGAIN: N_("Opened again: it is verified anew"),
        "split_off": N_("Split off from a report"),
        "first_changed": N_("Another report counts as the first now"),
        "merged": N_("Another hazard was put together with this one"),
        Step.MERGE: N_("Put together with an older hazard"),
        "found": N_("A finding was put down"),
        "confirmed": N_("Confirmed"),
        "graded": N_("Graded"),
        "graded_fixed": N_("Graded, fixed already"),
        "quickly_handled": N_("Handled on the spot, waits for the second person"),
        "completed": N_("Done, check asked for"),
        "award_proposed": N_("Reward proposed"),
    },
    "photo": {
        "released": N_("A photo was shown to those who fix it"),
        "hidden": N_("A photo was hidden from those who fix it"),
    },
    "duty": {"set": N_("Duty roster changed"), "cleared": N_("Duty roster changed")},
    "handover": {"given": N_("Shift handed over"), "taken": N_("Shift taken over")},
    "budget": {
        "entered": N_("Budget entered"),
        "approved": N_("Budget approved"),
        "withdrawn": N_("Budget withdrawn"),
    },
    "posting": {"made": N_("Entry in the ledger of rewards")},
    "settlement": {
        "drafted": N_("Settlement drawn up"),
        "checked": N_("Settlement checked"),
        "sent_back": N_("Settlement sent back"),
        "locked": N_("Settlement approved and locked"),
        "paid": N_("Settlement paid"),
        "payment_failed": N_("A payment failed"),
        "line_taken_out": N_("A line was taken out of the settlement"),
        "printed": N_("Sheet printed"),
        "scan_added": N_("Signed sheet attached"),
        "scan_removed": N_("Signed sheet taken away"),
        "tied": N_("Approval and finance version compared line by line"),
        "payroll_exported": N_("Exported for payroll"),
        "payees_opened": N_("Sealed payees opened to pay"),
    },
    "echo": {"published": N_("Weekly echo put up")},
    "sealing_key": {"made": N_("Key for sealed names made")},
    "guardian": {
        "appointed": N_("Guardian's sheet made"),
        "kept": N_("Guardian's sheet printed or saved"),
        "ended": N_("Guardian's sheet no longer accepted"),
    },
    "payout_key": {"made": N_("Payout passphrase set")},
    "person": {
        "added": N_("Person added"),
        "changed": N_("Person changed"),
        "moved": N_("Person moved to another unit"),
        "left": N_("Person left"),
        "activated": N_("Login opened with a slip"),
    },
    "role_holding": {"granted": N_("Role given"), "ended": N_("Role taken back")},
    "activation_slip": {"issued": N_("Login slip printed")},
    "login_session": {"opened": N_("Logged in")},
    "unit": {
        "added": N_("Unit added"),
        "renamed": N_("Unit renamed"),
        "closed": N_("Unit closed"),
        "shifts_set": N_("Shifts set"),
        "roster_applied": N_("People imported"),
        "places_applied": N_("Places imported"),
        "people_import_undone": N_("Import of people taken back"),
        "places_import_undone": N_("Import of places taken back"),
    },
    "place": {
        "added": N_("Place added"),
        "renamed": N_("Place renamed"),
        "moved": N_("Place moved to another unit"),
        "owner_set": N_("Person in charge of a place set"),
        "closed": N_("Place closed"),
        "risk_point_set": N_("Number of a risk point set"),
        "phones_forbidden": N_("Phones forbidden at a place"),
        "phones_allowed": N_("Phones allowed at a place again"),
    },
    "poster": {
        "made": N_("Poster made"),
        "printed": N_("Poster printed"),
        "redesigned": N_("Design of a poster changed"),
        "hung": N_("Poster hung and photographed"),
        "test_asked": N_("Test scan of a poster asked for"),
        "tested": N_("A phone opened a poster in a test"),
        "moved": N_("Poster moved to another place"),
        "retired": N_("Poster retired"),
    },
    "paper_batch": {
        "asked": N_("Paper slips asked for"),
        "printed": N_("Paper slips made"),
        "fetched": N_("Paper slips fetched for printing"),
        "voided": N_("Unused paper slips declared worthless"),
    },
    "plant": {
        "founded": N_("Plant set up"),
        "facts_set": N_("Facts of the plant set"),
        "words_set": N_("The plant's own words set"),
        "test_code_made": N_("Test code made"),
        "reached": N_("A phone opened the test code"),
        "rule_adopted": N_("The rule was issued"),
        "told": N_("It was noted when people were told how to report"),
        "running": N_("The plant began to work with it"),
        "exported": N_("Records were taken out"),
        "clock_doubted": N_("The server's clock jumped"),
    },
    "ledger_template": {
        "added": N_("Template of a ledger added"),
        "changed": N_("Template of a ledger changed"),
        "dropped": N_("Template of a ledger removed"),
    },
    "must_check": {"written": N_("List of daily must-checks written")},
    "policy": {"version_added": N_("New version of the settings")},
}
"""Action by kind of subject; no figures and no names, so that nobody is recognised by them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the page of the trail shows it."""

    seq: int
    when: datetime | date
    """By the day alone where a reporter acted."""
    what: Sentence
    subject: str
    """Number of the case or report, or empty."""
    case: bool
    """Whether `subject` is a case, which has a page."""
    who: str
    """Name of the employee who acted; empty for the system, reporters, and what is kept."""


def list_entries(before: int, limit: int) -> list[Entry]:
    """Return the newest of the events before number `before`, newest first.

    None is left out, but a case that is kept from who reads stands without number and hands, and
    a report has its number for its own desk alone: one past the reader looks like any other.
    """
    session, who = reading(), actor()
    happenings = list_latest(session, before, limit)
    names = names_of(session, {happening.actor_id for happening in happenings})
    numbers = {
        "case": numbers_seen(session, who, _ids(happenings, "case")),
        "report": numbers_received(session, who, _ids(happenings, "report")),
    }
    return [_entry(happening, names, numbers) for happening in happenings]


def _entry(
    happening: Happening, names: Mapping[int, str], numbers: Mapping[str, Mapping[int, str]]
) -> Entry:
    kind, action = happening.action.split(".", 1)
    by_reporter = kind == "report" and action in BY_REPORTER
    subject = numbers.get(kind, {}).get(happening.subject_id, "")
    unnamed = by_reporter or (kind == "case" and not subject)
    return Entry(
        seq=happening.seq,
        when=day_of(happening.at) if by_reporter else happening.at,
        what=Sentence(SUBJECTS[kind][action]),
        subject=subject,
        case=kind == "case",
        who="" if unnamed else names.get(happening.actor_id or 0, ""),
    )


def _ids(happenings: list[Happening], kind: str) -> list[int]:
    return [happening.subject_id for happening in happenings if happening.subject_kind == kind]
