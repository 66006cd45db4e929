"""From the people read of each line to mentions: role, relation, and what one says of another."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from wasl.intake.reading.model import MENTIONS_SCHEMA, Recognition

_RELATION_OF = {"self": "head", "head": "head", "spouse": "spouse", "child": "child"}
_COPIED = (
    "name", "name_written", "nid", "nid_check", "nid_written", "sex", "birth_date", "birth_precision", "phone", "deceased",
    "marital", "relation", "elder",
)  # fmt: skip


def build_mentions(
    rows: pl.Series,
    entry: pl.Series,
    accepted: pl.Series,
    people: Mapping[str, pl.DataFrame],
    places: pl.DataFrame,
    recognition: Recognition,
) -> pl.DataFrame:
    """List who is named by the accepted rows, by row and role."""
    people = _tell_each_other(dict(people))
    parts = []
    for place, (owner, person) in enumerate(people.items()):
        present = person["present"] & accepted
        if owner == "head":
            present = present & _is_first(entry) & ~_stands_in(entry, person, people.get("self"))
        if not present.any():
            continue
        table = pl.concat([person.select(_COPIED), places], how="horizontal").with_columns(
            rows.alias("row"),
            entry.alias("entry"),
            role=pl.lit(_role(owner, recognition)),
            place=pl.lit(place),
        )
        if owner == "self":
            table = table.with_columns(_husband_or_father_in(entry, people, recognition).alias("may_lead"))
        parts.append(_related(table.filter(present), owner, recognition).drop("may_lead", strict=False))
    if not parts:
        return pl.DataFrame(schema=MENTIONS_SCHEMA)
    everyone = pl.concat(parts).sort("row", "place", maintain_order=True)
    return everyone.select([pl.col(name).cast(dtype) for name, dtype in MENTIONS_SCHEMA.items()])


def _role(owner: str, recognition: Recognition) -> str:
    if owner == "self":
        return "person" if recognition.layout == "person" else "registrant"
    return "registrant" if owner == "head" else owner


def _related(table: pl.DataFrame, owner: str, recognition: Recognition) -> pl.DataFrame:
    """A relation the list writes stands; else the column the name stands in says it, where it does."""
    kind = owner.rstrip("0123456789")
    says = owner != "self" or recognition.layout == "family"
    if not says:
        if recognition.grouping in {"number", "head", "head_column"}:
            return table.with_columns(relation=_with_heads(table, recognition.head_said_as is not None))
        if recognition.grouping != "continuation":
            return table
        first = pl.col("row") == pl.col("entry")
        return table.with_columns(relation=pl.coalesce("relation", pl.when(first).then(pl.lit("head"))))
    return table.with_columns(relation=pl.coalesce("relation", pl.lit(_RELATION_OF.get(kind))))


def _with_heads(table: pl.DataFrame, heads_are_said_otherwise: bool) -> pl.Series:
    """
    In an entry that names no head, the husband is the head, else the father, else the mother or widow.

    Then the father's wife, called الأم, is the spouse. Where a head stands in the entry, or may by
    a line that says no relation, parents are the head's own and stay so.
    """
    relation, elder, sex = pl.col("relation"), pl.col("elder"), pl.col("sex")
    unsaid = pl.lit(False) if heads_are_said_otherwise else relation.is_null()
    headless = pl.col("may_lead").any().over("entry") & ~(
        (relation == "head").fill_null(False) | unsaid
    ).any().over("entry")
    husband = ((relation == "spouse") & (sex == 1)).fill_null(False)
    father, mother = (elder == 1).fill_null(False), (elder == 2).fill_null(False)
    no_husband = ~husband.any().over("entry")
    no_father = no_husband & ~father.any().over("entry")
    head = _first(husband) | (no_husband & _first(father)) | (no_father & _first(mother))
    wife = no_husband & father.any().over("entry") & mother
    return table.select(
        pl.when(headless & head)
        .then(pl.lit("head"))
        .when(headless & wife)
        .then(pl.lit("spouse"))
        .otherwise(relation)
    ).to_series()


def _first(said: pl.Expr) -> pl.Expr:
    return said & (said.cast(pl.Int32).cum_sum().over("entry") == 1)


def _tell_each_other(people: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """
    Carry what the spouse's cell says of the registrant, and a woman named only by her husband.

    متوفى in place of a husband's name names nobody: the registrant is widowed.
    """
    if "self" not in people:
        return people
    own = people["self"]
    if own["husband_named"].any():
        people = _husbands_named(people)
        own = people["self"]
    if "spouse" in people:
        spouse = people["spouse"]
        says = pl.select(
            pl.coalesce(
                spouse["spouse_says"],
                pl.when(spouse["deceased"]).then(pl.lit("widowed")),
            )
        ).to_series()
        gone = own["deceased"] & ~own["present"]
        people["self"] = own.with_columns(marital=pl.coalesce(pl.col("marital"), says))
        people["spouse"] = spouse.with_columns(
            marital=pl.coalesce(pl.col("marital"), pl.when(gone).then(pl.lit("widowed")))
        )
    return people


def _husbands_named(people: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """`أرملة محمد علي` names the husband; she is there by her id alone, if it is written."""
    own = people["self"]
    by_husband = own["husband_named"]
    widow = own["name_written"].str.contains(r"^\W*[أا]رمل").fill_null(False) & by_husband
    divorced = own["name_written"].str.contains(r"^\W*مطلق").fill_null(False) & by_husband
    spouse = people.get("spouse")
    husband = own.with_columns(
        nid=pl.lit(None, dtype=pl.String),
        nid_check=pl.lit(None, dtype=pl.Boolean),
        nid_written=pl.lit(None, dtype=pl.String),
        birth_date=pl.lit(None, dtype=pl.Date),
        birth_precision=pl.lit(None, dtype=pl.String),
        phone=pl.lit(None, dtype=pl.Int64),
        sex=pl.lit(1, dtype=pl.Int8),
        marital=pl.lit(None, dtype=pl.String),
        relation=pl.lit(None, dtype=pl.String),
        elder=pl.lit(None, dtype=pl.Int8),
        deceased=widow,
        present=by_husband & own["name"].is_not_null(),
        has_id=pl.lit(False),
    )
    if spouse is not None:
        free = by_husband & ~spouse["present"]
        merged = [
            pl.when(free).then(husband[name]).otherwise(spouse[name]).alias(name) for name in spouse.columns
        ]
        husband = pl.select(merged)
    wife = own.with_columns(
        name=pl.when(~by_husband).then("name"),
        sex=pl.when(by_husband).then(pl.lit(2, dtype=pl.Int8)).otherwise("sex"),
        marital=pl.coalesce(
            "marital",
            pl.when(widow).then(pl.lit("widowed")).when(divorced).then(pl.lit("divorced")),
        ),
        present=pl.when(by_husband).then("has_id").otherwise("present"),
    )
    rest = {owner: person for owner, person in people.items() if owner not in {"self", "spouse"}}
    return {"self": wife, "spouse": husband} | rest


def _is_first(entry: pl.Series) -> pl.Series:
    """The head named in a column of its own is one mention per entry."""
    return pl.DataFrame({"entry": entry}).select(pl.int_range(pl.len()).over("entry") == 0).to_series()


def _stands_in(entry: pl.Series, head: pl.DataFrame, own: pl.DataFrame | None) -> pl.Series:
    """Whether a line of the entry is that head himself, or says that it is."""
    if own is None:
        return pl.Series("same", [False]).new_from_index(0, len(entry))
    table = pl.DataFrame({"entry": entry, "same": _is_head(head, own) | (own["relation"] == "head")})
    return table.select(pl.col("same").fill_null(False).any().over("entry")).to_series()


def _is_head(head: pl.DataFrame, own: pl.DataFrame) -> pl.Series:
    """Whether a line's own person is the head its other column names, perhaps by fewer names."""
    table = pl.DataFrame(
        {"name": own["name"], "nid": own["nid"], "head": head["name"], "head_id": head["nid"]}
    )
    longer = (pl.col("name") + " ").str.starts_with(pl.col("head") + " ")
    shorter = (pl.col("head") + " ").str.starts_with(pl.col("name") + " ")
    same_id = (pl.col("nid") == pl.col("head_id")).fill_null(False)
    return table.select(longer.fill_null(False) | shorter.fill_null(False) | same_id).to_series()


def _husband_or_father_in(
    entry: pl.Series, people: Mapping[str, pl.DataFrame], recognition: Recognition
) -> pl.Series:
    """Whether an entry's head may be called father or husband: where a column names him, only that man."""
    everybody = pl.Series("may_lead", [True]).new_from_index(0, len(entry))
    if recognition.grouping != "head_column" or "head" not in people or "self" not in people:
        return everybody
    own = people["self"]
    called_so = (own["elder"] == 1) | ((own["relation"] == "spouse") & (own["sex"] == 1))
    return (_is_head(people["head"], own) & called_so.fill_null(False)).alias("may_lead")
