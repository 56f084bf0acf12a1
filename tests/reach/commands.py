"""Every command of ours, and under whose name it does what it does. A terminal's command has no reader: whoever may
type one may read the keys and the database beside it."""

COMMANDS: dict[str, str] = {
    "add_council": "nobody: there is no council yet in which anybody could be allowed it",
    "add_person": "the system: the first people, before anybody could invite them",
    "backup": "nobody: reads every table and seals it",
    "cells": "nobody: sums of reports that are there already",
    "compute": "the system, for every council or one; what is published is held back where it would open one IKM",
    "demo": "the made-up people of the demo, each within their own role; in a folder of its own",
    "drill": "nobody: restores the newest backup into a scratch place and compares",
    "import_register": "the system, or the person named on the line, whose reach then holds",
    "import_reports": "the system, or the person named on the line, whose reach then holds",
    "invite": "the system: the way back for a council without an administrator",
    "audit": "nobody: reads every line and verifies it",
    "load_reference": "nobody: reference tables that everybody reads",
    "make_links": "the system: prints each link once, for whoever hands them out",
    "move": "nobody: every row into another database, compared",
    "new_epoch": "nobody: a counter of receipts, after a restore",
    "new_password": "the system: the way back for somebody who forgot",
    "purge_erased": "nobody: rewrites the tables' files and lists backups",
    "rename_council": "nobody: whoever runs the server renames a council on its request",
    "prepare": "nobody: makes the tables and loads the reference",
    "restore": "nobody: a sealed backup becomes an installation",
    "retention": "the system: lets go of what was kept long enough, after it has said what",
    "rotate_keys": "nobody: the same facts under another key",
    "serve": "nobody: starts the site, whose addresses ask each reader",
    "take_factor": "the system: the way back for the last administrator",
}
