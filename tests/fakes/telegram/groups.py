"""A group as its owner handles it: who is in, with which rights, and what happens to it by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tests.fakes.telegram.things import COMMON_RIGHTS, Bot, Chat, Member, Message, Topic, User
from tests.fakes.telegram.world import World


class Group(Chat):
    """A group, supergroup or forum."""

    def __init__(self, id: int, kind: str, title: str, is_forum: bool, *, world: World) -> None:
        super().__init__(id, kind, title, is_forum)
        self._world = world
        self.owner = User(9_000_000 + world.number(), "Owner", "en")
        world.users[self.owner.id] = self.owner
        self.members[self.owner.id] = Member(self.owner, "creator")

    # ---- members

    def add(self, *users: User) -> None:
        """As plain members."""
        for user in users:
            self._change(Member(user))

    def promote(self, user: User, rights: Collection[str] = COMMON_RIGHTS, *, anonymous: bool = False,
                title: str = "") -> None:  # fmt: skip
        """Make somebody an administrator with just these rights."""
        self._change(Member(user, "administrator", frozenset(rights), anonymous, title))

    def demote(self, user: User) -> None:
        """An administrator becomes a plain member."""
        self._change(Member(user))

    def silence(self, user: User) -> None:
        """A member who may not write."""
        self._change(Member(user, "restricted", can_write=False))

    def kick(self, user: User) -> None:
        self._change(Member(user, "kicked"))

    # ---- what stands in it

    @property
    def open_topics(self) -> list[Topic]:
        return [topic for topic in self.topics.values() if not topic.is_closed and not topic.is_deleted]

    def owner_makes(self, name: str) -> Topic:
        """A topic made by hand."""
        return self._world.make_topic(self, self.owner, name, 0x6FB9F0, "")

    def topic(self, part: str) -> Topic:
        """The one topic with this in its name, deleted ones aside."""
        found = [topic for topic in self.topics.values() if part in topic.name and not topic.is_deleted]
        assert len(found) == 1, f"{len(found)} topics with {part!r} in {[one.name for one in self.topics.values()]}"
        return found[0]

    @property
    def general(self) -> list[Message]:
        """What stands in the topic General."""
        return [message for message in self.messages if message.thread is None and not message.service]

    # ---- what happens to it

    def switch_topics(self, on: bool) -> None:
        self.is_forum = on

    def migrates(self, new_id: int) -> Group:
        """It becomes a supergroup with another number and its topics on; the old number is dead, topics stay behind."""
        new = Group(new_id, "supergroup", self.title, True, world=self._world)
        new.owner = self.owner
        new.members = {number: replace(member) for number, member in self.members.items()}
        self._world.groups[new_id] = new
        self._world.service(self, self.owner, "migrate_to_chat_id", new_id)
        self.migrated_to = new
        self._world.service(new, self.owner, "migrate_from_chat_id", self.id)
        return new

    def _change(self, new: Member) -> None:
        old = self.member(new.user)
        self.members[new.user.id] = new
        self._world.tell_member(self, self.owner, old, new)
        if isinstance(new.user, Bot) and new.is_in and not old.is_in:
            self._world.service(self, self.owner, "new_chat_members", [new.user.json()])
