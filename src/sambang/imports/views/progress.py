"""Progress of a long operation as streamed HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread

from django.db import connections
from django.utils.html import format_html
from django.utils.translation import gettext as _


def progress_lines(work: Callable[[Callable[[int, int], None]], str]) -> Iterator[str]:
    """One line of HTML for each call of progress, then the result of `work`. The work runs in a thread, so that a
    client that disconnects does not stop it; its exceptions are raised here."""
    queue: SimpleQueue[str | BaseException | None] = SimpleQueue()

    def report(done: int, total: int) -> None:
        queue.put(format_html("<li>{}</li>\n", _("%(done)d dari %(total)d baris") % {"done": done, "total": total}))

    def run() -> None:
        try:
            queue.put(work(report))
        except BaseException as wrong:
            queue.put(wrong)
        finally:
            queue.put(None)
            connections.close_all()

    # The thread gets the language and the database scope of the request.
    Thread(target=copy_context().run, args=(run,), name="import", daemon=False).start()
    while (line := queue.get()) is not None:
        if isinstance(line, BaseException):
            raise line
        yield line
