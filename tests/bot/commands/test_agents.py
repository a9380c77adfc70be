"""`agents` and `desk`: who answers, and topics made anew."""

from __future__ import annotations

from tests.bot.commands.conftest import Run


def test_agents_are_added_listed_and_removed(bot: Run) -> None:
    assert bot("agents", "add", " Jana  Kovářová ", "--telegram", "71").output == "1  Jana Kovářová\n"
    assert bot("agents", "add", "Ben").exit_code == 0
    listed = bot("agents", "list").output
    assert "71  Jana Kovářová" in listed
    assert "-  Ben" in listed
    assert "agent 1 is removed" in bot("agents", "remove", "1").output
    assert "Jana" not in bot("agents", "list").output


def test_mistakes_say_what_to_do(bot: Run) -> None:
    for words in (("agents", "remove", "9"), ("agents", "add", "  ")):
        result = bot(*words)
        assert result.exit_code == 1
        assert "python -m bot agents" in result.output


def test_a_desk_without_topics_is_rebuilt_at_once(bot: Run) -> None:
    assert bot("desk", "rebuild").output == "0 topics will be made anew by the running bot\n"
