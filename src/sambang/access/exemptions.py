"""Exemptions from REACH, each with its reason: tables closed to readers, policies wider than REACH, and modules that
bypass row security or write outside operations.

docs/access.md is generated from these tables; docs/decisions/0027-row-security.md explains the design.
"""

from __future__ import annotations

# Tables on which the readers' role of PostgreSQL has no privilege. They are read before a person is identified, or for
# no person; a module that needs one bypasses row security (ROW_SECURITY_BYPASSES).
CLOSED_TO_READERS: dict[str, str] = {
    "sessions.Session": "a session key authenticates its holder",
    "accounts.ActiveSession": "contains session keys",
    "axes.AccessAttempt": "failed passwords with e-mails and client addresses",
    "axes.AccessAttemptExpiration": "as the attempts",
    "axes.AccessFailureLog": "as the attempts",
    "axes.AccessLog": "as the attempts",
    "audit.IdempotencyKey": "digests of submitted forms and the redirects that answered them",
    "owners.FailedAttempt": "failed links and codes by digest of the client or the IKM",
}

# Tables without a model: triggers derive their rows from others. Readers have no rights on them.
_TRIGRAMS = "the trigrams of market_search on SQLite"
DERIVED_TABLES: dict[str, str] = {
    "market_search": "texts of items, public or not, for the search of the catalogue (market/search_index.py)",
    **{f"market_search_trigrams{part}": _TRIGRAMS for part in ("", "_data", "_idx", "_docsize", "_config")},
}

