"""The pages. Each group has a module with its `ROUTES`."""

from django.urls import path

from wasl.web import (
    bulk,
    by_hand,
    door,
    families,
    gaps,
    grants,
    grants_one,
    grants_reserve,
    help,
    home,
    inbox,
    jobs,
    lists,
    members,
    needs,
    overlaps,
    people,
    preferences,
    problems,
    review,
    runs,
    search,
    sign_in,
    slots,
    styleguide,
)

GROUPS = (
    home, inbox, lists, bulk, by_hand, runs, jobs, overlaps, gaps, search, families, door, grants,
    grants_one, grants_reserve, people, review, needs, slots, members, help,
    preferences, styleguide,
)  # fmt: skip

urlpatterns = [
    *[route for group in GROUPS for route in group.ROUTES],
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/language/", sign_in.choose_language, name="language"),
    path("sign-in/<str:token>/", sign_in.use_link, name="use_link"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("healthz", problems.healthz, name="healthz"),
]
