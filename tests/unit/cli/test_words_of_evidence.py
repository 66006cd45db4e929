"""Every kind of evidence that the engine gives has words in both languages."""

from wasl.matching.families import EVIDENCE
from wasl.wording.linking import WORDS


def test_evidence_of_families_has_words() -> None:
    assert [name for name in EVIDENCE if f"comparison.{name}" not in WORDS] == []
