"""
Clients that give while they and the server are killed, and what must be true when it is over.

Run as `python -m tests.journeys.crashing --kills 20`. It founds an alliance on a PostgreSQL of its own, with fsync
on, and forks clients that reserve, approve, deliver, reverse and cancel through the actions. Each writes into its
journal what it is about to ask, under which operation id, and what it was answered: all that a client remembers
when it comes back. Nothing answered may be lost, nothing done twice, and `verify` finds every guarantee kept.
Prints one line of JSON; exit 1 where something was broken.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NEED = "monthly_cash"
ORGANISATIONS, FAMILIES, MONTHS = 4, 60, 12
BETWEEN_KILLS_S = (0.15, 0.7)
# Of so many kills one is the server's.
SERVER_EVERY = 4
REPLAYED = 3
PATIENCE_S = 30
# of Linux's prctl
DIE_WITH_PARENT, BECOME_SUBREAPER = 1, 36

Operation = dict[str, Any]


@dataclass
class Journal:
    """What one client wrote down: what it asked, in order, and what it was answered."""

    path: Path
    asked: dict[str, Operation] = field(default_factory=dict)
    answered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    retried: int = 0
    complaints: list[str] = field(default_factory=list)

    def read(self) -> Journal:
        """Read what was written; a last line that was cut off was never said."""
        for line in self.path.read_text().splitlines() if self.path.exists() else []:
            with contextlib.suppress(json.JSONDecodeError):
                said = json.loads(line)
                if "asked" in said:
                    self.asked[said["id"]] = said["asked"]
                elif "answered" in said:
                    self.answered[said["id"]] = said["answered"]
                elif "retried" in said:
                    self.retried += 1
                else:
                    self.complaints.append(said["complaint"])
        return self

    def write(self, **said: object) -> None:
        """Add one line, whole or not at all as far as a kill of this process goes."""
        with open(self.path, "ab", buffering=0) as file:
            file.write((json.dumps(said) + "\n").encode())


# The client ---------------------------------------------------------------------------------------------


class Client:
    """One process of one organisation: a maker and a checker, and the journal they share."""

    def __init__(self, number: int, entries: list[int], journal: Journal, seed: int) -> None:
        from wasl.organisations.queries import get_viewer

        self.random = random.Random(seed)
        self.entries = entries
        self.journal = journal
        self.hands = {
            role: self._patiently(lambda role=role: get_viewer(f"{role}{number}"))
            for role in ("maker", "checker")
        }
        self.stopped = False
        self.states: dict[int, str] = {}
        for operation, answer in journal.answered.items():
            self._learn(journal.asked[operation]["action"], answer)
        signal.signal(signal.SIGTERM, self._stop)

    def run(self) -> None:
        """Finish what was not answered, ask again for some that was, then give until told to stop."""
        for operation in list(self.journal.asked):
            if operation not in self.journal.answered:
                self.journal.write(id=operation, retried=True)
                self._ask(operation, self.journal.asked[operation])
        for operation in self.random.sample(
            sorted(self.journal.answered), min(REPLAYED, len(self.journal.answered))
        ):
            again = self._perform(operation, self.journal.asked[operation])
            if again != self.journal.answered[operation]:
                self.journal.write(complaint=f"{operation} is answered otherwise: {again}")
        while not self.stopped:
            operation, asked = str(uuid4()), self._wish()
            self.journal.asked[operation] = asked
            self.journal.write(id=operation, asked=asked)
            self._ask(operation, asked)

    def _stop(self, *_: object) -> None:
        self.stopped = True

    def _ask(self, operation: str, asked: Operation) -> None:
        answer = self._perform(operation, asked)
        self.journal.answered[operation] = answer
        self.journal.write(id=operation, answered=answer)
        self._learn(asked["action"], answer)

    def _wish(self) -> Operation:
        ways = {
            "approve": "reserved",
            "deliver": "approved",
            "reverse": "delivered",
            "again": "reversed",
            "cancel": "reserved",
        }
        action = self.random.choices(["reserve", *ways], [5, 4, 6, 2, 2, 1])[0]
        fit = [grant for grant, state in self.states.items() if state == ways.get(action)]
        if action == "reserve" or not fit:
            rows = self.random.sample(self.entries, self.random.choice([1, 1, 3]))
            return {"action": "reserve", "rows": rows, "month": self.random.randint(1, MONTHS)}
        grants = self.random.sample(fit, min(len(fit), self.random.choice([1, 1, 4])))
        return {"action": "deliver" if action == "again" else action, "grants": grants}

    def _learn(self, action: str, answer: list[dict[str, Any]]) -> None:
        for row in answer:
            if row["outcome"] in ("reserved", "approved", "delivered", "reversed", "cancelled", "lapsed"):
                self.states[row["grant_id"]] = row["outcome"]

    def _perform(self, operation: str, asked: Operation) -> list[dict[str, Any]]:
        answer = self._patiently(lambda: self._act(UUID(operation), asked))
        return json.loads(json.dumps([asdict(row) for row in answer], default=lambda day: day.isoformat()))  # type: ignore[no-any-return]

    def _act(self, operation: UUID, asked: Operation) -> list[Any]:
        from wasl.benefits.grants import actions
        from wasl.benefits.grants.rules import Ask, Receipt

        maker, checker = self.hands["maker"], self.hands["checker"]
        if asked["action"] == "reserve":
            rows = [Ask(entry) for entry in asked["rows"]]
            month = date(2026, asked["month"], 1)
            return actions.reserve_coverage(
                by=maker, at=AT, need=NEED, month=month, rows=rows, operation=operation
            )
        grants = asked["grants"]
        if asked["action"] == "approve":
            return actions.approve_grants(by=checker, at=AT, grants=grants, operation=operation)
        if asked["action"] == "deliver":
            return actions.deliver_grants(
                by=maker, at=AT, grants=grants, receipts=Receipt(), operation=operation
            )
        if asked["action"] == "reverse":
            return actions.reverse_grants(by=maker, at=AT, grants=grants, reason="خطأ", operation=operation)
        return actions.cancel_grants(by=maker, at=AT, grants=grants, reason="خطأ", operation=operation)

    def _patiently(self, work: Any) -> Any:
        """Do it, again and again while nobody answers: what else can a client do."""
        from django.db import InterfaceError, OperationalError, connections

        from wasl.kernel.errors import Unavailable

        while True:
            try:
                return work()
            except (OperationalError, InterfaceError, Unavailable):
                connections["default"].close()
                time.sleep(random.uniform(0.02, 0.15))


# The world, and the killing of it ------------------------------------------------------------------------


def main() -> int:
    """Found, give and kill, judge."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--clients", type=int, default=ORGANISATIONS)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="wasl-crashing-"))
    home.chmod(0o755)
    for name in ("DATABASE_URL", "WASL_OWNER_URL", "WASL_ENGINE_URL", "WASL_KEY"):
        os.environ.pop(name, None)
    os.environ.update(WASL_HOME=str(home), DJANGO_SETTINGS_MODULE="wasl.config.settings")
    # so that a killed server's processes are this one's to bury, wherever it runs
    _prctl(BECOME_SUBREAPER, 1)
    try:
        told = crash(home, given.kills, given.clients, given.seed)
    finally:
        from wasl.store.addresses import embedded_folder
        from wasl.store.postgres import find_server, kill_server

        server = find_server(embedded_folder())
        if server:
            kill_server(server)
            shutil.rmtree(server.data.parent, ignore_errors=True)
            shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["complaints"] else 0


