"""Every blueprint of the product, in the order of its road."""

from hazard.web import (
    accounts,
    audience,
    audit,
    budgets,
    cases,
    checklist,
    desk,
    duty,
    echo,
    follow,
    hanging,
    health,
    inbox,
    ledger,
    ledger_templates,
    mine,
    morning,
    opening,
    pack,
    papers,
    people,
    phone,
    photos,
    places,
    posters,
    registering,
    reporting,
    reports,
    rewards,
    sealing,
    settings,
    settlements,
    setup,
    slips,
    steps,
    tasks,
    units,
    voices,
    watch,
)

BLUEPRINTS = tuple(
    module.bp
    for module in (
        reporting, phone, follow, accounts, mine, inbox, morning, desk, echo, reports,
        opening, cases, audience, steps, registering, checklist, duty, watch, slips, photos,
        voices, ledger, ledger_templates, pack, rewards, budgets, settlements, papers,
        people, units, places, posters, settings, sealing, setup, audit, tasks, health,
        hanging,
    )
)  # fmt: skip
