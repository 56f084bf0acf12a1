"""The mutants and files that bench/mutants.py tries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`file`, below src/sambang: its only `old` becomes `new`; `tests`, below tests/, should fail."""

    name: str
    file: str
    old: str
    new: str
    tests: str


@dataclass(frozen=True)
class Room:
    """`files`, below src/sambang, each with the tests below tests/ that hold its rules. A mutant that these do not
    notice is tried against `tests`."""

    tests: str
    files: dict[str, str]


NAMED = [
    Mutant(
        "the month of closing is refused",
        "registry/reporting_period.py",
        "business.closed_on - timedelta(days=1)",
        "business.closed_on - timedelta(days=32)",
        "registry/test_reporting_period.py production/test_operations.py",
    ),
    Mutant(
        "an IKM closed on the 1st is still expected",
        "registry/reporting_period.py",
        "Q(closed_on__gt=day)",
        "Q(closed_on__gte=day)",
        "registry/test_reporting_period.py production/test_operations.py",
    ),
    Mutant(
        "6 base months become 7",
        "insight/panel_reader.py",
        "reported.base_months >= least",
        "reported.base_months > least",
        "insight/test_base_period.py insight/test_boundaries.py insight/test_compute.py",
    ),
    Mutant(
        "the same person's second change becomes a conflict",
        "intake/merging.py",
        "version.base == current.value or version.value == current.value or version.by == current.by",
        "version.base == current.value or version.value == current.value",
        "intake/test_merge_rules.py intake/test_order.py intake/test_desk.py intake/test_merged_businesses.py",
    ),
    Mutant(
        "a restoration is noticed one number late",
        "intake/epochs.py",
        "number > current.last_number",
        "number > current.last_number + 1",
        "field/test_restored_office.py intake/test_receiving.py intake/test_batches.py",
    ),
    Mutant(
        "names of every regency of the province go to a phone of somebody in both councils",
        "odk/entities.py",
        ".filter(reader_for(person).in_own_regency(Visit))",
        "",
        "odk/test_canaries.py",
    ),
    Mutant(
        "merging asks for the permission on the first row only",
        "registry/views/merging.py",
        'duplicate = get_business(request, other_id, verb="registry.merge")',
        "duplicate = get_business(request, other_id)",
        "registry/test_merging.py access/test_reader.py",
    ),
    Mutant(
        "a phone's value about another regency's IKM is accepted",
        "visits/operations.py",
        "recorded_at is not None and same_regency",
        "recorded_at is not None",
        "visits intake",
    ),
    Mutant(
        "a pulse of 70 is not weak",
        "visits/queries.py",
        "pulse > WEAK_PULSE",
        "pulse >= WEAK_PULSE",
        "visits/test_priorities.py",
    ),
    Mutant(
        "a telephone of any length is accepted",
        "registry/id_numbers.py",
        "if not phone.valid:",
        "if phone.e164 is None and not digits:",
        "registry/test_id_numbers.py",
    ),
    Mutant(
        "the investment limit of UMKM is 15 billion",
        "registry/size_classes.py",
        "NumberRange(5 * BILLION + 1, 10 * BILLION)",
        "NumberRange(5 * BILLION + 1, 15 * BILLION)",
        "registry/test_sizes.py",
    ),
    Mutant(
        "whole numbers up to 10²¹ are accepted",
        "intake/schema.py",
        "MAX_NUMBER = 10**15",
        "MAX_NUMBER = 10**21",
        "intake/test_merge_rules.py",
    ),
    Mutant(
        "a 200 counts as a redirect",
        "audit/idempotency.py",
        "response.status_code in {302, 303}",
        "response.status_code in {200, 302, 303}",
        "audit",
    ),
    Mutant(
        "the attendance list with telephones is printed without an entry in the audit log",
        "home/visit_minutes.py",
        'log_read(person, [visit.cluster_or_business], ["registry.see_contact"])',
        "pass",
        "home visits/test_papers.py",
    ),
    Mutant(
        "a closed line's last real report is overwritten by 0",
        "insight/coaching.py",
        "max(closing, max(volumes[key]) + 1)",
        "max(closing, max(volumes[key]))",
        "insight/test_coaching.py insight/test_boundaries.py",
    ),
    Mutant(
        "a vote of any weight is stored",
        "aspirations/operations.py",
        "if weight not in (1, 0, -1):",
        "if weight > 1:",
        "aspirations/test_operations.py aspirations/test_pages.py",
    ),
    Mutant(
        "a row reaches another region than its own column says",
        "access/reach_filters.py",
        "len(rest) == 1 and rest[0].primary_key",
        "len(rest) == 1",
        "access",
    ),
]