def crash(home: Path, kills: int, clients: int, seed: int) -> dict[str, Any]:
    """Let clients give while they and the server are killed; return what happened and what was broken."""
    from benchmarks.linking import found

    began = time.perf_counter()
    entries = people_world(found())
    chance, killed, started = random.Random(seed), Counter[str](), time.perf_counter()
    journals = [home / f"journal{number}" for number in range(clients)]
    living = {fork_client(number, entries, journals[number], seed): number for number in range(clients)}
    for turn in range(kills):
        wait_until(partial(_has_grown, journals, weigh(journals)))
        time.sleep(chance.uniform(*BETWEEN_KILLS_S))
        if turn % SERVER_EVERY == SERVER_EVERY - 1:
            kill_the_server()
            killed["server"] += 1
            continue
        pid = chance.choice(sorted(living))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        number = living.pop(pid)
        living[fork_client(number, entries, journals[number], seed + turn + 1)] = number
        killed["client"] += 1
    wait_until(
        lambda: all(
            f'"outcome": "{said}"'.encode() in read_all(journals) for said in ("delivered", "reversed")
        )
    )
    complaints = []
    for pid in living:
        os.kill(pid, signal.SIGTERM)
    for pid in living:
        _, status = os.waitpid(pid, 0)
        if status:
            complaints.append(f"a client ended with {status}")
    gave_s = time.perf_counter() - started
    told = judge([Journal(path).read() for path in journals])
    told["complaints"] = complaints + told["complaints"]
    return {
        "kills": dict(killed), "clients": clients, **told, "gave_s": round(gave_s, 1),
        "whole_s": round(time.perf_counter() - began, 1), "load": [round(one, 1) for one in os.getloadavg()],
    }  # fmt: skip


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something to have happened, on a slow machine too; not for ever: judging says what is missing."""
    deadline = time.monotonic() + PATIENCE_S
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)


def _has_grown(journals: list[Path], before: int) -> bool:
    return weigh(journals) > before


def weigh(journals: list[Path]) -> int:
    """Return how much was written down."""
    return sum(path.stat().st_size for path in journals if path.exists())


def read_all(journals: list[Path]) -> bytes:
    """Return everything that was written down."""
    return b"".join(path.read_bytes() for path in journals if path.exists())


def people_world(desk: Any) -> list[list[int]]:
    """Make organisations with a maker and a checker each, and families that all of them know; return the entries."""
    from django.db import connections

    from tests.integration.benefits.world import World
    from wasl.linkage.features import describe_missing
    from wasl.organisations.actions import add_organisation, add_user
    from wasl.organisations.rules import OrganisationKind, Role
    from wasl.registry.search_index import index_missing
    from wasl.store.connections import engine_connection

    ids = []
    for number in range(ORGANISATIONS):
        code = f"c{number:02}"
        made, _ = add_organisation(
            by=desk, at=AT, code=code, kind=OrganisationKind.CHARITY, name_ar=code, name_en=""
        )
        ids.append(int(made.pk))
        for role in ("maker", "checker"):
            add_user(by=desk, at=AT, username=f"{role}{number}", organisation_code=code, role=Role.OFFICER)
    with engine_connection() as connection:
        world = World(connection)
        families = [world.add_family() for _ in range(FAMILIES)]
        entries = [[world.add_entry(organisation, family) for family in families] for organisation in ids]
        index_missing(connection)
        describe_missing(connection)
    connections.close_all()
    return entries


def fork_client(number: int, entries: list[list[int]], journal: Path, seed: int) -> int:
    """Start a client in a process of its own and return its number."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    _prctl(DIE_WITH_PARENT, signal.SIGKILL)
    try:
        place = number % ORGANISATIONS
        Client(place, entries[place], Journal(journal).read(), seed * 1000 + number).run()
        status = 0
    except BaseException as error:
        Journal(journal).write(complaint=f"{type(error).__name__}: {error}")
        raise
    finally:
        os._exit(status)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def kill_the_server() -> None:
    """Kill the postmaster without a warning, and start it again while its children still die."""
    from wasl.store.addresses import embedded_folder
    from wasl.store.postgres import find_server, start_server

    server = find_server(embedded_folder())
    assert server is not None
    postmaster = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _lives(postmaster):
        assert time.monotonic() < deadline, "the server's processes do not die"
        time.sleep(0.02)
    start_server(embedded_folder())


