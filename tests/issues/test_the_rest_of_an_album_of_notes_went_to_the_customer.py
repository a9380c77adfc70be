"""Of an album whose parts came too far apart the second had no mark of a note: the customer was sent the picture."""

from __future__ import annotations

from typing import Any

from bot.storage.tables import messages
from tests.bot.desk.conftest import fake, make_shop, shop  # noqa: F401
from tests.bot.desk.shop import Made
from tests.bot.storage.rows import rows
from tests.fakes.telegram import PICTURE


async def parts_apart(make_shop: Made, caption: str, **settings: Any) -> list[str]:  # noqa: F811
    desk = make_shop()
    await desk.opened(**settings)
    await desk.agent("Jana", 71)
    await desk.ticket("It leaks")
    await desk.show()
    await desk.hears()
    jana = desk.fake.user(71, "Jana")
    desk.group.add(jana)
    jana.sends_album((PICTURE, PICTURE + b"2"), caption, desk.topic(1))
    for update in [update.json() for update in desk.me.queue.pending]:
        await desk.routing.handle([update])
    return [row.visibility for row in (await rows(desk.store, messages))[1:]]


async def test_it_stays_inside_as_the_first_part_does(make_shop: Made) -> None:  # noqa: F811
    assert await parts_apart(make_shop, "// a liar, look") == ["internal", "internal"]


async def test_it_goes_out_as_the_first_part_does(make_shop: Made) -> None:  # noqa: F811
    assert await parts_apart(make_shop, ">> look", default="note") == ["public", "public"]
