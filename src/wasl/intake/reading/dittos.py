"""Cells that only say "the same as above": //, 〃, نفس العنوان."""

from __future__ import annotations

import polars as pl

from wasl.intake.reading.model import Recognition

_DITTO = (
    r"^\s*(?:(?:[\"”“〃״'`´]\s*){1,3}|/{2,}|\\{2,}|=+|(?:في )?نفس(?:ه|ها)?(?: (?:ال)?(?:عنوان|قري[ةه]|مكان|بلد|سابق|شي[ءئ]"
    r"|شهر|نوع|مركز|صنف))?|كما سبق|كسابق[هة]|السابق|مثله|(?i:idem|ditto|as above|same|same as above))\s*$"
)
_REPEATED = (
    "governorate", "markaz", "local_unit", "village", "address", "need", "month", "year", "given_on", "paid_by",
    "quantity", "value", "unit_value",
)  # fmt: skip


class Dittos:
    """Fills such cells from the last accepted line above that says something, over frames."""

    def __init__(self, recognition: Recognition) -> None:
        columns = [recognition.find_column(name) for name in _REPEATED]
        self._names = [f"c{column.index}" for column in columns if column is not None]
        self._said: dict[str, str | None] = {}

    def fill(self, frame: pl.DataFrame, accepted: pl.Series, cut: int | None) -> pl.DataFrame:
        """Fill a frame; rows from `cut` on are read again with the next one."""
        filled = []
        for name in self._names:
            if name not in frame.columns:
                continue
            texts = frame[name]
            ditto = texts.str.contains(_DITTO).fill_null(False) & accepted
            own = pl.select(pl.when(accepted & ~ditto).then(texts)).to_series()
            said = self._said.get(name)
            if ditto.any():
                above = own.forward_fill()
                value = above if said is None else above.fill_null(said)
                filled.append(pl.select(pl.when(ditto).then(value).otherwise(texts).alias(name)).to_series())
            last = own.head(cut).drop_nulls() if cut is not None else own.drop_nulls()
            if len(last):
                self._said[name] = last[-1]
        return frame.with_columns(filled) if filled else frame