# PostgreSQL enforces REACH too (access/row_security.py). For people who are signed in some policies are wider than
# REACH: a hidden row would remove, in a join, the row that refers to it.
WIDER_POLICIES: dict[tuple[str, str], str] = {
    ("access.Council", "SELECT"): "invitations, courses and people show council names",
    ("access.Membership", "SELECT"): "records show the names of council members to all readers of the record",
    ("intake.Device", "SELECT"): "a regency reviews items received from the phone of a province's officer",
    ("insight.Run", "SELECT"): "a regency's series refers to its province's run (time, engine version, coverage)",
    ("access.Person", "SELECT"): "owners and heads belong to no council, and records show the name of their author",
    ("access.Person", "INSERT"): "registering an IKM creates its owner, who belongs to no council",
    ("production.SurveyPanel", "SELECT"): "shows owners and heads whose report is expected, also by a province's panel",
    ("training.Course", "SELECT"): "courses are announced; an owner's enrolment refers to one, possibly a province's",
    ("training.Session", "SELECT"): "as its course",
    ("training.Trainer", "SELECT"): "as its course: a certificate names them; pages guard their contact",
    ("market.MarketplaceMapping", "SELECT"): "owners fill the files of marketplaces by their councils' mappings",
}
# Functions that read or write past the reach of the signed-in person (`bypass_row_security`), or set the person whose
# reach applies: by module, why and which. tests/row_security/test_tables.py finds all of them.
ROW_SECURITY_BYPASSES: dict[str, tuple[str, ...]] = {
    "actions.operations": ("counts all answers to an action, which one owner may not read", "_answer"),
    "intake.applying": ("applies an item as its author", "apply_item"),
    "intake.conflicts": ("compares an item with all items about the same row, whoever sent them", "arrivals_of"),
    "intake.devices": ("authenticates a phone, whichever council it was first used in", "device_of", "record_contact"),
    "intake.epochs": ("the receipt counter is shared by all councils", "_begin", "detect_restoration"),
    "intake.receiving": ("received items are stored, whoever sent them", "receive_items"),
    "intake.kinds.base": ("reads the rows of a sending as the author of its items", "__init__", "lock"),
    "home.views.home": ("the front page shows anonymous users the public catalogue", "front_page"),
    "insight.arrivals": ("counts new reports of the whole sentra for readers of its series", "changes_since_run"),
    "audit.idempotency": (
        "looks up a submitted form by its digest alone",
        "_claim",
        "_first",
        "_release",
        "_store_redirect",
    ),
    "audit.operation": ("locks the row of an operation that is already permitted; reveals nothing", "lock_row"),
    "audit.models": ("every operation appends an audit entry, also those of owners and heads", "append"),
    "market.views.catalogue": (
        "the catalogue is public",
        "catalogue_cluster",
        "catalogue_cluster_list",
        "catalogue_feed",
        "catalogue_item",
        "catalogue_list",
        "cluster_photo",
        "picture_image",
    ),
    "market.views.crawlers": ("the sitemap lists the public catalogue for search engines", "sitemap", "sitemap_index"),
    "market.views.rss": ("the feeds list the public catalogue", "catalogue_news"),
    "assignments.authentication": (
        "the row to look up identifies the action of a person without an account",
        "assignment_page",
    ),
    "assignments.views.outside": ("looks up a token among all", "link_open"),
    "owners.authentication": ("the row to look up identifies the owner", "owner_page"),
    "owners.rate_limit": (
        "failed links and codes are counted across all clients",
        "count_wrong_link",
        "too_many_codes",
        "too_many_links",
    ),
    "owners.views.members": (
        "a head records figures of a member without a phone, and reads only those",
        "member_report_correct",
        "member_report_create",
        "member_report_zero",
    ),
    "insight.price_comparison": (
        "a released price uses reports of the whole sentra, which its owners may not read",
        "cluster_prices",
    ),
    "owners.own_figures": ("the response rate counts all IKM of a sentra", "cluster_response_text"),
    "training.views.certificates": ("whoever holds a certificate may verify it", "certificate_verify"),
    "selling.views.learning": (
        "shows owners the session whose code they opened, and the certificates of their courses",
        "certificate_document",
        "learning_list",
        "session_attend",
    ),
    "owners.views.home": (
        "looks up a token among all; shows owners the sentra's matters without authors",
        "link_open",
        "news_list",
    ),
    "ops.readiness": (
        "the newest audit entry's time and the row of /ready belong to no council",
        "_commits",
        "_is_clock_wrong",
    ),
    "ops.start_checks": ("checks for simulated councils before the first request", "_require_real_councils"),
    "notices.views": ("the row to look up identifies the person of a calendar", "calendar_feed"),
    "odk.authentication": ("the row to look up identifies the officer", "collect_view", "record_key_use"),
    "privacy.erasing": (
        "erases the owner's person and their rows elsewhere; permission was checked on the IKM",
        "erase_rows",
    ),
    "privacy.notice": ("privacy statements of councils are public", "every_statement", "statements_for"),
    "privacy.stored_data": ("shows owners the audit entries of the council's members", "reads_of"),
    "production.cells": (
        "a cell sums its sentra and uses prices of its regency, whoever reports",
        "follow_businesses",
        "link_report",
        "lock_for_reports",
    ),
    "production.unmerging": ("the reports of both businesses, whoever may read them", "return_reports"),
    "production.contracted_work": (
        "one owner's answer changes what the other owner's production counts",
        "answer_contracted_work",
        "mark_contracted_work_paid",
        "record_contracted_work",
        "withdraw_contracted_work",
    ),
    "selling.views.contracting": (
        "shows owners the name of the IKM they work with, and those of their sentra",
        "get_own_work",
        "work_create",
        "work_list",
    ),
    "registry.operations.merging": (
        "merging and unmerging move every row of both IKM; an owner with other rows stays",
        "_affected_rows",
        "_changes_since",
        "_forget_if_unused",
        "_undo",
    ),
    "registry.admin": (
        "reference tables belong to no council; only administrators of the nation have access",
        "delete_model",
        "delete_queryset",
        "save_model",
    ),
    "accounts.axes_handler": (
        "failed passwords are counted across all clients, before authentication",
        "_address_is_locked",
        "get_failures",
        "reset_attempts",
        "user_logged_in",
        "user_logged_out",
        "user_login_failed",
    ),
    "accounts.sessions": (
        "the row to look up identifies the person; no reader may read session keys",
        "active_sessions",
        "began_before",
        "delete",
        "exists",
        "load",
        "record",
        "save",
        "session_of",
    ),
    "accounts.operations.revocation": (
        "ends all sessions, also if the operation has removed the person from reach",
        "revoke_session",
        "revoke_sessions",
    ),
    "accounts.views.invitations": ("an invited person has no account yet", "invitation_accept", "invitation_open"),
    "accounts.views.passwords": (
        "a person who forgot the password cannot sign in",
        "password_forgotten",
        "password_link_open",
    ),
    "accounts.views.members": ("runs before authentication", "second_factor", "second_factor_by_passkey", "sign_in"),
}

