"""The words of a case. Pure."""

from hazard.core.words import N_, Term


class CaseState(Term):
    """Where a case stands (decisions 3)."""

    ACCEPTED = "accepted", N_("Accepted")
    VERIFYING = "verifying", N_("Being verified")
    VERIFIED = "verified", N_("Verified")
    UNCONFIRMED = "unconfirmed", N_("Not confirmed")
    PLANNING = "planning", N_("Plan to be made")
    PLAN_SUBMITTED = "plan_submitted", N_("Plan to be approved")
    RECTIFYING = "rectifying", N_("Being rectified")
    SUBMITTED_FOR_CHECK = "submitted_for_check", N_("Waiting for check")
    CLOSED = "closed", N_("Closed")
    ARCHIVED = "archived", N_("Archived")


class Part(Term):
    """What a person was assigned to do in one case."""

    VERIFIER = "verifier", N_("Verifier")
    OWNER = "owner", N_("Person in charge")
    CHECKER = "checker", N_("Checker")
    EXPERT = "expert", N_("Expert")
    PROPOSER = "proposer", N_("Reward proposer")


class CaseSource(Term):
    """Who found it (S3-4)."""

    REPORT = "report", N_("Reported by an employee")
    COMPANY = "company", N_("Report withdrawn, the plant goes on by itself")


class Verdict(Term):
    """What a verifier found on the spot."""

    TRUE = "true", N_("True")
    PARTLY = "partly", N_("Partly true")
    NOT_FOUND = "not_found", N_("Not found")


class ReportPart(Term):
    """How a report stands to its case."""

    FIRST = "first", N_("First report")
    JOINT = "joint", N_("Joint report")
    SUPPLEMENT = "supplement", N_("Supplement")
    DUPLICATE = "duplicate", N_("Repeat")


class PlanState(Term):
    """Where a plan stands."""

    SUBMITTED = "submitted", N_("Waiting for approval")
    RETURNED = "returned", N_("Sent back")
    IN_FORCE = "in_force", N_("In force")


class ExtensionState(Term):
    """Where a request for a later date stands."""

    ASKED = "asked", N_("Waiting for a decision")
    GRANTED = "granted", N_("Granted")
    REFUSED = "refused", N_("Not granted")


class PaperAbout(Term):
    """What a signed sheet belongs to."""

    SHIFT = "shift", N_("Shift checklist")
    WEEK = "week", N_("Weekly closing list")


class RemarkKind(Term):
    """What is noted beside a case and is no state of it (decisions 3)."""

    EXPLANATION = "explanation", N_("Why it is late")
    HANDED_UP = "handed_up", N_("Handed up to the workshop")
    PRESSED = "pressed", N_("Pressed by the workers' representative")
    STOP_PROPOSED = "stop_proposed", N_("The workers' representative proposes to stop work")
    STOPPED = "stopped", N_("Work is stopped here")
    CONTROL = "control", N_("Interim control renewed")
    DENIED = "denied", N_("A finger signature is denied")
    REOPENED = "reopened", N_("Opened again")
    LOOKED_AGAIN = "looked_again", N_("Looked at again: it stays closed")