def _lives(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# What must be true --------------------------------------------------------------------------------------


def judge(journals: list[Journal]) -> dict[str, Any]:
    """Hold what clients were told against what the database has."""
    from wasl.store.connections import engine_connection, owner_connection
    from wasl.store.verification import list_checks, run_check

    complaints = [one for journal in journals for one in journal.complaints]
    asked = {key: operation for journal in journals for key, operation in journal.asked.items()}
    answered = {key: answer for journal in journals for key, answer in journal.answered.items()}
    complaints += [f"{key} was never answered" for key in asked if key not in answered]
    rows = [(asked[key]["action"], row) for key, answer in answered.items() for row in answer]
    told = {
        "reserve": {
            row["grant_id"] for action, row in rows if action == "reserve" and row["outcome"] == "reserved"
        },
        "deliver": [
            (row["grant_id"], row["tranche"], row["attempt"])
            for action, row in rows
            if action == "deliver" and row["outcome"] == "delivered"
        ],
        "reverse": [(row["grant_id"], row["tranche"]) for _, row in rows if row["outcome"] == "reversed"],
    }
    with engine_connection() as connection:

        def stands(query: str) -> list[Any]:
            return connection.execute(query.encode()).fetchall()

        kept = {str(key): result for key, result in stands("SELECT operation, result FROM store_operation")}
        complaints += [f"{key} was answered and is not kept" for key in answered if key not in kept]
        complaints += [f"{key} is kept and nobody asked" for key in kept if key not in asked]
        complaints += [
            f"{key} is kept otherwise" for key in answered if key in kept and kept[key] != answered[key]
        ]
        pairs = {
            "grants": (sorted(told["reserve"]), [row[0] for row in stands("SELECT id FROM benefits_grant ORDER BY id")]),
            "deliveries": (
                sorted(told["deliver"]),
                stands("SELECT grant_id, tranche, attempt FROM benefits_delivery ORDER BY 1, 2, 3"),
            ),
            "reversals": (
                sorted(told["reverse"]), stands("SELECT grant_id, tranche FROM benefits_reversal ORDER BY 1, 2")
            ),
            "audit entries": (
                [len(answered)], [row[0] for row in stands("SELECT count(*) FROM audit_entry WHERE action LIKE 'grants.%'")]
            ),
        }  # fmt: skip
        for name, (said, found) in pairs.items():
            if said != found:
                complaints.append(f"{name}: {len(said)} told, {len(found)} there")
        twice = stands(
            "SELECT subject_id, month FROM benefits_cell GROUP BY subject_id, slot, month, scope HAVING count(*) > 1"
        )
        complaints += [f"cell {one} has two" for one in twice]
    with owner_connection() as connection:
        findings = [run_check(connection, check) for check in list_checks()]
    complaints += [f"{one.check.id} {one.check.guard}: {one.examples}" for one in findings if not one.is_kept]
    return {
        "operations": len(answered), "retried": sum(journal.retried for journal in journals),
        "reserved": len(told["reserve"]), "delivered": len(told["deliver"]), "reversed": len(told["reverse"]),
        "checks": len(findings), "complaints": complaints,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
