"""The pages."""

from django.urls import path

from wasl.web import home, problems, sign_in

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/language/", sign_in.choose_language, name="language"),
    path("sign-in/<str:token>/", sign_in.use_link, name="use_link"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("healthz", problems.healthz, name="healthz"),
]
