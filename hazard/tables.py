"""Import every table, so that `metadata` is whole. Nothing else imports from here but doorways."""

import hazard.audit.models
import hazard.cases.models
import hazard.core.lease
import hazard.core.tasks
import hazard.deadlines.models
import hazard.notices.models
import hazard.people.models
import hazard.places.models
import hazard.policy.models
import hazard.reports.models
import hazard.rewards.models
import hazard.sealing.models  # noqa: F401
from hazard.core.db import Base

metadata = Base.metadata
