"""Every route of Wasl. What a stranger may see is marked on the view itself; all else asks to sign in."""

from django.urls import include, path

urlpatterns = [path("", include("wasl.web.urls"))]
