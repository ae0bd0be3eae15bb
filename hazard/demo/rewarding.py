"""How a hazard of the demo plant is rewarded, up to the weekly list."""

from hazard.cases import proposing
from hazard.cases.queries import hold_case
from hazard.core.clock import day_of
from hazard.demo.plant import HEAD
from hazard.demo.story import Steps, Story
from hazard.rewards import awards, cancelling


def _propose(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        case = hold_case(work, story.case)
        made = awards.propose(work, case, out_of_post=False, declared=True)
        story.awards = [award.id for award in made]


def _name_proposer(story: Story) -> None:
    """Let the head ask somebody to propose what is kept from the officers."""
    with story.plant.by(HEAD) as work:
        case = hold_case(work, story.case)
        free = proposing.proposers(work.session, case, day_of(work.now))
        proposing.name_proposer(work, case, free[0])


def _decide_award(story: Story, *, approve: bool) -> None:
    with story.plant.by(story.decider) as work:
        note = "" if approve else "这一处在您的岗位职责之内，这次不另给奖。谢谢您留意。"
        awards.decide(work, story.awards, awards.Decision(approve, note), declared=True)


def _take_back(story: Story) -> None:
    with story.plant.by(story.decider) as work:
        for award_id in story.awards:
            cancelling.cancel(work, award_id, "核对后是同一处隐患，已按前一条发过奖。")


STEPS: Steps = {
    "propose": (1, _propose),
    "queue": (0, Story.queue),
    "approve_award": (20, lambda s: _decide_award(s, approve=True)),
    "refuse_award": (20, lambda s: _decide_award(s, approve=False)),
    "take_back": (0, _take_back),  # before a sheet can hold it
    "name_proposer": (3, _name_proposer),
}
