"""Static files: named by the hash of their content, inside the modules that import one another too, and gathered
whole."""

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

BEGUN = "begun"


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise carries no types
    support_js_module_import_aggregation = True
    max_post_process_passes = 12  # one for each step of the longest chain of imports; Django's five are for stylesheets


def gather_static() -> None:
    """Into STATIC_ROOT, once for each state of the files: it is most of a start.

    Django leaves a file alone whose copy is younger. A copy that a power cut emptied would stay empty, and a broken
    list of names opens no page: gathering that was not finished, and on disk, begins anew.
    """
    root, mark = Path(settings.STATIC_ROOT), _mark()
    if is_gathered():
        return
    if mark.is_file() and mark.read_text() == BEGUN:
        shutil.rmtree(root)
    root.mkdir(parents=True, exist_ok=True)
    replace_file(mark, BEGUN)
    call_command("collectstatic", interactive=False, verbosity=0)
    os.sync()
    replace_file(mark, _state_of_the_files())


def is_gathered() -> bool:
    mark = _mark()
    return mark.is_file() and mark.read_text() == _state_of_the_files()


def _mark() -> Path:
    return Path(settings.STATIC_ROOT) / ".gathered"


def _state_of_the_files() -> str:
    """Changes with every file that would be gathered: its name, length and time of change."""
    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file_stat = Path(storage.path(path)).stat()
            state.update(f"{path}\0{file_stat.st_size}\0{file_stat.st_mtime_ns}\n".encode())
    return state.hexdigest()
