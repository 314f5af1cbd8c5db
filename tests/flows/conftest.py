"""What the stories over HTTP stand on."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.flows.caller import Caller
from tests.world import World


@pytest.fixture
def api(client: FlaskClient, world: World, clock) -> Caller:
    """The API as the people of the world call it."""
    return Caller(client, world, clock.move)
