import pytest

from marketplace.app import create_app
from marketplace.http.guard import STATIC, UndeclaredEndpoint, check_declared
from marketplace.policy import POLICY


def declared(app):
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    return {endpoint: view.permissions for endpoint, view in views.items() if hasattr(view, "permissions")}


def test_every_declared_permission_stands_in_the_table(app):
    unknown = {endpoint: set(asked) - set(POLICY) for endpoint, asked in declared(app).items()}
    assert {endpoint: names for endpoint, names in unknown.items() if names} == {}


def test_an_endpoint_that_says_nothing_keeps_the_application_from_starting(runtime):
    app = create_app(runtime.settings, runtime)
    app.add_url_rule("/back-door", "back_door", lambda: "welcome")
    with pytest.raises(UndeclaredEndpoint, match="back_door"):
        check_declared(app, exempt={rule.endpoint for rule in app.url_map.iter_rules()} - {"back_door"})


def test_only_files_and_the_pages_of_the_accounts_library_are_exempt(app):
    silent = {rule.endpoint for rule in app.url_map.iter_rules()} - set(declared(app)) - STATIC
    assert {endpoint for endpoint in silent if not endpoint.startswith("security.")} == set()
