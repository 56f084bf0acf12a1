"""A learning module as PDF, to be printed and handed out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from sambang.lib.typesetting import accessible_pdf
from sambang.training.modules import MODULES_FOLDER, LearningModule

MODULE_TEMPLATE = Path(__file__).parent / "module.typ"


def module_pdf(module: LearningModule, *, address: str) -> bytes:
    """PDF/UA-1. `address` is that of the module's page."""
    data = asdict(module)
    for step in data["steps"]:
        step["picture"] = (MODULES_FOLDER / step["picture"]).read_text(encoding="utf-8")
    inputs = {"data": json.dumps({**data, "address": address}, ensure_ascii=False)}
    return accessible_pdf(MODULE_TEMPLATE, root=MODULE_TEMPLATE.parent, ignore_system_fonts=True, sys_inputs=inputs)
