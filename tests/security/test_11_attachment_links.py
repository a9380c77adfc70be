"""Attack 11: the address of an attachment without a token, with another's, with an expired one.

Notices: a download that needs no token or any token, takes it from the query, or never expires.
"""

from __future__ import annotations

from datetime import timedelta

import aiohttp

from bot.web.tokens import LIFETIME
from tests.fakes.site import PNG, Site, Visitor


async def test_only_the_owner_gets_it_and_not_for_ever(site: Site, http: aiohttp.ClientSession) -> None:
    owner, other = await Visitor.arrive(http), await Visitor.arrive(http)
    path = f"/api/v1/attachments/{(await owner.upload(PNG))[1]['id']}"

    async def status(headers: dict[str, str], query: str = "") -> int:
        async with http.get(path + query, headers=headers) as response:
            assert response.status == 200 or PNG not in await response.read()
            return response.status

    assert await status(owner.headers) == 200
    assert await status(other.headers) == 404
    assert await status({}) == 401
    assert await status({}, f"?token={owner.token}&access_token={owner.token}") == 401
    assert await status({"Cookie": f"token={owner.token}"}) == 401
    assert await status({"Authorization": f"Basic {owner.token}"}) == 401
    stamp = owner.token.split(".")
    assert await status({"Authorization": f"Bearer {stamp[0]}.99999.{stamp[2]}"}) == 401
    site.clock.ahead = LIFETIME + timedelta(days=1)
    try:
        assert await status(owner.headers) == 401
    finally:
        site.clock.ahead = timedelta(0)


async def test_the_folder_of_files_is_not_served(site: Site, http: aiohttp.ClientSession, visitor: Visitor) -> None:
    await visitor.upload(PNG)
    stored = next(path for path in (site.data / "attachments").rglob("*") if path.is_file())
    for path in (f"/attachments/{stored.parent.name}/{stored.name}", f"/api/v1/attachments/{stored.name}",
                 f"/api/v1/attachments/{stored.parent.name}%2f{stored.name}", f"/{stored.name}"):  # fmt: skip
        async with http.get(path, headers=visitor.headers) as response:
            assert response.status == 404