ROOMS = {
    "lib": Room(
        "lib owners/test_authentication.py production/test_operations.py field/test_phone_numbers.py",
        {
            "lib/numbers.py": "lib/test_numbers.py lib/test_one_reader.py",
            "lib/units.py": "lib/test_numbers.py lib/test_one_reader.py",
            "lib/region_code.py": "lib/test_region_code.py",
            "lib/months.py": "production/test_operations.py",
            "lib/number_words.py": "lib/test_number_words.py",
            "lib/lists.py": "lib/test_lists.py lib/test_list_files.py",
            "lib/time_zones.py": "lib/test_time_zones.py",
            "lib/edit_form.py": "lib/test_edit_form.py",
            "lib/tokens.py": "owners/test_authentication.py",
        },
    ),
    "access": Room(
        "access test_access.py accounts privacy/test_restriction.py owners/test_council_links.py registry "
        "home/test_first_day.py audit/test_change_cache.py field/test_photos.py",
        {
            "access/reader.py": "access audit/test_change_cache.py privacy/test_restriction.py",
            "access/reach_filters.py": "access test_access.py",
            "access/restriction.py": "privacy/test_restriction.py access",
            "access/permissions.py": "access test_access.py",
            "access/councils.py": "field/test_photos.py",
            "access/requests.py": "accounts/test_team.py",
            "access/menu.py": "test_access.py home/test_first_day.py",
            "access/models.py": "accounts/test_accounts.py accounts/test_team.py",
        },
    ),
    "row security": Room(
        "row_security",
        {"access/row_security.py": "row_security"},
    ),
    "production": Room(
        "production insight/test_panels.py field/test_phone_numbers.py home/test_front.py",
        {
            "production/amounts.py": "production/test_operations.py",
            "production/history.py": "production/test_usual_figures.py production/test_cells.py "
            "production/test_contracted_work.py",
            "production/plausibility.py": "production/test_usual_figures.py production/test_operations.py "
            "field/test_phone_numbers.py",
            "production/queries.py": "production/test_operations.py production/test_pages.py home/test_front.py",
            "production/operations.py": "production/test_operations.py",
            "production/cells.py": "production/test_cells.py",
            "production/cell_rebuild.py": "production/test_cells.py production/test_rebuilding.py",
            "production/panels.py": "insight/test_panels.py",
            "production/contracted_work.py": "production/test_contracted_work.py",
        },
    ),
    "intake": Room(
        "intake field odk/test_receiving.py",
        {
            "intake/merging.py": "intake/test_merge_rules.py intake/test_order.py",
            "intake/epochs.py": "field/test_restored_office.py intake/test_receiving.py",
            "intake/schema.py": "intake/test_limits.py intake/test_kinds.py intake/test_merge_rules.py",
            "intake/items.py": "intake/test_limits.py intake/test_receiving.py intake/test_merge_rules.py",
            "intake/receiving.py": "intake/test_receiving.py intake/test_batches.py intake/test_order.py",
            "intake/applying.py": "intake/test_receiving.py intake/test_order.py intake/test_partial_values.py",
            "intake/kinds/base.py": "intake/test_merged_businesses.py intake/test_references.py",
            "intake/uploads.py": "intake/test_limits.py intake/test_desk.py field/test_photos.py",
            "intake/conflicts.py": "intake/test_merge_rules.py intake/test_desk.py",
            "intake/queries.py": "intake/test_desk.py intake/test_two_councils.py",
            "intake/devices.py": "intake/test_desk.py",
        },
    ),
    "field": Room(
        "field intake visits/test_targets.py aspirations/test_difficulties.py",
        {
            "field/offline_bundle.py": "field/test_phone.py field/test_targets.py visits/test_targets.py",
            "field/app_shell.py": "field/test_shell.py",
            "field/views/phone.py": "field/test_phone.py field/test_photos.py field/test_restored_office.py",
        },
    ),
    "insight": Room(
        "insight owners/test_own_figures.py costing/test_pages.py",
        {
            "insight/disclosure.py": "insight/test_disclosure.py insight/test_release_over_time.py",
            "insight/panel_reader.py": "insight/test_boundaries.py insight/test_compute.py",
            "insight/base_period.py": "insight/test_base_period.py",
            "insight/release.py": "insight/test_release.py insight/test_messages.py",
            "insight/price_comparison.py": "owners/test_own_figures.py costing/test_pages.py",
            "insight/coaching.py": "insight/test_coaching.py insight/test_boundaries.py",
            "insight/first_estimates.py": "insight/test_first_estimates.py",
            "insight/vintages.py": "insight/test_first_estimates.py insight/test_pages.py",
            "insight/outdated_runs.py": "insight/test_outdated_runs.py",
            "insight/aggregations.py": "insight/test_compute.py insight/test_industries.py",
        },
    ),
    "visits": Room(
        "visits field/test_photos.py home/test_front.py",
        {
            "visits/queries.py": "visits/test_priorities.py visits/test_targets.py visits/test_pages.py",
            "visits/operations.py": "visits/test_operations.py visits/test_corrections.py visits/test_targets.py",
            "visits/states.py": "visits/test_operations.py",
            "visits/minutes.py": "visits/test_papers.py",
            "visits/positions.py": "field/test_photos.py",
            "visits/models.py": "visits/test_operations.py",
        },
    ),
    "registry": Room(
        "registry production/test_operations.py",
        {
            "registry/reporting_period.py": "registry/test_reporting_period.py",
            "registry/size_classes.py": "registry/test_sizes.py",
            "registry/id_numbers.py": "registry/test_id_numbers.py",
            "registry/permit_expiry.py": "registry/test_permits_and_kbli.py",
            "registry/existence.py": "registry/test_existence.py",
            "registry/personal_names.py": "registry/test_personal_names.py",
            "registry/kbli_versions.py": "registry/test_permits_and_kbli.py registry/test_reference.py",
        },
    ),
}
