"""The OpenAPI description against the real server: seeded, a few dozen requests for each operation."""

from __future__ import annotations

import asyncio
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from bot.settings import Limits
from bot.web.openapi import describe
from tests.fakes.site import Site, Visitor, browser

# Not `negative_data_rejection`: names nobody asked for are ignored here, which the tool counts as accepting them. What
# must be refused is in test_messages.py.
CHECKS = [
    checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance,
    checks.response_headers_conformance,
]  # fmt: skip
DESCRIPTION = describe(Limits())
# Too long is refused with a status of its own, which the tool does not count among refusals by itself.
REFUSALS = {"checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 413, 415, 422]}}}
OPERATIONS = [(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    async def arrive() -> str:
        async with browser(site.url) as http:
            return (await Visitor.arrive(http)).token

    return asyncio.run(arrive())


def test_every_route_is_described(site: Site) -> None:
    routes = {
        (route.resource.canonical, route.method.lower())
        for route in site.server.application.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/") and route.method != "HEAD"
    }
    assert routes - {("/api/v1/openapi.json", "get")} == set(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.filterwarnings("default")  # of the tool and its own libraries
def test_the_server_answers_as_described(site: Site, token: str, path: str, method: str, mode: GenerationMode) -> None:
    config = schemathesis.Config.from_dict(REFUSALS)
    operation = schemathesis.openapi.from_url(f"{site.url}api/v1/openapi.json", config=config)[path][method.upper()]
    headers = {"Authorization": f"Bearer {token}"}

    def check(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and case.query:
            case.query.pop("wait", None)  # nobody has the time
        response = case.call(base_url=site.url, headers=headers, timeout=10)
        assert response.status_code < 500
        case.validate_response(response, checks=CHECKS)

    settings = hypothesis.settings(
        max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    try:
        strategy = operation.as_strategy(generation_mode=mode)
        settings(hypothesis.given(strategy)(check))()
    except hypothesis.errors.Unsatisfiable:
        pytest.skip("there is nothing to be wrong about this operation")
