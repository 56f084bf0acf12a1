"""Collection of static files: names contain the hash of the content, also in imports between modules; an interrupted
collection is repeated."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from sambang.disk import replace_file

BEGUN_MARKER = "begun"


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise carries no types
    support_js_module_import_aggregation = True
    max_post_process_passes = 12  # one for each step of the longest chain of imports; Django's five are for stylesheets


def gather_static() -> None:
    """Collect static files into STATIC_ROOT if they have changed since the last start; collecting takes most of a
    start.

    Django skips a file whose copy is newer, so a copy that a power cut left empty would stay empty, and without a valid
    manifest no page can be rendered: a collection that was not completed and flushed to disk starts again.
    """
    root, mark = Path(settings.STATIC_ROOT), _mark()
    if is_gathered():
        return
    if mark.is_file() and mark.read_text() == BEGUN_MARKER:
        shutil.rmtree(root)
    root.mkdir(parents=True, exist_ok=True)
    replace_file(mark, BEGUN_MARKER)
    call_command("collectstatic", interactive=False, verbosity=0)
    os.sync()
    replace_file(mark, _files_digest())


def is_gathered() -> bool:
    mark = _mark()
    return mark.is_file() and mark.read_text() == _files_digest()


def _mark() -> Path:
    return Path(settings.STATIC_ROOT) / ".gathered"


def _files_digest() -> str:
    """A digest that changes with the name, size or modification time of any file to collect."""
    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file_stat = Path(storage.path(path)).stat()
            state.update(f"{path}\0{file_stat.st_size}\0{file_stat.st_mtime_ns}\n".encode())
    return state.hexdigest()
