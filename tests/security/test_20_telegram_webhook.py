"""Attack 20: a webhook called by somebody who is not Telegram: 401, and no row.

Notices: a handler that skips the check, takes an empty secret for none, or compares only a part of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.web.test_webhook import PATH, SECRET, Store, hooked, post
from tests.fakes.site import browser

WRONG = [
    None, "", " ", SECRET[:-1], SECRET + "x", SECRET.upper(), SECRET[1:], f"{SECRET},{SECRET}", "ы" * 5, "\udcff",
    "null", "a" * 4000,
]  # fmt: skip


@pytest.mark.parametrize("path", [PATH, "/telegram/%63ustomers", "/telegram//customers", f"{PATH}/", "/telegram/desk"])
async def test_without_the_secret_nothing_is_taken(tmp_path: Path, path: str) -> None:
    store = Store()
    with hooked(store, tmp_path) as site:
        async with browser(site.url) as http:
            statuses = {await post(http, secret=secret, path=path) for secret in WRONG}
    assert statuses <= {401, 404}
    assert store.kept == []
