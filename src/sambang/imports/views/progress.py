"""Long work that tells a page how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread

from django.db import connections
from django.utils.html import format_html
from django.utils.translation import gettext as _


def progress_lines(work: Callable[[Callable[[int, int], None]], str]) -> Iterator[str]:
    """One line of HTML for every word of progress, then what `work` returns. The work runs beside the answer, so that a
    reader who goes away does not stop it half way; what `work` raises is raised here."""
    words: SimpleQueue[str | BaseException | None] = SimpleQueue()

    def tell(done: int, total: int) -> None:
        words.put(format_html("<li>{}</li>\n", _("%(done)d dari %(total)d baris") % {"done": done, "total": total}))

    def run() -> None:
        try:
            words.put(work(tell))
        except BaseException as wrong:
            words.put(wrong)
        finally:
            words.put(None)
            connections.close_all()

    Thread(target=run, name="import", daemon=False).start()
    while (word := words.get()) is not None:
        if isinstance(word, BaseException):
            raise word
        yield word
