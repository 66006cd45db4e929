"""What quantities are counted in."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "families.unit.box": ("كرتونة", "box"),
    "families.unit.package": ("حزمة", "package"),
    "families.unit.meal": ("وجبة", "meal"),
    "families.unit.kg": ("كجم", "kg"),
    "families.unit.payment": ("دفعة", "payment"),
    "families.unit.piece": ("قطعة", "piece"),
    "families.unit.set": ("طقم", "set"),
    "families.unit.home": ("منزل", "home"),
    "families.unit.connection": ("وصلة", "connection"),
    "families.unit.bag": ("شنطة", "bag"),
    "families.unit.course": ("جرعة أو دورة", "course"),
    "families.unit.device": ("جهاز", "device"),
    "families.unit.operation": ("عملية", "operation"),
    "families.unit.visit": ("كشف طبي", "visit"),
    "families.unit.head": ("رأس", "head"),
    "families.unit.project": ("مشروع", "project"),
    "families.unit.boat": ("مركب", "boat"),
    "families.unit.feddan": ("فدان", "feddan"),
}
