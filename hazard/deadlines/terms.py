"""The kinds of deadline. Pure."""

from hazard.core.words import N_, Term


class DeadlineKind(Term):
    """What is due; the label is what the holder has to do."""

    ACCEPT = "accept", N_("Decide on the report")
    RECEIPT = "receipt", N_("Get the receipt of the other office")
    ANSWER = "answer", N_("Answer of the reporter")
    VERIFY = "verify", N_("Check on the spot")
    CONFIRM = "confirm", N_("Second confirmation")
    GRADE = "grade", N_("Grade")
    PLAN = "plan", N_("Make the plan")
    PLAN_APPROVAL = "plan_approval", N_("Approve the plan")
    RECTIFY = "rectify", N_("Rectify")
    CHECK = "check", N_("Check the work")
    FEEDBACK = "feedback", N_("Tell the reporter the result")
    LOOK_AGAIN = "look_again", N_("Look whether it is still there")
    ARCHIVE = "archive", N_("Archive")
    HANDLE = "handle", N_("Handle the report")
    AWARD = "award", N_("Decide the reward")
    EXTENSION = "extension", N_("Decide on the later date")
