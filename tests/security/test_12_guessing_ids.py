"""Attack 12, as far as numbers exist yet: ids of attachments can not be counted through, a hit that is not ours looks
like a miss, and the limiter fires.

Notices: ids that follow each other, and an answer or a limit that depends on whether an id exists.
"""

from __future__ import annotations

from pathlib import Path

import aiohttp

from tests.fakes.site import PNG, Visitor, browser, open_site


async def test_ids_do_not_follow_each_other(visitor: Visitor) -> None:
    ids = [(await visitor.upload(PNG))[1]["id"] for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(len(id) >= 22 for id in ids)  # 128 bits
    assert len({id[:4] for id in ids}) > 10


async def test_a_hit_looks_like_a_miss(http: aiohttp.ClientSession) -> None:
    owner, thief = await Visitor.arrive(http), await Visitor.arrive(http)
    ids = [(await owner.upload(PNG))[1]["id"], "A" * 22]
    answers = []
    for id in ids:
        async with http.get(f"/api/v1/attachments/{id}", headers=thief.headers) as response:
            kept = {name: value for name, value in response.headers.items() if name != "Date"}
            answers.append((response.status, await response.read(), kept))
    assert answers[0] == answers[1]


async def test_whoever_keeps_guessing_is_stopped(tmp_path: Path) -> None:
    with open_site(tmp_path, limits={"visitor_per_minute": 5, "address_per_minute": 5}) as site:
        async with browser(site.url) as http:
            thief = await Visitor.arrive(http)
            statuses = [(await thief.ask("GET", f"/api/v1/attachments/{n:022}"))[0] for n in range(1_000)]
    assert statuses.count(404) < 60
    assert statuses[-1] == 429
