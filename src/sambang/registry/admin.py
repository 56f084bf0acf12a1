"""Admin of the national reference tables, for administrators of the nation (/acuan/)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sambang.access.row_security import bypass_row_security
from sambang.audit.models import Entry
from sambang.registry.models import Industry, IndustryChange, Region


class ReferenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Writes bypass row security, under which no reader may change these tables. They are no operations, so each marks
    the change itself, in the transaction of Django's admin."""

    @bypass_row_security(__name__)
    def save_model(self, *args: Any) -> None:
        super().save_model(*args)
        Entry.objects.mark_change()

    @bypass_row_security(__name__)
    def delete_model(self, *args: Any) -> None:
        super().delete_model(*args)
        Entry.objects.mark_change()

    @bypass_row_security(__name__)
    def delete_queryset(self, *args: Any) -> None:
        super().delete_queryset(*args)
        Entry.objects.mark_change()


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    list_display = (
        "dotted",
        "name",
        "level",
        "source",
    )
    list_filter = ("level",)
    search_fields = (
        "code",
        "name",
    )
    raw_id_fields = ("parent",)
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Region | None = None) -> bool:
        return False  # councils, sentra and IKM refer to the code


@admin.register(Industry)
class IndustryAdmin(ReferenceAdmin):
    list_display = (
        "code",
        "version",
        "title",
        "note",
    )
    list_filter = ("version",)
    search_fields = (
        "code",
        "title",
    )


@admin.register(IndustryChange)
class IndustryChangeAdmin(ReferenceAdmin):
    list_display = (
        "old",
        "new",
        "question",
    )
    list_select_related = (
        "old",
        "new",
    )
    search_fields = (
        "old__code",
        "new__code",
        "question",
    )
    raw_id_fields = (
        "old",
        "new",
    )
