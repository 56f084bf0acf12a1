"""Exemptions from REACH: tables of the system alone, policies that are wider, and modules that bypass row security.

Each with its reason; docs/access.md is generated from these too, and docs/decisions/0027-row-security.md tells why.
"""

from __future__ import annotations

# Tables on which the readers' role of PostgreSQL has no privilege. They are read before a person is identified, or for
# no person; a module that needs one bypasses row security (ROW_SECURITY_BYPASSES).
CLOSED_TO_READERS: dict[str, str] = {
    "sessions.Session": "who holds a row's key is signed in as somebody",
    "accounts.ActiveSession": "names a session by its key",
    "axes.AccessAttempt": "wrong passwords, with the names and addresses of whoever tried",
    "axes.AccessAttemptExpiration": "as the attempts",
    "axes.AccessFailureLog": "as the attempts",
    "axes.AccessLog": "as the attempts",
    "audit.IdempotencyKey": "by the digest of its sending, where a form that was taken led to",
    "owners.FailedAttempt": "wrong links and codes, by the digest of whoever or whose they were",
}

# PostgreSQL enforces REACH too (access/row_security.py). For people who are signed in some policies are wider than
# REACH: a hidden row would remove, in a join, the row that refers to it.
WIDER_POLICIES: dict[tuple[str, str], str] = {
    ("access.Council", "SELECT"): "the names of councils stand on invitations, courses and people",
    ("access.Membership", "SELECT"): "who works for a council is said by name on all that they do, to whoever reads it",
    ("intake.Device", "SELECT"): "the phone of a province's officer brings what a regency's desk looks at",
    ("insight.Run", "SELECT"): "a regency's series leans on its province's run: when, by which engine, of how much",
    ("access.Person", "SELECT"): "owners and heads belong to no council, and a name stands on all that somebody did",
    ("access.Person", "INSERT"): "whoever registers an IKM writes down its owner, who belongs to no council",
    ("production.SurveyPanel", "SELECT"): "owners and heads see by it who is asked, perhaps by the province's panel",
    ("training.Course", "SELECT"): "courses are announced; an owner's enrolment leans on one, perhaps the province's",
    ("training.Session", "SELECT"): "as its course",
}
# Modules that read or write past the reach of whoever is signed in (`bypass_row_security`), and why.
ROW_SECURITY_BYPASSES: dict[str, str] = {
    "actions.operations": "an answer is counted among all answers, which its owner does not read",
    "intake.applying": "a word is held against all that was said of the same thing, by whoever; carried out as who "
    "wrote "
    "it",
    "intake.devices": "a phone says who it is, whichever council it was first used in",
    "intake.epochs": "receipts are counted for the whole office",
    "intake.receiving": "what came is kept, whoever brought it",
    "home.views.home": "the front page shows strangers what the catalogue does",
    "insight.arrivals": "what came in since is counted of the whole sentra, for whoever reads its series",
    "audit.idempotency": "whether a form was taken before is known by its digest alone",
    "audit.operation": "locking the row of an operation that is already permitted shows nothing of it",
    "audit.models": "whatever one does leaves its line, the owner's and the head's too",
    "market.views.catalogue": "the catalogue is the council's shop window, for everybody",
    "owners.authentication": "whose link this is stands in the row that is looked for",
    "owners.rate_limit": "wrong links and codes are counted of everybody's together",
    "insight.price_comparison": "a price is released of the whole sentra, whose owners do not read each other's",
    "owners.own_figures": "how much of a sentra has reported is counted of all its IKM",
    "owners.views.home": "a token is looked for among all; and an owner may know what the whole sentra asked, not who "
    "said "
    "what",
    "ops.readiness": "the newest line's time and the row of /ready are nobody's",
    "ops.start_checks": "whether a council is simulated is asked before anybody comes",
    "odk.authentication": "whose key this is stands in the row that is looked for",
    "privacy.erasing": "erasing reaches the owner as a person, and what they wrote elsewhere; allowed before, on the "
    "IKM",
    "privacy.notice": "what councils say of themselves is public",
    "privacy.stored_data": "owners are told who looked, whose lines are the council's",
    "production.cells": "a cell sums its sentra and borrows prices in its regency, whoever reports",
    "registry.operations.merging": "a merge and its undoing move every row of both; an owner known elsewhere stays",
    "registry.admin": "reference tables are the office's; only administrators of the nation come in",
    "accounts.axes_handler": "wrong passwords are counted of everybody's together, before anybody is known",
    "accounts.sessions": "whose session this is stands in the row that is looked for; a key is nobody's to read",
    "accounts.operations.revocation": "sign-ins end all together, also where what ended them took the person out of "
    "reach",
    "accounts.views.invitations": "an invited person has no account yet",
    "accounts.views.passwords": "somebody who forgot the password cannot sign in",
    "accounts.views.members": "at the door nobody is known yet",
}

# Modules that write rows outside every operation, and why. tests/test_writes.py finds all of them. Steps of an
# operation stand in its own module, beginning with an underscore, or here.
WRITES_OUTSIDE_OPERATIONS: dict[str, str] = {
    "aspirations.states": "the moves of a matter: a step of operations here and downstream",
    "imports.operations.filling": "a step of the import operations",
    "registry.row_snapshots": "a step of unmerging, which is an operation",
    "intake.conflicts": "a step of the intake, which carries out operations",
    "intake.kinds.attendance": "who recorded the latest detail, in the transaction of the operation",
    "intake.devices": "a phone says who it is; no row of a council",
    "intake.epochs": "a counter of receipts",
    "intake.uploads": "bytes on their way in, before any operation names them",
    "intake.receiving": "that a sending came, before it is carried out as operations",
    "intake.device_keys": "a key for the person who asks, made once",
    "home.demo.people": "the made-up people of the demo, before anybody could grant them anything",
    "home.demo.council": "the made-up reports of the demo, stored at once",
    "home.demo.stages": "the made-up places of the demo",
    "audit.apps": "the single row of the chain head, created after migrate",
    "audit.models": "the audit log itself",
    "audit.idempotency": "that a form was taken; forgotten after some days",
    "owners.authentication": "used links and codes noted: before and beside anybody's permission",
    "owners.rate_limit": "wrong links and codes counted: before and beside anybody's permission",
    "owners.views.reminders": "notes when a link was handed to WhatsApp; the read audit says by whom",
    "ops.readiness": "the newest line's time and the row of /ready are nobody's",
    "odk.authentication": "use of a phone's key noted",
    "odk.processing": "bytes of photos let go, after operations took them over",
    "access.models": "the first people and the system's own, before anybody could grant them anything",
    "privacy.erasing": "the steps of the operation that erases",
    "production.cells": "sums that follow every operation on reports, in its transaction",
    "production.cell_rebuild": "the same sums again, from the reports",
    "registry.load_industries": "a public reference table",
    "registry.management.commands.rotate_keys": "the same facts under another key",
    "registry.load_regions": "a public reference table",
    "accounts.authentication": "the session's own rows: who is signed in where, and which browser is remembered",
    "accounts.sessions": "sessions past their time are let go",
    "ops.council_copy": "what is not the council's is deleted from a copy that nobody uses yet",
    "ops.management.commands.add_council": "a terminal's: there is no council yet in which to be allowed it",
    "ops.management.commands.rename_council": "a terminal's, of whoever runs the server for its councils",
    "accounts.management.commands.add_person": "a terminal's: the account, before grant_role",
    "accounts.operations.revocation": "a step of the operations that end sessions",
    "accounts.verification": "codes used up and wrong ones counted, before anybody is allowed anything",
}
