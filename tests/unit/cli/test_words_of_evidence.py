"""Every kind of evidence that the engine gives has words in both languages."""

from wasl.cli.words_linking import WORDS
from wasl.matching.families import EVIDENCE


def test_evidence_of_families_has_words() -> None:
    assert [name for name in EVIDENCE if f"comparison.{name}" not in WORDS] == []
