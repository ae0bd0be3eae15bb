"""《隐患回音》 on paper, A4 portrait (words 4.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from hazard.core.typeset import Paper, framed, full_day, page_of, paginate
from hazard.core.words import N_, Sentence
from hazard.statistics.echo import Echo

FIRST_LINES = (20, 14, 9, 3)
"""On the first page, by the number of pairs above the table."""
FURTHER_LINES = 22
FRAME = 800, 600
"""Width and height of a photo, in pixels."""


@dataclass(frozen=True, kw_only=True)
class EchoSheet(Paper):
    """The week on the notice board and in the hand of who speaks before the shift."""

    template: ClassVar[str] = "echo"

    company: str
    echo: Echo
    picture: Callable[[str], bytes]
    """Returns the JPEG of a photo by its public id, or nothing where its file is gone."""

    labels: ClassVar[Mapping[str, Sentence]] = {
        "title": Sentence(N_("Echo of hazards")),
        "preview": Sentence(N_("PREVIEW")),
        "before": Sentence(N_("Before")),
        "after": Sentence(N_("After")),
        "tail": Sentence(N_("Number ends in")),
        "place": Sentence(N_("Part of the plant")),
        "result": Sentence(N_("Result")),
        "reward": Sentence(N_("Rewarded with (yuan)")),
        "not_here": Sentence(N_("Not on the list? Scan and look yourself")),
        "law": Sentence(N_("Told to all workers under article 41 of the Work Safety Law")),
        "blank_below": Sentence(N_("Blank below")),
    }

    def shown(self) -> dict[str, object]:
        """Return the figures, the pictures, and the table page by page."""
        echo, span = self.echo, self.echo.week.span
        pages = paginate(echo.lines, FIRST_LINES[len(echo.pairs)], FURTHER_LINES)
        return {
            "labels": self.labels,
            "preview": echo.published_at is None,
            "head": (
                self.company, echo.week.label,
                Sentence(
                    N_("%(first)s to %(last)s"), first=full_day(span.first),
                    last=full_day(span.last),
                ),
            ),
            "figures": figures_of_week(echo),
            "with_places": echo.with_places,
            "pairs": [
                {
                    "summary": pair.summary, "before": self._drawn(pair.before),
                    "after": self._drawn(pair.after),
                }
                for pair in echo.pairs
            ],
            "held": held_words(echo),
            "pages": [
                {
                    "lines": [
                        {
                            "tail": line.tail, "place": line.place, "result": line.words,
                            "reward": line.reward.short if line.reward else "",
                        }
                        for line in page
                    ],
                    "foot": page_of(number, len(pages)),
                }
                for number, page in enumerate(pages, start=1)
            ],
        }  # fmt: skip

    def _drawn(self, public_id: str) -> str:
        return framed(self.picture(public_id), *FRAME, cropped=True)


def figures_of_week(echo: Echo) -> tuple[tuple[Sentence, int], ...]:
    """Return the four figures of the week with their words."""
    return (
        (Sentence(N_("Received this week")), echo.received),
        (Sentence(N_("Put right")), echo.fixed),
        (Sentence(N_("Not finished")), echo.open),
        (Sentence(N_("Late")), echo.late),
    )


def held_words(echo: Echo) -> Sentence | None:
    """Return why no table stands here, if its lines wait."""
    if not echo.held:
        return None
    return Sentence(N_("Too few to be listed alone (%(n)s); see next week"), n=echo.held)
