"""Refusals a person can be told about; every slice derives its own from these."""

from typing import ClassVar

from hazard.core.words import N_, Sentence


class HazardError(Exception):
    """A refusal with a sentence for the user. `status` is the HTTP answer."""

    status: ClassVar[int] = 400

    def __init__(self, sentence: Sentence, *, field: str = "") -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence
        self.field = field
        """Name of the form field the sentence belongs beside, or empty."""


class NotAllowed(HazardError):
    """The actor lacks the permission."""

    status = 403


class NotFound(HazardError):
    """There is no such thing, or the actor may not know of it."""

    status = 404

    def __init__(self) -> None:
        super().__init__(Sentence(N_("Not found, or not yours to see")))


class Refused(HazardError):
    """A rule of the house forbids this now."""

    status = 409


class Unclear(HazardError):
    """What was typed cannot be used as it is."""

    status = 422


class TooLarge(HazardError):
    """More was sent than is taken."""

    status = 413


class Busy(HazardError):
    """The server cannot do this at the moment; trying again helps."""

    status = 503
