"""Write the life of a grant from the table of moves: `python -m wasl.benefits.grants.diagram > docs/grant-life.md`."""

from __future__ import annotations

from wasl.benefits.grants.rules import ALIVE, BORN, MOVES, State

HEAD = """\
# The life of a grant

Made by `python -m wasl.benefits.grants.diagram`; a test compares it with the table of moves, another that table with
the database's, where a trigger refuses every move that it does not list (B6).

"""
MEANT = {
    State.RESERVED: "its cells are taken until it expires; somebody else must approve it",
    State.APPROVED: "another officer agreed (B5); its time begins anew",
    State.PARTLY: "some of its tranches are delivered and stand",
    State.DELIVERED: "all of its tranches are delivered and stand",
    State.REVERSED: "no delivery of it stands any more; delivered again, the door judges it again",
    State.RETURNED: "the family gave it back",
    State.LAPSED: "its time was over and somebody wanted its cells, or it was tidied away",
    State.CANCELLED: "called off before it was delivered, or after its reversal",
    State.REPORTED: "a list says it was given, though nobody approved it",
}


def write_life() -> str:
    """Return the page: a diagram, and what each state means, in Markdown."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in sorted(BORN)]
    lines += [f"    {start} --> {end}: {name}" for start, end, name in sorted(MOVES)]
    lines += [
        "```",
        "",
        "| State | What it means | Holds its cells | What may be done |",
        "|---|---|---|---|",
    ]
    for state in State:
        deeds = ", ".join(sorted({name for start, _, name in MOVES if start == state})) or "nothing"
        lines.append(f"| {state} | {MEANT[state]} | {'yes' if state in ALIVE else 'no'} | {deeds} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(write_life(), end="")
