"""Forms of the aspiration pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import new_id
from sambang.aspirations.difficulties import all_difficulties, offered_difficulties
from sambang.aspirations.models import Aspiration, Matter
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import ALL_OPTION, RupiahField, WholeNumberField
from sambang.lib.numbers import MAX_PEOPLE, MAX_PERCENT
from sambang.registry.forms import ClusterFilterForm, search_field
from sambang.visits.models import Attendance

PULSES = (0, 25, 50, 75, 100, 125)  # per cent of a normal month, as radio buttons


class AspirationBoardForm(ClusterFilterForm):
    """Filters both lists of the board: matters, and aspirations without a matter."""

    lookups: ClassVar[Mapping[str, str]] = {"kesulitan": "difficulty"}

    kesulitan = forms.ChoiceField(
        label=_("Kesulitan"), required=False, choices=lambda: [ALL_OPTION, *all_difficulties()]
    )
    cari = search_field(_("Cari kata"))

    def filter_sentra(self, rows: Any, cluster: str) -> Any:
        return rows.in_cluster(cluster)

    def filter_cari(self, rows: Any, text: str) -> Any:
        return rows.matching(text, self.person)


class MatterListForm(AspirationBoardForm):
    lookups: ClassVar[Mapping[str, str]] = {**AspirationBoardForm.lookups, "keadaan": "state"}
    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False, choices=[ALL_OPTION, *Matter.State.choices])
    field_order = ("sentra", "kesulitan", "keadaan", "cari")
    orders: ClassVar = {
        "ikm": (_("IKM terbanyak"), ("-headcount", "-opened_at")),
        "terlama": (_("terlama dulu"), ("opened_at",)),
        "sentra": (_("sentra"), ("cluster__name", "-opened_at")),
        "nama": (_("nama"), ("title",)),
    }


class AspirationGroupForm(forms.Form):
    """Aspirations of one sentra, of IKM outside any or of the whole regency, and the matter that they join: a new one
    with a title, or an existing one."""

    aspirasi = forms.ModelMultipleChoiceField(
        Aspiration.objects.none(),
        label=_("Aspirasi"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Pilih paling sedikit satu aspirasi."),
            "invalid_choice": _("Salah satu aspirasi itu sudah disatukan di tempat lain. Muat ulang halamannya."),
        },
    )
    matter = forms.ModelChoiceField(
        Matter.objects.none(), label=_("Masukkan ke"), required=False, empty_label=_("pokok bahasan baru")
    )
    title = forms.CharField(
        label=_("Nama pokok bahasan baru"),
        max_length=200,
        required=False,
        help_text=_("Satu kalimat yang dimengerti sentra. Tidak perlu diisi bila masuk ke pokok bahasan yang ada."),
    )
    difficulty = forms.ChoiceField(label=_("Kesulitan"), choices=all_difficulties)

    def __init__(self, region: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        aspirations: Any = self.fields["aspirasi"]
        aspirations.queryset = Aspiration.objects.ungrouped().in_regency(region)
        matters: Any = self.fields["matter"]
        matters.queryset = Matter.objects.in_regency(region).exclude(state=Matter.State.SOLVED).order_by("title")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        matter, title = data.get("matter"), data.get("title", "").strip()
        if matter is None and not title and "matter" not in self.errors:
            self.add_error("title", _("Beri nama pokok bahasannya, atau pilih yang sudah ada."))
        if matter is not None:  # an existing matter keeps its title and difficulty
            data["title"], data["difficulty"] = matter.title, matter.difficulty
        return data


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Pendapat Anda"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


class IdeaForm(forms.Form):
    proposal = forms.CharField(
        label=_("Gagasan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Apa yang dapat dilakukan, oleh siapa, untuk siapa."),
    )
    cost = RupiahField(label=_("Perkiraan biaya (Rp)"), required=False, help_text=_("Kosongkan bila belum diketahui."))


class SetAsideForm(forms.Form):
    because = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        help_text=_("Sentra akan membacanya. Yang menyampaikan berhak tahu mengapa."),
    )


class AspirationCorrectForm(EditForm, forms.Form):
    text = forms.CharField(label=_("Kata-katanya sendiri"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=_("Jenis"), choices=Aspiration.Kind)
    difficulty = forms.ChoiceField(label=_("Kesulitan"), choices=all_difficulties)
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami"), required=False, max_length=200)


class MatterChangeForm(EditForm, forms.Form):
    title = forms.CharField(label=_("Pokok bahasan"), max_length=200)
    difficulty = forms.ChoiceField(label=_("Kesulitan"), choices=all_difficulties)


class TargetMatterForm(forms.Form):
    """Another unsolved matter of the regency, as the target of a transfer or merge."""

    matter = forms.ModelChoiceField(
        Matter.objects.none(),
        label=_("Masukkan ke"),
        empty_label=_("pilih pokok bahasan"),
        error_messages={"invalid_choice": _("Pokok bahasan itu tidak ada di kabupaten ini, atau sudah selesai.")},
    )

    def __init__(self, matter: Matter, *args: Any) -> None:
        super().__init__(*args)
        matters: Any = self.fields["matter"]
        others = Matter.objects.in_regency(matter.region_id).exclude(pk=matter.pk)
        matters.queryset = others.exclude(state=Matter.State.SOLVED).order_by("title")


class VisitRecordForm(forms.Form):
    """One IKM on a visit: presence, pulse of production, and one aspiration in its own words."""

    present = forms.ChoiceField(
        label=_("Hadir?"), choices=[("yes", _("Hadir")), ("no", _("Tidak"))], widget=forms.RadioSelect
    )
    represented_by = forms.CharField(label=_("Diwakili oleh"), required=False, max_length=120)
    pulse = forms.ChoiceField(
        label=_("Produksi dibanding bulan biasa"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("tidak ditanya")), *((str(pulse), f"{pulse}%") for pulse in PULSES)],
    )
    other_pulse = WholeNumberField(label=_("atau angka lain (%)"), required=False, max_value=MAX_PERCENT, units={"%"})
    workers_seen = WholeNumberField(
        label=_("Pekerja yang ditemui"), required=False, max_value=MAX_PEOPLE, units={"orang", "org"}
    )
    text = forms.CharField(
        label=_("Kata-katanya sendiri"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(label=_("Jenis"), required=False, choices=Aspiration.Kind, widget=forms.RadioSelect)
    difficulty = forms.ChoiceField(
        label=_("Kesulitan"),
        required=False,
        choices=lambda: [("", _("pilih kesulitan")), *offered_difficulties()],
    )
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami"), required=False, max_length=200)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)  # idempotency key of the aspiration

    def __init__(self, *args: Any, shows_representative: bool = True, shows_pulse: bool = True, **options: Any) -> None:
        """Without `shows_representative` the form has no name of a representative, without `shows_pulse` no pulse."""
        super().__init__(*args, **options)
        if not shows_representative:
            del self.fields["represented_by"]
        if not shows_pulse:
            del self.fields["pulse"], self.fields["other_pulse"]

    @classmethod
    def initial_of(cls, attendance: Attendance | None) -> dict[str, Any]:
        """The recorded attendance, and a new id for the next aspiration."""
        initial: dict[str, Any] = {"id": new_id(), "pulse": ""}
        if attendance is None:
            return initial
        pulse = attendance.pulse
        initial |= {
            "present": "yes" if attendance.present else "no",
            "represented_by": attendance.represented_by,
            "workers_seen": attendance.workers_seen,
        }
        return initial | ({"pulse": str(pulse)} if pulse in PULSES else {"other_pulse": pulse})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("text", "").strip()
        if text and not data.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Pilih jenisnya: aspirasi, tantangan, atau kendala."))
        if text and not data.get("difficulty") and "difficulty" not in self.errors:
            self.add_error("difficulty", _("Pilih kesulitannya; bila tidak ada yang cocok, pilih “lainnya”."))
        if not text and any(data.get(name) for name in ("kind", "difficulty", "also_touches")):
            self.add_error("text", _("Tulis kata-katanya, atau kosongkan seluruh bagian ini."))
        return data

    def attendance(self, recorded: Attendance | None) -> dict[str, Any]:
        """Arguments of `record_attendance`. Fields that this form leaves out keep the recorded value."""
        stored = {"represented_by": recorded.represented_by, "other_pulse": recorded.pulse} if recorded else {}
        data = {"represented_by": "", "other_pulse": None, "pulse": None, **stored, **self.cleaned_data}
        pulse = data["other_pulse"] if data["other_pulse"] is not None else data["pulse"]
        return {
            "present": data["present"] == "yes",
            "represented_by": data["represented_by"].strip(),
            "pulse": None if pulse in ("", None) else int(pulse),
            "workers_seen": data["workers_seen"],
        }

    def aspiration(self) -> dict[str, Any] | None:
        """Arguments of `note_aspiration`; None without a text."""
        data = self.cleaned_data
        if not data["text"].strip():
            return None
        return {name: data[name] for name in ("kind", "text", "difficulty", "also_touches", "id")}


class DifficultyForm(EditForm, forms.Form):
    label = forms.CharField(
        label=_("Sebutan"), max_length=60, help_text=_("Satu sampai tiga kata, misalnya: limbah dan lingkungan.")
    )
    is_offered = forms.BooleanField(
        label=_("Ditawarkan di formulir"),
        required=False,
        help_text=_("Hapus tandanya bila tidak dipakai lagi: aspirasi yang sudah memakainya tetap."),
    )
