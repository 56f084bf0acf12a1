"""Log lines that a machine reads: one JSON object a line, without anybody's name, address or token in it."""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sambang.lib.tokens import mask_tokens

FRAMES = 12  # of a traceback, the innermost
request_id: ContextVar[str] = ContextVar("the request at work", default="")


class JsonLines(logging.Formatter):
    """At, level, logger, words, the request's id, and `facts` where the caller gave some by `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": _words(record),
        }
        if request_id.get():
            said["request"] = request_id.get()
        said |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            kind, _error, trace = record.exc_info
            said["error"] = f"{kind.__module__}.{kind.__qualname__}"  # never its words: a database's errors quote rows
            said["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-FRAMES:]
            ]
        return json.dumps(said, ensure_ascii=False)


def _words(record: logging.LogRecord) -> str:
    """The message; of Django's lines about a request ("Not Found: /daftar/…") the part before the address."""
    if hasattr(record, "request") and isinstance(record.args, tuple) and record.args:
        return str(record.args[0])
    return mask_tokens(record.getMessage())
