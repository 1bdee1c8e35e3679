"""The first page and /accounts/. allauth.urls is never included: it brings sign-up, linking and e-mail pages."""

from django.urls import path

from clinnet.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/login/", views.login, name="account_login"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/oidc/cognito/login/", views.start, name="openid_connect_login"),
    path("accounts/oidc/cognito/login/callback/", views.callback, name="openid_connect_callback"),
    path("accounts/cover/state/", views.cover_state, name="cover_state"),
    path("accounts/cover/stay/", views.cover_stay, name="cover_stay"),
    path("accounts/cover/done/", views.cover_done, name="cover_done"),
]
