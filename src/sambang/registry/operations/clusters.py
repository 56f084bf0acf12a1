"""Operations on sentra and kelompok."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Business, Cluster, Group, GroupMember, Region

SINGLE_OFFICES = (GroupMember.Office.CHAIR, GroupMember.Office.SECRETARY, GroupMember.Office.TREASURER)


class ClusterDetails(TypedDict, total=False):
    commodity: str
    place: str
    basis: str
    decree: str
    since: int | None
    head_name: str


@operation("registry.register_cluster")
def register_cluster(
    council: Council, by: Person, /, *, name: str, region: Region, **details: Unpack[ClusterDetails]
) -> Cluster:
    """Create a sentra. Raises ValidationError for a village outside the council, or a name that exists there."""
    if not RegionCode(council.region_code).contains(region.code):
        raise ValidationError(
            {"region": _("%(place)s di luar wilayah %(council)s.") % {"place": region.name, "council": council.name}}
        )
    head_name = details.pop("head_name", "").strip()
    cluster = Cluster(name=" ".join(name.split()), region=region, is_simulated=council.is_simulated, **details)
    if head_name:
        cluster.head = Person.objects.create_user(None, name=head_name)
    cluster.full_clean()
    cluster.save(force_insert=True)
    return cluster


@operation("registry.change_cluster")
def change_cluster(cluster: Cluster, by: Person, /, **details: Unpack[ClusterDetails]) -> Cluster:
    """Update the given columns. Name and village cannot change: visits and indexes refer to them."""
    details.pop("head_name", None)  # a head is named by name_head
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


@operation("registry.form_group")
def form_group(cluster: Cluster, by: Person, /, *, name: str) -> Group:
    group = Group(cluster=cluster, name=" ".join(name.split()))
    group.full_clean()
    group.save(force_insert=True)
    return group


@operation("registry.name_group_officer", lock=True)
def name_group_officer(group: Group, by: Person, /, *, business: Business, office: str) -> GroupMember:
    """Make an IKM a member with this office. Each office but member has one holder: the former becomes a member."""
    if business.cluster_id != group.cluster_id:
        raise ValidationError({"business": _("%(name)s bukan IKM sentra ini.") % {"name": business.name}})
    if office in SINGLE_OFFICES:
        former = GroupMember.objects.filter(group=group, office=office).exclude(business=business)
        former.update(office=GroupMember.Office.MEMBER)
    member = GroupMember.objects.filter(group=group, business=business).first()
    if member is None:
        member = GroupMember(group=group, business=business, office=office)
        member.full_clean()
        member.save(force_insert=True)
    elif member.office != office:
        member.office = office
        member.full_clean()
        member.save(update_fields=["office"])
    return member


@operation("registry.name_group_officer")
def leave_group(member: GroupMember, by: Person, /) -> Group:
    """Remove the IKM from the kelompok."""
    group = member.group
    member.delete()
    return group
