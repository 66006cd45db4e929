"""Every kind of evidence that the engine gives has words in both languages."""

from wasl.matching.compare import LEVELS
from wasl.matching.families import FAMILY_TERMS
from wasl.matching.score import RIVALS
from wasl.matching.waterfall import RULES, TERMS
from wasl.wording.linking import WORDS


def test_evidence_has_words() -> None:
    wanted = [f"comparison.{name}" for name in (*TERMS, *FAMILY_TERMS, "prior")]
    wanted += [f"level.{level}" for levels in LEVELS.values() for level in levels]
    wanted += [f"rival.{rival}" for rival in RIVALS]
    wanted += [f"rule.{rule}" for rule in (*RULES, "family")]
    assert [code for code in wanted if code not in WORDS] == []
