"""National ids are unreadable without the key, and found with it."""

from __future__ import annotations

import pytest

from wasl.kernel.errors import InvalidInput, InvariantBroken, NotFound
from wasl.store import sealing


def test_unseal_what_was_sealed_gives_it_back() -> None:
    texts = ["29001011234567", None, "رقم", ""]
    assert sealing.unseal(sealing.seal(texts)) == texts


def test_seal_the_same_twice_differs_but_is_indexed_alike() -> None:
    one, two = sealing.seal(["29001011234567"] * 2)
    assert one != two
    assert sealing.keyed_index(["29001011234567"]) == sealing.keyed_index([b"29001011234567"])


def test_keyed_index_depends_on_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sealing.keyed_index(["29001011234567", None])
    monkeypatch.setenv("WASL_KEY", "6b" * 32)
    after = sealing.keyed_index(["29001011234567", None])
    assert before[0] != after[0]
    assert before[1] is None
    assert after[1] is None


def test_unseal_with_another_key_is_an_invariant_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealing.seal(["29001011234567"])
    monkeypatch.setenv("WASL_KEY", "6b" * 32)
    with pytest.raises(InvariantBroken):
        sealing.unseal(sealed)


@pytest.mark.parametrize("key", ["5a", "zz" * 32, "5a" * 33])
def test_malformed_key_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("WASL_KEY", key)
    with pytest.raises(InvalidInput):
        sealing.seal(["1"])


def test_key_file_is_made_once_and_closed_to_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.delenv("WASL_KEY")
    monkeypatch.setenv("WASL_HOME", str(tmp_path))
    with pytest.raises(NotFound):
        sealing.seal(["1"])
    assert sealing.make_key() is True
    assert sealing.make_key() is False
    assert sealing.key_file().stat().st_mode & 0o077 == 0
    assert sealing.unseal(sealing.seal(["1"])) == ["1"]
