"""Every route of Wasl. What a stranger may see is marked on the view itself; all else asks to sign in."""

from django.urls import include, path

urlpatterns = [path("", include("wasl.web.urls"))]

handler400 = "wasl.web.problems.bad_request"
handler403 = "wasl.web.problems.forbidden"
handler404 = "wasl.web.problems.not_found"
handler500 = "wasl.web.problems.broken"
