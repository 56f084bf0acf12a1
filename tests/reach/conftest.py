"""The world of tests/reach is built once; the changes of each request are rolled back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from sambang.accounts import totp
from tests.reach.credentials import complete_sign_in, secure
from tests.reach.readers import Reader, readers
from tests.reach.table import COLUMNS
from tests.reach.visiting import Visitor
from tests.reach.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("reach")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    ours = override_settings(
        MEDIA_ROOT=folder / "uploads",
        STATIC_ROOT=folder,
        SAMBANG_BACKUPS=folder / "backups",
        STORAGES=storages,
        DEBUG_PROPAGATE_EXCEPTIONS=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    block = transaction.atomic()
    # Lets durable blocks begin inside, as Django's own tests do.
    block._from_testcase = True  # type: ignore[attr-defined]
    cost, totp.SCRYPT_COST = totp.SCRYPT_COST, 2**4
    logging.disable(logging.WARNING)  # thousands of refusals are what is asked for here
    with ours, django_db_blocker.unblock(), block:
        found = build(complete_sign_in)
        secure(found.here)
        yield found
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    totp.SCRYPT_COST = cost


@pytest.fixture(autouse=True)
def _own_uploads(world: World) -> None:
    """Instead of the folder for each test: the world has one."""


@pytest.fixture(scope="module")
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture(scope="module")
def crowd(world: World) -> list[Reader]:
    found, client = list(readers(world)), Client()
    for reader in found:
        reader.complete_sign_in(client)
    return found


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was asked, whichever process asked it."""
    told = [
        report.user_properties for report in terminalreporter.getreports("passed") if "tests/reach/" in report.nodeid
    ]
    asked = [many for found in told for name, many in found if name == "requests"]
    if asked:
        terminalreporter.write_line(
            f"reach: {sum(asked)} requests by {len(COLUMNS)} kinds of readers, in {len(asked)} steps"
        )