# Functions that write rows outside every operation: by module, why and which. tests/test_writes.py finds all of them.
# A private function that operations of its module call is a step of theirs and is not listed.
WRITES_OUTSIDE_OPERATIONS: dict[str, tuple[str, ...]] = {
    "aspirations.states": (
        "state transitions of a matter: a step of operations here and in later apps",
        "change_state",
    ),
    "market.operations": ("a step of adding a picture and of an owner's submission", "store_picture"),
    "training.ladder_steps": (
        "a step of operations on attendance, on ladder steps and on orders",
        "change_ladder_step",
        "store_ladder_step",
    ),
    "insight.run_storage": (
        "a Run that nobody sees until the operation publish_run, stored in small transactions",
        "discard_run",
        "store_run",
    ),
    "imports.operations.filling": (
        "a step of the import operations",
        "_add_owner_details",
        "_write_line",
        "_write_lines",
        "_write_permits",
        "drop_recorded_facts",
        "fill_business",
    ),
    "registry.operations.businesses": ("a step of changing an IKM and of the import operations", "rename_owner"),
    "registry.operations.clusters": ("a step of moving an IKM and of the import operations", "place_in_cluster"),
    "registry.operations.merging": ("a step of merging and of the import operations", "join_businesses"),
    "registry.row_snapshots": ("a step of unmerging, which is an operation", "undo_changes"),
    "intake.conflicts": ("a step of the intake, which carries out operations", "update_conflict"),
    "intake.kinds.attendance": ("who recorded the latest detail, in the transaction of the operation", "write"),
    "intake.devices": ("registers a phone, which belongs to no council", "device_of", "record_contact"),
    "intake.epochs": ("a counter of receipts", "_begin", "next_numbers"),
    "intake.uploads": ("uploaded chunks, before an operation refers to them", "_row", "delete_rows", "append_chunk"),
    "intake.receiving": ("records a received submission before its operations run", "_claim", "_number", "_stored_row"),
    "intake.device_keys": ("creates the requesting person's own key once", "key_for"),
    "home.demo.people": ("fictitious people of the demo, before anybody could grant roles", "create_people"),
    "home.demo.bulk": (
        "fictitious register, permits and reports of the demo, inserted in bulk",
        "_insert",
        "store_reports",
    ),
    "home.demo.stages": ("fictitious regions of the demo", "register", "register_neighbour"),
    "audit.apps": ("the single row of the chain head, created after migrate", "make_chain_head"),
    "audit.models": ("the audit log itself, and the mark of a change beside it", "append", "mark_change"),
    "audit.withdrawal": ("the steps of operations that withdraw and restore a row", "mark_restored", "mark_withdrawn"),
    "audit.idempotency": ("records a submitted form; deleted after some days", "_claim", "_release", "_store_redirect"),
    "lib.last_used": ("records the use of a link or a phone's key, before any permission check", "record_use"),
    "owners.authentication": ("records the use of codes, before any permission check", "use_code"),
    "owners.rate_limit": ("counts failed links and codes, before any permission check", "count_wrong_link"),
    "owners.views.reminders": (
        "records when a link was sent by WhatsApp; the read audit records by whom",
        "_mark_sent",
        "question_redirect",
    ),
    "ops.readiness": ("the newest audit entry's time and the row of /ready belong to no council", "_commits"),
    "odk.processing": ("deletes uploaded photos after operations have stored them", "_discard_photos"),
    "access.models": (
        "the first people and the system person, before anybody could grant roles",
        "create_user",
        "system_person",
    ),
    "privacy.erasing": (
        "the steps of the operation that erases",
        "_empty_submissions",
        "_erase",
        "_erase_person",
        "_number_product_lines",
        "erase_rows",
    ),
    "production.cells": (
        "aggregates updated by every operation on reports, in its transaction",
        "cell_of",
        "record_changes",
        "store_prices",
    ),
    "production.unmerging": ("a step of undoing a merge, which is an operation", "_divide", "_return_corrections"),
    "production.cell_rebuild": ("recomputes the same aggregates from the reports", "store_sums"),
    "registry.load_industries": ("a public reference table", "load_industries"),
    "registry.management.commands.rotate_keys": (
        "re-encrypts the same values under another key",
        "_reencrypt",
        "_reencrypt_row",
    ),
    "registry.load_regions": ("a public reference table", "load_regions"),
    "accounts.authentication": (
        "rows of the session: active sessions and remembered browsers",
        "record_session",
        "remember_browser",
    ),
    "accounts.sessions": ("creates and deletes rows of sessions", "record"),
    "ops.council_copy": (
        "deletes rows of others from a copy that is not in use yet",
        "_prune_people",
        "_rebuild_chain",
    ),
    "ops.management.commands.add_council": (
        "a command of the operator: no council exists yet that could permit it",
        "handle",
    ),
    "ops.management.commands.rename_council": ("a command of the operator of the server", "handle"),
    "accounts.management.commands.add_person": (
        "a command of the operator: creates the account before grant_role",
        "new_person",
    ),
    "accounts.operations.revocation": (
        "a step of the operations that end sessions",
        "revoke_session",
        "revoke_sessions",
    ),
    "accounts.verification": (
        "records used codes and failures, before any permission check",
        "_app_code_matches",
        "_recovery_code_matches",
        "record_failure",
        "verify_passkey",
    ),
}
