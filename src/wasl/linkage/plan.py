"""
The difference between what stands and what a run found, cut into batches that stand alone.

Pure: polars frames in, polars frames out. A *component* is everything that must change together:
subjects that exchange records, the families of the people in it, the groups that likely links
make. No component is ever split between two batches, and each batch is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from wasl.linkage.components import connected_components
from wasl.linkage.identities import (
    PROVISIONAL,
    find_retiring,
    group_subjects,
    inherit_subjects,
)

BATCH_SUBJECTS = 100_000


@dataclass(frozen=True)
class Standing:
    """What the registry says now of the items a run read, and of whatever shares a subject with them."""

    links: pl.DataFrame  # record_id, person_id
    entry_links: pl.DataFrame  # entry_id, family_id
    memberships: pl.DataFrame  # person_id, family_id
    groups: pl.DataFrame  # subject_id, group_id
    past_links: pl.DataFrame  # item, subject: retired subjects that records had
    past_entry_links: pl.DataFrame  # item, subject
    nids: pl.DataFrame  # nid_index, person_id: confirmed
    # record_id, person_id: not read, but they bear ids of records that were
    beside: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"record_id": pl.Int64, "person_id": pl.Int64})
    )
    # entry_id, family_id: not judged, but somebody who was is at home there
    homes: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"entry_id": pl.Int64, "family_id": pl.Int64})
    )


@dataclass(frozen=True)
class Found:
    """What the engine found, with what is needed to say since when."""

    people: pl.DataFrame  # record_id, certain_person, person
    families: pl.DataFrame  # entry_id, certain_family, family
    memberships: pl.DataFrame  # record_id, certain_family
    members: pl.DataFrame  # entry_id, record_id, first_month
    nids: pl.DataFrame  # record_id, nid_index, organisation, ministry


@dataclass(frozen=True)
class Plan:
    """Every change with the batch it belongs to; subjects from PROVISIONAL on are still to be made."""

    batches: int
    subjects: pl.DataFrame  # subject, kind, origin (new, revived), batch
    links: pl.DataFrame  # record_id, person_id, old, batch
    entry_links: pl.DataFrame  # entry_id, family_id, old, batch
    memberships: pl.DataFrame  # person_id, family_id, old, from_month, batch
    groups: pl.DataFrame  # subject_id, group_id (null: leaves), batch
    nids: pl.DataFrame  # nid_index, person_id, stands, batch
    retiring: pl.DataFrame  # subject, successor, kind, batch
    touched_families: pl.DataFrame  # family_id, batch: people too, whose records change
    counts: dict[str, int] = field(default_factory=dict)


def make_plan(standing: Standing, found: Found, *, batch_subjects: int = BATCH_SUBJECTS) -> Plan:
    """Compare what stands with what was found and return the difference, in batches."""
    people = _Side.of("person", found.people, standing.links, standing.past_links, PROVISIONAL)
    families = _Side.of(
        "family",
        found.families,
        standing.entry_links,
        standing.past_entry_links,
        PROVISIONAL + people.clusters.height,
    )
    memberships = _membership_changes(people, families, standing, found)
    groups = pl.concat([people.groups, families.groups])
    group_changes = _group_changes(groups, standing.groups)
    nids = _nid_changes(people, standing, found.nids)
    batch_of = _batch_of_subjects(
        people,
        families,
        memberships,
        group_changes,
        nids,
        pl.concat([groups, standing.groups]),
        batch_subjects,
    )
    touched = pl.concat(
        [_touched_families(families, group_changes, groups, standing), _touched_people(people)]
    )

    def dated(frame: pl.DataFrame, column: str) -> pl.DataFrame:
        return frame.join(batch_of.rename({"subject": column}), on=column, how="inner")

    made = pl.concat([people.made, families.made])
    retiring = pl.concat([people.retiring, families.retiring])
    return Plan(
        batches=int(batch_of["batch"].max() or 0) + 1 if batch_of.height else 0,  # type: ignore[arg-type]
        subjects=dated(made, "subject").sort("subject"),
        links=dated(people.changes, "target").select("batch", "old", record_id="item", person_id="target"),
        entry_links=dated(families.changes, "target").select(
            "batch", "old", entry_id="item", family_id="target"
        ),
        memberships=dated(memberships, "person_id"),
        groups=dated(group_changes, "subject_id"),
        nids=dated(nids, "person_id"),
        retiring=dated(retiring, "subject"),
        touched_families=dated(touched, "family_id"),
        counts=_count(people, families),
    )


@dataclass(frozen=True)
class _Side:
    """People or families: the same arithmetic over records or entries."""

    kind: str
    items: pl.DataFrame  # item, cluster, label, subject
    clusters: pl.DataFrame  # cluster, subject, oldest, origin
    targets: pl.DataFrame  # item, target
    changes: pl.DataFrame  # item, target, old
    retiring: pl.DataFrame  # subject, successor, kind
    groups: pl.DataFrame  # subject_id, group_id

    @classmethod
    def of(
        cls,
        kind: str,
        labels: pl.DataFrame,
        links: pl.DataFrame,
        past: pl.DataFrame,
        first_provisional: int,
    ) -> _Side:
        wanted = labels.rename(dict(zip(labels.columns, ("item", "cluster", "label"), strict=True)))
        items = wanted.join(
            links.rename(dict(zip(links.columns, ("item", "subject"), strict=True))),
            on="item",
            how="left",
        )
        clusters = inherit_subjects(items, past, first_provisional=first_provisional)
        assigned = items.join(clusters.select("cluster", target="subject"), on="cluster")
        targets = assigned.select("item", "target")
        changes = assigned.filter(pl.col("target").ne_missing(pl.col("subject"))).select(
            "item", "target", old="subject"
        )
        retiring = find_retiring(items, targets).with_columns(kind=pl.lit(kind))
        groups = group_subjects(targets, items.select("item", "label"))
        return cls(kind, items, clusters, targets, changes, retiring, groups)

    @property
    def made(self) -> pl.DataFrame:
        return self.clusters.filter(pl.col("origin") != "kept").select(
            "subject", "origin", kind=pl.lit(self.kind)
        )


def _membership_changes(people: _Side, families: _Side, standing: Standing, found: Found) -> pl.DataFrame:
    family_of_label = pl.concat(
        [
            families.clusters.select(certain_family="cluster", family_id="subject"),
            standing.homes.select(certain_family="entry_id", family_id="family_id"),
        ]
    )
    wanted = (
        found.memberships.select("record_id", "certain_family")
        .join(
            people.targets.rename({"item": "record_id", "target": "person_id"}),
            on="record_id",
        )
        .sort("record_id")
        .unique("person_id", keep="first", maintain_order=True)
        .join(family_of_label, on="certain_family")
        .select("person_id", "family_id")
    )
    before = standing.memberships.rename({"family_id": "old"})
    changed = wanted.join(before, on="person_id", how="left").filter(
        pl.col("family_id").ne_missing(pl.col("old"))
    )
    families_of = pl.concat(
        [families.targets.rename({"item": "entry_id", "target": "family_id"}), standing.homes]
    )
    since = _since_months(people, families_of, found, changed)
    return changed.join(since, on=["person_id", "family_id"], how="left").select(
        "person_id", "family_id", "old", "from_month"
    )


def _since_months(
    people: _Side, families_of: pl.DataFrame, found: Found, changed: pl.DataFrame
) -> pl.DataFrame:
    """Return the first month in which a list shows each changed person in the family."""
    return (
        found.members.join(
            people.targets.rename({"item": "record_id", "target": "person_id"}),
            on="record_id",
        )
        .join(changed.select("person_id"), on="person_id", how="semi")
        .join(families_of, on="entry_id")
        .group_by("person_id", "family_id")
        .agg(from_month=pl.col("first_month").min())
    )


def _group_changes(groups: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    both = groups.join(standing.rename({"group_id": "old"}), on="subject_id", how="full", coalesce=True)
    return both.filter(pl.col("group_id").ne_missing(pl.col("old")))


def _nid_changes(people: _Side, standing: Standing, nids: pl.DataFrame) -> pl.DataFrame:
    """
    Find ids that become or cease to be confirmed for a person (L7).

    Confirmed: two organisations agree on it for the one person, or the ministry says so and no
    other person carries it.
    """
    bearers = pl.concat(
        [people.targets.rename({"item": "record_id", "target": "person_id"}), standing.beside]
    )
    carried = nids.join(bearers, on="record_id")
    by_person = carried.group_by("nid_index", "person_id").agg(
        organisations=pl.col("organisation").n_unique(),
        ministry=pl.col("ministry").any(),
    )
    alone = pl.len().over("nid_index") == 1
    wanted = by_person.filter((pl.col("organisations") > 1) | (pl.col("ministry") & alone)).select(
        "nid_index", "person_id", wanted=pl.lit(True)
    )
    read = bearers.select(pl.col("person_id").unique())
    seen = standing.nids.join(read, on="person_id", how="semi").with_columns(had=pl.lit(True))
    both = wanted.join(seen, on=["nid_index", "person_id"], how="full", coalesce=True)
    return both.filter(pl.col("wanted").ne_missing(pl.col("had"))).select(
        "nid_index", "person_id", stands=pl.col("wanted").is_not_null()
    )


def _batch_of_subjects(
    people: _Side,
    families: _Side,
    memberships: pl.DataFrame,
    group_changes: pl.DataFrame,
    nids: pl.DataFrame,
    groups: pl.DataFrame,
    batch_subjects: int,
) -> pl.DataFrame:
    """Return `subject, batch` of every subject that a change touches, whole components together."""
    changed = [
        *(_edges(side.changes, "target", "old") for side in (people, families)),
        *(_edges(side.retiring, "subject", "successor") for side in (people, families)),
        _edges(memberships, "person_id", "family_id"),
        _edges(group_changes, "subject_id", "group_id"),
        _edges(group_changes, "subject_id", "old"),
        _edges(nids, "person_id", "person_id"),
    ]
    touched = pl.concat(changed)
    if touched.is_empty():
        return pl.DataFrame(schema={"subject": pl.Int64, "batch": pl.Int64})
    edges = pl.concat([touched, _edges(groups, "subject_id", "group_id")])
    nodes, component = connected_components(edges["left"].to_numpy(), edges["right"].to_numpy())
    frame = pl.DataFrame({"subject": nodes, "component": component})
    alive = frame.join(touched.select(subject=pl.col("left").unique()), on="subject", how="semi")
    frame = frame.join(alive.select(pl.col("component").unique()), on="component", how="semi").sort(
        "component", "subject"
    )
    return frame.select("subject", batch=_cut(frame["component"].to_numpy(), batch_subjects))


def _edges(frame: pl.DataFrame, left: str, right: str) -> pl.DataFrame:
    return frame.select(
        left=pl.col(left).cast(pl.Int64),
        right=pl.coalesce(pl.col(right).cast(pl.Int64), pl.col(left).cast(pl.Int64)),
    )


def _cut(component: np.ndarray, batch_subjects: int) -> pl.Series:
    """Number the batches over subjects sorted by component; a component goes where its first falls."""
    starts = np.flatnonzero(np.r_[True, component[1:] != component[:-1]])
    sizes = np.diff(np.r_[starts, len(component)])
    raw = np.repeat(starts // batch_subjects, sizes)
    _, batch = np.unique(raw, return_inverse=True)
    return pl.Series("batch", batch.astype(np.int64))


def _touched_families(
    families: _Side,
    group_changes: pl.DataFrame,
    groups: pl.DataFrame,
    standing: Standing,
) -> pl.DataFrame:
    """Return every family whose entries, group or existence change, and all who share a group with one."""
    is_family = pl.concat(
        [
            families.clusters.select("subject"),
            standing.entry_links.select(subject="family_id"),
        ]
    ).unique()
    all_groups = pl.concat([groups, standing.groups])
    own = pl.concat(
        [
            families.changes.select(subject="target"),
            families.changes.select(subject="old").drop_nulls(),
            group_changes.select(subject="subject_id"),
        ]
    ).unique()
    touched_groups = pl.concat(
        [
            all_groups.join(own, left_on="subject_id", right_on="subject", how="semi").select("group_id"),
            group_changes.select("group_id").drop_nulls(),
        ]
    ).unique()
    fellows = all_groups.join(touched_groups, on="group_id", how="semi").select(subject="subject_id")
    return (
        pl.concat([own, fellows])
        .unique()
        .join(is_family, on="subject", how="semi")
        .select(family_id="subject")
    )


def _touched_people(people: _Side) -> pl.DataFrame:
    """Return whoever gains or loses a record: what was given to it is theirs, or no longer."""
    changed = people.changes
    return (
        pl.concat([changed.select(family_id="target"), changed.select(family_id="old").drop_nulls()])
        .cast(pl.Int64)
        .unique()
    )


def _count(people: _Side, families: _Side) -> dict[str, int]:
    counts: dict[str, int] = {}
    for side, plural in ((people, "people"), (families, "families")):
        made = side.clusters.filter(pl.col("origin") != "kept").join(
            side.items.drop_nulls("subject").select("cluster").unique(),
            on="cluster",
            how="semi",
        )
        counts[f"certain_{plural}"] = side.clusters.height
        counts[plural] = side.items["label"].n_unique()
        counts[f"new_{plural}"] = (
            side.clusters.filter(pl.col("origin") == "new").height
            - made.filter(pl.col("origin") == "new").height
        )
        counts[f"joined_{plural}"] = side.retiring.height
        counts[f"separated_{plural}"] = made.height
    return counts
