"""The browser of an owner: as the pages' own forms do, every form that it sends names its business."""

from __future__ import annotations

from typing import Any

from django.test import Client

from sambang.registry.models import Business


class OwnerClient(Client):
    def __init__(self, business: Business) -> None:
        super().__init__()
        self.business = business

    def post(self, path: str, data: Any = None, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        return super().post(path, {"business": str(self.business.pk), **(data or {})}, *args, **options)
