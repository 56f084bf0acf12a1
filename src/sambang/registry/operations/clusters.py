"""Operations on sentra and kelompok."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn, require_unused
from sambang.lib.region_code import RegionCode
from sambang.lib.time_zones import today_in
from sambang.registry.hooks import business_hooks
from sambang.registry.models import Business, Cluster, Group, GroupMember, Permit, Region
from sambang.registry.operations.businesses import require_same_regency

SINGLE_OFFICES = (GroupMember.Office.CHAIR, GroupMember.Office.SECRETARY, GroupMember.Office.TREASURER)


class Decree(TypedDict, total=False):
    decree_number: str
    decree_issuer: str
    decree_date: date | None


class ClusterDetails(TypedDict, total=False):
    name: str
    commodity: str
    place: str
    basis: str
    decree: str
    since: int | None
    story: str
    story_en: str
    head_name: str


@operation("registry.register_cluster")
def register_cluster(council: Council, by: Person, /, *, region: Region, **details: Unpack[ClusterDetails]) -> Cluster:
    """Create a sentra. Raises ValidationError for a village outside the council, or a name that exists there."""
    if not RegionCode(council.region_code).contains(region.code):
        raise ValidationError(
            {"region": _("%(place)s di luar wilayah %(council)s.") % {"place": region.name, "council": council.name}}
        )
    head_name = details.pop("head_name", "").strip()
    details["name"] = " ".join(details["name"].split())
    cluster = Cluster(region=region, is_simulated=council.is_simulated, **details)
    if head_name:
        cluster.head = Person.objects.create_user(None, name=head_name)
    cluster.full_clean()
    cluster.save(force_insert=True)
    return cluster


@operation("registry.change_cluster")
def change_cluster(cluster: Cluster, by: Person, /, **details: Unpack[ClusterDetails]) -> Cluster:
    """Update the given columns. The village cannot change: the figures of its region count the sentra."""
    details.pop("head_name", None)  # a head is named by name_head
    if "name" in details:
        details["name"] = " ".join(details["name"].split())
    changed = [column for column, value in details.items() if getattr(cluster, column) != value]
    for column in changed:
        setattr(cluster, column, details[column])  # type: ignore[literal-required]
    cluster.full_clean()
    if changed:
        cluster.save(update_fields=changed)
    return cluster


@operation("registry.change_cluster")
def name_head(cluster: Cluster, by: Person, /, *, business: Business | None = None, name: str = "") -> Cluster:
    """Set the head of the sentra: the owner of one of its IKM, or another person by name; neither removes the head."""
    if business is not None and business.cluster_id != cluster.pk:
        raise ValidationError({"business": _("%(name)s bukan IKM sentra ini.") % {"name": business.name}})
    if business is not None:
        head: Person | None = business.owner
    elif name.strip():
        same = cluster.head is not None and cluster.head.name == name.strip()
        head = cluster.head if same else Person.objects.create_user(None, name=name.strip())
    else:
        head = None
    cluster.head = head
    cluster.save(update_fields=["head"])
    return cluster


@operation("registry.change_business", lock=True)
def move_business(business: Business, by: Person, /, *, cluster: Cluster | None) -> Business:
    """Move the IKM into another sentra of its regency, or out of any. Raises ValidationError."""
    place_in_cluster(business, cluster)
    return business


def place_in_cluster(business: Business, cluster: Cluster | None) -> None:
    """Write the sentra; memberships in kelompok of the former one end. Raises ValidationError."""
    if cluster is not None:
        require_same_regency(business.region, cluster.region)
    today = today_in(business.region_id)
    for member in business.group_memberships.current().exclude(group__cluster=cluster):
        member.left_on = max(today, member.joined_on or today)
        member.save(update_fields=["left_on"])
    business.cluster = cluster
    with business_hooks([business], "registry.change_business"):
        business.save(update_fields=["cluster"])


@operation("registry.form_group")
def form_group(cluster: Cluster, by: Person, /, *, name: str, **decree: Unpack[Decree]) -> Group:
    group = Group(cluster=cluster, name=" ".join(name.split()), **decree)
    group.full_clean()
    group.save(force_insert=True)
    return group


@operation("registry.change_group")
def change_group(group: Group, by: Person, /, *, name: str, **decree: Unpack[Decree]) -> Group:
    """Change the name and the decree of a kelompok. Raises ValidationError."""
    group.name = " ".join(name.split())
    for field, value in decree.items():
        setattr(group, field, value)
    group.full_clean()
    group.save(update_fields=["name", *decree])
    return group


@operation("registry.withdraw", lock=True)
def withdraw_entry(row: Cluster | Group | Permit, by: Person, /, *, because: str) -> Cluster | Group | Permit:
    """Withdraw a sentra, kelompok or permit entered by mistake. Raises ValidationError while IKM, visits, matters or
    actions belong to it."""
    require_unused(row)
    return mark_withdrawn(row, by, because)


@operation("registry.restore", lock=True)
def restore_entry(row: Cluster | Group | Permit, by: Person, /) -> Cluster | Group | Permit:
    """Restore within thirty days. Raises ValidationError."""
    return mark_restored(row)


@operation("registry.name_group_officer", lock=True)
def name_group_officer(
    group: Group, by: Person, /, *, business: Business, office: str, day: date | None = None
) -> GroupMember:
    """Make an IKM a member with this office from `day` on (default: today). Each office but member has one holder: the
    former one becomes a member. Earlier offices stay as rows with an end. Raises ValidationError."""
    day = day or today_in(group.cluster.region_id)
    if business.cluster_id != group.cluster_id:
        raise ValidationError({"business": _("%(name)s bukan IKM sentra ini.") % {"name": business.name}})
    if office in SINGLE_OFFICES:
        for former in group.members.current().filter(office=office).exclude(business=business):
            _end_membership(former, day)
            _join_group(GroupMember(group=group, business=former.business, joined_on=day))
    member = group.members.current().filter(business=business).first()
    if member is None:
        return _join_group(GroupMember(group=group, business=business, office=office, joined_on=day))
    if member.office == office:
        return member
    _end_membership(member, day)
    return _join_group(GroupMember(group=group, business=business, office=office, joined_on=day))


def _join_group(member: GroupMember) -> GroupMember:
    member.full_clean()
    member.save(force_insert=True)
    return member


def _end_membership(member: GroupMember, day: date) -> None:
    """Raises ValidationError for a day in the future or before the membership began."""
    if day > today_in(member.group.cluster.region_id):
        raise ValidationError({"day": _("Tanggal itu belum tiba.")})
    if member.joined_on and day < member.joined_on:
        raise ValidationError(
            {"day": _("%(name)s baru menjabat setelah tanggal itu.") % {"name": member.business.name}}
        )
    if day == member.joined_on:
        member.delete()  # a correction of the same day is no history
        return
    member.left_on = day
    member.save(update_fields=["left_on"])


@operation("registry.name_group_officer")
def leave_group(member: GroupMember, by: Person, /) -> Group:
    """End the membership today; it stays in the history of the kelompok."""
    _end_membership(member, today_in(member.group.cluster.region_id))
    return member.group
