"""`sambang import_register WORKBOOK --cluster NAME`: a council's workbook into the register, from a terminal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from sambang.access.models import Person, system_person
from sambang.imports.columns import FIELD_LABELS, ColumnRead, columns_read
from sambang.imports.models import Placement
from sambang.imports.operations import (
    Destination,
    ImportResult,
    council_for,
    import_register,
    make_cluster,
    office_choices,
)
from sambang.imports.plan import (
    ALL_CHANGES,
    ChangeDecision,
    Decision,
    Plan,
    PlannedRow,
    plan_import,
    row_key,
)
from sambang.imports.preview import balance, preview_rows
from sambang.imports.region_lookup import (
    UnknownRegionError,
    regencies_of_rows,
    regency_named_in,
    region_named_in,
    unplaced_region,
    village_by,
)
from sambang.imports.sheets import ColumnChoices, RegisterRow, RegisterSheet, SheetError, read_register
from sambang.lib.region_code import Level, RegionCode
from sambang.registry.models import Cluster, Region

ROW_FIELDS = (
    "name",
    "owner",
    "nik",
    "nib",
    "phone",
    "address",
    "kbli",
    "product",
    "workers_male",
    "workers_female",
    "workers",
    "investment",
    "investment_land",
    "capacity",
    "unit",
    "annual_value",
    "established",
    "commodity",
    "village",
    "district",
    "regency",
    "cluster",
    "group",
)
MIN_PROGRESS_ROWS = 1000  # rows from which progress is shown unasked


class Command(BaseCommand):
    help = "Impor daftar IKM dari XLSX, XLS, ODS, atau CSV: semua atau tidak sama sekali."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workbook", type=Path, help="berkas XLSX, XLS, ODS, atau CSV")
        parser.add_argument(
            "--cluster", help="semuanya ke sentra ini; bila kosong: sesuai kolom sentra, atau tanpa sentra"
        )
        parser.add_argument(
            "--village", help="desa/kalurahan sentra: kode atau nama, bila judul berkas tak menyebutnya"
        )
        parser.add_argument("--as", dest="email", help="surel orang yang mengimpor (bila kosong: Sistem)")
        parser.add_argument(
            "--duplicates", choices=[*Decision], help="putusan untuk semua baris mirip yang belum pasti"
        )
        parser.add_argument(
            "--changes",
            choices=[*ChangeDecision],
            default=ChangeDecision.KEEP,
            help="isian yang berbeda: tetap seperti di daftar (keep), atau pakai isi berkas (replace)",
        )
        parser.add_argument("--dry-run", action="store_true", help="periksa saja, tidak ada yang ditulis")
        parser.add_argument("--json", action="store_true", help="cetak satu objek JSON")
        parser.add_argument("--progress", action="store_true", help="selalu tampilkan kemajuan")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                self._import(options)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except (SheetError, UnknownRegionError) as wrong:
            self._refuse(str(wrong))
        except ValidationError as wrong:
            self._refuse(" ".join(wrong.messages))
        except PermissionDenied:
            self._refuse(_("Orang ini tidak boleh mengimpor ke sentra itu."))

    def _refuse(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(2)

    def _import(self, options: dict[str, Any]) -> None:
        by = self._person(options["email"])
        path: Path = options["workbook"]
        if not path.is_file():
            raise SheetError(_("Berkas “%(name)s” tidak ada: periksa nama dan tempatnya.") % {"name": path.name})
        choices = ColumnChoices(by_heading=office_choices(by))
        sheet = read_register(path, path.name, progress=self._progress(_("Membaca"), options), choices=choices)
        cluster, region = self._destination(by, sheet, options)
        placement = Placement.CLUSTER if options["cluster"] else Placement.COLUMNS
        plan = plan_import(
            sheet, region=region, cluster=cluster, placement=placement, cluster_name=options["cluster"] or ""
        )
        result = None
        if not options["dry_run"]:
            decisions = {planned.key: options["duplicates"] for planned in plan.questions if options["duplicates"]}
            if plan.questions and not decisions:
                raise ValidationError(_open_question(plan))
            decisions[ALL_CHANGES] = options["changes"]
            target = council_for(by, region) if placement is Placement.COLUMNS else cluster
            target = target or make_cluster(by, name=options["cluster"], region=region)
            result = import_register(
                target,
                by,
                sheet=sheet,
                decisions=decisions,
                progress=self._progress(_("Mencatat"), options),
                destination=Destination(region, placement),
            )
        if options["json"]:
            self.stdout.write(json.dumps(described(sheet, plan), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(summary(sheet, plan, result)))

    def _person(self, email: str | None) -> Person:
        if not email:
            return system_person()
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            raise ValidationError(_("Tidak ada orang dengan surel %(email)s.") % {"email": email})
        return person

    def _destination(self, by: Person, sheet: RegisterSheet, options: dict[str, Any]) -> tuple[Cluster | None, Region]:
        """The sentra of that name, or None and where it would be made; without --cluster the regency of the list."""
        if options["cluster"] is None:
            return None, self._regency(by, sheet, options["village"])
        name = " ".join(options["cluster"].split())
        if not name:
            raise ValidationError(_('Nama sentra kosong: tulis --cluster "Nama Sentra".'))
        village = village_by(options["village"]) if options["village"] else None
        matching = Cluster.objects.visible_to(by).filter(name__iexact=name).select_related("region")
        if village is not None:
            matching = matching.filter(region=village)
        clusters = list(matching[:2])
        if len(clusters) > 1:
            raise ValidationError(_("Ada beberapa sentra “%(name)s”: sebutkan --village.") % {"name": name})
        if clusters:
            return clusters[0], clusters[0].region
        region = village or region_named_in(sheet)
        if region is None:
            region = unplaced_region()
            self.stderr.write(
                _("Tempat sentra tidak disebut di berkas: sentra baru digantung di “Indonesia”. Sebutkan --village.")
            )
        council_for(by, region)  # refuses before anything is counted as done
        return None, region

    def _regency(self, by: Person, sheet: RegisterSheet, village: str | None) -> Region:
        target_region = village_by(village) if village else regency_named_in(sheet) or region_named_in(sheet)
        if target_region is None:
            raise ValidationError(_("Berkas tidak menyebut desa/kalurahannya: sebutkan --village."))
        code = RegionCode(target_region.code)
        if not village and regencies_of_rows(sheet, within=code.at(Level.PROVINCE)) > 1:
            try:
                council_for(by, province := Region.objects.get(code=code.at(Level.PROVINCE)))
            except ValidationError:
                pass  # no council of the province: the rows of other regencies are named and not stored
            else:
                return province
        region = Region.objects.get(code=code.regency)
        council_for(by, region)
        return region

    def _progress(self, doing: str, options: dict[str, Any]) -> Any:
        def show(done: int, total: int) -> None:
            if options["progress"] or total >= MIN_PROGRESS_ROWS:
                self.stderr.write(f"\r{doing} {done}/{total}", ending="\n" if done >= total else "")
                self.stderr.flush()

        return show


def _open_question(plan: Plan) -> str:
    first = plan.questions[0]
    return _(
        "Ada %(count)d baris mirip yang harus diputuskan, misalnya baris %(row)d (%(name)s): ulangi dengan "
        "--duplicates merge, new, atau skip, atau putuskan satu per satu di halaman impor."
    ) % {"count": len(plan.questions), "row": first.row.row, "name": first.row.name}


def described(sheet: RegisterSheet, plan: Plan) -> dict[str, Any]:
    """The one object of --json."""
    return {
        "businesses": len(sheet.rows),
        "members": sum(1 for member in sheet.members if member.register is not None),
        "duplicates": [_described_repetition(planned) for planned in plan.repeated_rows],
        "errors": [vars(error) for error in sheet.errors],
        "rows": [_described_row(row) for row in sheet.rows],
        "notices": [{"row": row_key(notice.row), "message": notice.text} for notice in plan.notices],
        "refused": [{"row": row_key(notice.row), "message": notice.text} for notice in plan.refused],
        "remarks": list(sheet.remarks),
        "left_aside": [vars(item) for item in sheet.left_aside],
        "columns": [_described_column(read) for read in columns_read(sheet)],
        "missing": [{"registered": str(business.pk), "name": business.name} for business in plan.missing],
        "new_clusters": {name: target_region.code for name, target_region in plan.new_clusters},
        "sums": balance(sheet, preview_rows(sheet, plan)),
    }


def _described_repetition(planned: PlannedRow) -> dict[str, Any]:
    return {
        "row": row_key(planned.row),
        "name": planned.row.name,
        "same_as": row_key(planned.earlier_row) if planned.earlier_row else None,
        "registered": str(planned.match.pk) if planned.match else None,
        "reasons": list(planned.reasons),
        "decision": planned.decision.value if planned.decision else "ask",
    }


def _described_row(row: RegisterRow) -> dict[str, Any]:
    data = {name: getattr(row, name) for name in ("sheet", "row", *ROW_FIELDS)}
    return {**data, "permits": [permit._asdict() for permit in row.permits]}


def _described_column(read: ColumnRead) -> dict[str, Any]:
    column = read.column
    field = column.field if column.field in FIELD_LABELS else None
    return {
        "sheet": column.sheet,
        "column": column.letter,
        "heading": column.heading,
        "field": field,
        "basis": column.basis,
        "doubt": column.doubt,
    }


def summary(sheet: RegisterSheet, plan: Plan, result: ImportResult | None) -> list[str]:
    lines = [
        _("%(count)d IKM ditemukan, %(members)d anggota kelompok dicocokkan.")
        % {"count": len(sheet.rows), "members": sum(1 for member in sheet.members if member.register is not None)}
    ]
    lines += [f"{c.sheet} {c.cell} “{c.value}”: {c.message}" for c in sheet.errors]
    lines += [
        _("Mirip: %(row)s %(name)s (%(why)s)") % {"row": p.key, "name": p.row.name, "why": ", ".join(p.reasons)}
        for p in plan.repeated_rows
    ]
    lines += [f"{notice.row.sheet} {notice.row.row} {notice.row.name}: {notice.text}" for notice in plan.notices]
    lines += [f"{notice.row.sheet} {notice.row.row} {notice.row.name}: {notice.text}" for notice in plan.refused]
    lines += sheet.remarks
    lines += [_("Dikesampingkan: %(what)s") % {"what": item.described} for item in sheet.left_aside]
    if result is None:
        lines.append(
            _("Pemeriksaan saja: %(new)d akan baru, %(known)d sudah ada. Tidak ada yang ditulis.")
            % {"new": len(plan.new), "known": len(plan.matched)}
        )
    else:
        lines.append(
            _("%(new)d IKM baru, %(filled)d dilengkapi, %(same)d tetap, %(skipped)d dilewati.")
            % {"new": result.businesses, "filled": result.filled, "same": result.unchanged, "skipped": result.skipped}
        )
    return lines
