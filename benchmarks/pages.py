"""
Every page on an installation that is loaded: server time, queries, weight, first paint.

    .venv/bin/python benchmarks/whole_path.py --families 240000 --organisations 12 --folder /tmp/whole
    .venv/bin/python benchmarks/pages.py --home /tmp/whole/home [--rounds 30] [--paint]

Addresses are found as a reader finds them: by the links of the pages before. Server time is the whole
request inside one process, without the network; queries are all that Django's connections sent. Weight is
the page with its stylesheet, scripts and fonts, compressed as a browser asks for them.
"""

import argparse
import gzip
import os
import random
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

START = ["/", "/inbox/", "/lists/", "/lists/new/", "/overlaps/", "/overlaps/?certainty=certain", "/overlaps/repeats/",
         "/gaps/", "/review/", "/runs/", "/organisations/", "/users/", "/families/new/", "/help/"]  # fmt: skip
FOLLOW = {
    "family": r"/families/\d+/", "person": r"/people/\d+/", "list": r"/lists/\d+/", "pair": r"/review/[\w-]+/",
}  # fmt: skip
SAMPLE = 20
BACKEND = "wasl.organisations.sign_in.DoorBackend"


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--paint", action="store_true", help="first paint in Chromium, over a real server")
    chosen = options.parse_args()
    os.environ["WASL_HOME"] = str(chosen.home)
    from wasl.cli.session import open_viewer

    desk = open_viewer()
    users = {"desk": desk.username, "officer": make_officer(desk)}
    for role, username in users.items():
        measure_role(role, sign_in(username), chosen.rounds)
    if chosen.paint:
        measure_paint(users)


def make_officer(desk: object) -> str:
    """Return an officer of the organisation that has loaded most rows."""
    from django.utils import timezone

    from wasl.intake.queries import list_lists
    from wasl.organisations.actions import add_user
    from wasl.organisations.rules import Role

    rows: dict[str, int] = {}
    for one in list_lists(desk):  # type: ignore[arg-type]
        rows[one.organisation] = rows.get(one.organisation, 0) + one.counts.total
    charities = {code: count for code, count in rows.items() if code.startswith("m")} or rows
    code = max(charities, key=lambda name: charities[name])
    add_user(by=desk, at=timezone.now(), username="pages_officer", organisation_code=code, role=Role.OFFICER)  # type: ignore[arg-type]
    return "pages_officer"


def sign_in(username: str) -> object:
    from django.conf import settings
    from django.test import Client

    from wasl.organisations.models import User

    settings.ALLOWED_HOSTS.append("testserver")
    user = User.objects.using("door").select_related("organisation").get(username=username)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def measure_role(role: str, client: object, rounds: int) -> None:
    groups = {address: [address] for address in START}
    pages = {address: get(client, address)[0] for address in START}
    bodies = " ".join(page.content.decode() for page in pages.values() if page.status_code == 200)
    for name, pattern in FOLLOW.items():
        found = sorted(set(re.findall(f'href="({pattern})', bodies)))
        groups[name] = random.Random(1).sample(found, min(SAMPLE, len(found)))
        if name == "family":
            bodies += " ".join(get(client, address)[0].content.decode() for address in groups[name][:3])
    names = sorted(set(re.findall(r'href="/families/\d+/[^"]*"[^>]*>(?:<bdi>)?([^<\d]+)<', bodies)))
    for words in (2, 3):
        asked = ["+".join(name.split()[:words]) for name in names if len(name.split()) >= words]
        chosen = random.Random(2).sample(asked, min(SAMPLE, len(asked)))
        groups[f"search, {words} words"] = [f"/search/?q={words}" for words in chosen]
    print(f"\n{role}: {rounds} requests of each kind after a warm one")
    print(f"{'page':32}{'status':>7}{'median ms':>11}{'p99 ms':>9}{'queries':>9}{'kB gz':>8}")
    for name, addresses in groups.items():
        if not addresses or (pages.get(name) is not None and pages[name].status_code in (403, 404)):
            continue
        took, queries, sizes, status = [], [], [], 0
        for turn in range(rounds):
            page, seconds, count = get(client, addresses[turn % len(addresses)])
            took.append(seconds * 1000)
            queries.append(count)
            sizes.append(len(gzip.compress(page.content)))
            status = page.status_code
        p99 = sorted(took)[min(len(took) - 1, int(len(took) * 0.99))]
        print(
            f"{name:32}{status:>7}{statistics.median(took):>11.1f}{p99:>9.1f}{max(queries):>9}{max(sizes) / 1000:>8.1f}"
        )


def get(client: object, address: str) -> tuple[object, float, int]:
    """Return the answer, its seconds and how many statements the databases were sent."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with (
        CaptureQueriesContext(connections["default"]) as one,
        CaptureQueriesContext(connections["door"]) as two,
    ):
        began = time.perf_counter()
        page = client.get(address)  # type: ignore[attr-defined]
        seconds = time.perf_counter() - began
    return page, seconds, len(one) + len(two)


def measure_paint(users: dict[str, str]) -> None:
    """Print first contentful paint and the bytes a new browser fetches, over a real server."""
    from django.utils import timezone
    from playwright.sync_api import sync_playwright

    from wasl.cli.session import open_viewer
    from wasl.organisations.actions import set_password

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    password = "قمر-على-النيل-7"
    for username in users.values():
        set_password(by=open_viewer(), at=timezone.now(), username=username, password=password)
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "wasl"), "serve", "--port", "8765"], stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(6)
        with sync_playwright() as playwright:
            path = next(p for p in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(p).exists())
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            for role, username in users.items():
                page = browser.new_context().new_page()
                page.goto("http://127.0.0.1:8765/sign-in/")
                page.fill("#username", username)
                page.fill("#password", password)
                page.click("main button")
                for address in START[:10]:
                    fetched = measure_fetch(browser, page, address)
                    print(f"{role:8} {address:32} {fetched}")
            browser.close()
    finally:
        server.terminate()
        server.wait()


def measure_fetch(browser: object, signed_in: object, address: str) -> str:
    """Open one page in a browser that has nothing kept but the session."""
    context = browser.new_context(storage_state=signed_in.context.storage_state())  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"http://127.0.0.1:8765{address}")
    page.wait_for_timeout(300)
    script = (
        "(() => { const p = performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint');"
        " const r = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];"
        " return [p ? p.startTime : -1, r.reduce((s, e) => s + e.transferSize, 0)]; })()"
    )
    paint, size = page.evaluate(script)
    context.close()
    return f"first paint {paint:6.0f} ms   {size / 1000:6.1f} kB over the wire"


if __name__ == "__main__":
    main()
