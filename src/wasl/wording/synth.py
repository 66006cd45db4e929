"""Words of the synthetic alliance and its judge."""

WORDS: dict[str, tuple[str, str]] = {
    "stage.people": ("توليد الأسر والأفراد", "Making families and people"),
    "stage.lists": ("كتابة الكشوف", "Writing lists"),
    "stage.truth": ("كتابة الحقيقة", "Writing the truth"),
    "synth.written": (
        "كُتبت في {folder}: ملفات {files}، أسطر {rows}، أسر {families}، أفراد {people}",
        "Wrote {files} files with {rows} rows about {families} families and {people} people to {folder}",
    ),
    "synth.overlaps": (
        "الازدواج الحقيقي: {overlaps}، في أسطر عددها {overlap_rows}",
        "True overlaps: {overlaps}, in {overlap_rows} rows",
    ),
    "synth.not_empty": (
        "المجلد {folder} ليس فارغًا. اختر مجلدًا جديدًا.",
        "The folder {folder} is not empty. Choose a new one.",
    ),
    "synth.numbers": (
        "الأسر من 50 إلى 10,000,000 والجهات من 1 إلى 99.",
        "Families go from 50 to 10,000,000, organisations from 1 to 99.",
    ),
    "evaluate.unreadable": ("لا يمكن قراءة {file}.", "{file} cannot be read."),
    "evaluate.columns_missing": ("تنقص {file} الأعمدة: {columns}", "{file} lacks the columns: {columns}"),
    "evaluate.heading": (
        "{measure:<22} {precision:>9} {recall:>9} {f1:>9} {pairs:>12}",
        "{measure:<22} {precision:>9} {recall:>9} {f1:>9} {pairs:>12}",
    ),
    "evaluate.unmatched": (
        "أسطر لا تُعرف حقيقتها: {links_without_truth}، وحقيقة بلا أسطر: {truth_without_links}",
        "Mentions without truth: {links_without_truth}; truth without mentions: {truth_without_links}",
    ),
    "evaluate.people": ("الأفراد", "people"),
    "evaluate.people_hard": ("الأفراد بلا رقم صالح", "people, no usable id"),
    "evaluate.families": ("الأسر", "families"),
    "evaluate.certain_people": ("الأفراد (مؤكد)", "people, certain"),
    "evaluate.certain_people_hard": ("بلا رقم صالح (مؤكد)", "no usable id, certain"),
    "evaluate.certain_families": ("الأسر (مؤكد)", "families, certain"),
    "evaluate.overlaps": ("الازدواج", "overlaps"),
    "evaluate.certain_overlaps": ("الازدواج (مؤكد)", "overlaps, certain"),
    "evaluate.precision": ("الدقة", "precision"),
    "evaluate.recall": ("الشمول", "recall"),
    "evaluate.f1": ("F1", "F1"),
    "evaluate.pairs": ("أزواج حقيقية", "true pairs"),
}
