"""Words of what a browser may choose for itself."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "preferences.title": ("شكل الصفحات", "How pages look"),
    "preferences.save": ("احفظ", "Save"),
    "preferences.explain": (
        "اختيارك لهذا الجهاز وحده، ولا يغيّر ما يُنسخ أو يُصدَّر.",
        "Your choice holds for this device alone, and changes nothing that is copied or exported.",
    ),
    "preferences.digits": ("الأرقام", "Digits"),
    "preferences.digits.western": ("1234567890", "1234567890"),
    "preferences.digits.eastern": ("١٢٣٤٥٦٧٨٩٠", "١٢٣٤٥٦٧٨٩٠"),
    "preferences.theme": ("الإضاءة", "Light and dark"),
    "preferences.theme.system": ("كما في الجهاز", "As the device"),
    "preferences.theme.light": ("فاتحة", "Light"),
    "preferences.theme.dark": ("داكنة", "Dark"),
    "preferences.density": ("الجداول", "Tables"),
    "preferences.density.roomy": ("متباعدة", "Roomy"),
    "preferences.density.dense": ("متقاربة", "Dense"),
}
