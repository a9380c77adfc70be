"""The real bot, forked from a host that has imported everything: a start takes a tenth of a second, not ten.

The host is a process of its own. It reads a line, forks, and says the child's number; the child is `python -m bot`
from there on and can be killed like any process.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.fakes.process import ROOT, Bot


class ForkedBot(Bot):
    """A `Bot` whose starts are forks. POSIX only."""

    def __init__(self, folder: Path, more: str = "") -> None:
        super().__init__(folder)
        self._config.write_text(self._config.read_text("utf-8") + more, "utf-8")
        environ = {name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")}
        with self.log.open("ab") as log:
            self._host = subprocess.Popen(
                [sys.executable, "-m", "tests.fakes.forking", str(self._config)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environ,
            )  # fmt: skip
        self._child = 0

    def start(self) -> None:
        self._child = int(self._said("start"))

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        self._said("")
        self._child = 0

    def wait(self, seconds: float = 60) -> None:
        """Not used: whoever kills at any instant does not wait until it is ready."""
        raise NotImplementedError

    def stop(self) -> tuple[int, float]:
        """Not used either."""
        raise NotImplementedError

    def end(self) -> None:
        if self._child:
            self.kill()
        self._host.kill()
        self._host.communicate()

    def _said(self, line: str) -> str:
        assert self._host.stdin is not None
        assert self._host.stdout is not None
        if line:
            self._host.stdin.write(f"{line}\n")
            self._host.stdin.flush()
        answer = self._host.stdout.readline()
        assert answer, f"the host ended: {self.log.read_text('utf-8')[-2000:]}"
        return answer


def host(config: Path) -> None:
    """Fork at every line; say the child's number, and "gone" once it is."""
    from bot.commands.run import fastest_loop, serve
    from bot.logs import set_up_logs
    from bot.settings import load_settings

    import_all()
    hurry()
    settings = load_settings(config)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            os.dup2(2, 1)
            set_up_logs()
            with asyncio.Runner(loop_factory=fastest_loop()) as runner:
                runner.run(serve(settings))
            os._exit(0)
        _say(str(child))
        os.waitpid(child, 0)
        _say("gone")


def import_all() -> None:
    """What a start with Telegram takes its time for."""
    import bot.app
    import bot.channels.telegram.door
    import bot.desk.telegram.application
    import bot.web.join  # noqa: F401


def hurry() -> None:
    """Telegram's own pace is minutes long; the fake counts no messages here, and a 429 is still obeyed."""
    from bot.channels.telegram import rates as customers
    from bot.desk.telegram import rates as desk

    customers.CHAT_PER_S, customers.ALL_PER_S = 1_000.0, 5_000.0
    desk.Window.free_at = lambda _self, now: now  # type: ignore[method-assign]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    host(Path(sys.argv[1]))
