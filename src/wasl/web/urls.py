"""The pages. Each group has a module with its `ROUTES`."""

from django.urls import path

from wasl.web import (
    accuracy,
    bulk,
    by_hand,
    door,
    drift,
    exceptions,
    families,
    funders,
    gaps,
    grants,
    grants_one,
    grants_reserve,
    headcounts,
    help,
    home,
    inbox,
    jobs,
    lists,
    members,
    needs,
    overlap_many,
    overlap_one,
    overlaps,
    people,
    preferences,
    problems,
    receipts,
    review,
    runs,
    search,
    sign_in,
    slots,
    styleguide,
    who,
)

GROUPS = (
    home, inbox, lists, bulk, by_hand, runs, jobs, overlaps, overlap_one, overlap_many,
    exceptions, gaps, search, who, families, door, receipts, grants,
    grants_one, grants_reserve, funders, headcounts, people, review, accuracy, drift, needs, slots, members, help,
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
