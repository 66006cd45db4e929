"""
Three connections. `default` is the application's role, bound by row security; `door` is the same
role in the scope of signing in; `owner` migrates.
"""

from wasl.store.addresses import django_database, find_addresses

WASL_ADDRESSES = find_addresses()

_app = WASL_ADDRESSES.app if WASL_ADDRESSES else None
_owner = WASL_ADDRESSES.owner if WASL_ADDRESSES else None

DATABASES = {
    # A page's queries are short: compiling them takes longer than running them.
    "default": django_database(_app, options="-c jit=off", CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True),
    "door": django_database(_app, options="-c wasl.role=door", CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True),
    "owner": django_database(_owner),
}
DATABASE_ROUTERS = ["wasl.config.routing.RoleRouter"]
