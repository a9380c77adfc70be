"""Photos of labels. The codes are made by zxing's own writer."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from structlog.testing import capture_logs
from zxingcpp import BarcodeFormat

from bot import label_reader, labels
from bot.label_reader import LONGEST_SIDE, read
from bot.labels import Labels
from handlers.rules.labels import serial_on

SERIAL = "AB12C3456"
LINEAR = (BarcodeFormat.Code128, BarcodeFormat.Code39, BarcodeFormat.Code93)
SQUARE = (BarcodeFormat.QRCode, BarcodeFormat.DataMatrix, BarcodeFormat.Aztec, BarcodeFormat.PDF417)


def a_code(text: str = SERIAL, kind: BarcodeFormat = BarcodeFormat.Code128, scale: int = 3, **more: Any) -> Image.Image:
    image = Image.fromarray(zxingcpp.create_barcode(text, kind, **more).to_image(scale=scale))
    return image.resize((image.width, 80)) if kind in LINEAR else image


def a_photo(*codes: Image.Image, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """The codes below each other on grey ground."""
    photo = Image.new("L", size, 225)
    for place, code in enumerate(codes):
        room = size[1] // len(codes)
        photo.paste(code, ((size[0] - code.width) // 2, place * room + (room - code.height) // 2))
    return photo


@pytest.fixture
def kept(tmp_path: Path) -> Any:
    """Keeps an image as a file."""

    def keep(image: Image.Image, kind: str = "JPEG", **options: Any) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}"  # as the bot keeps files: without an ending
        image.save(path, kind, **options)
        return path

    return keep


@pytest.mark.parametrize("kind", [*LINEAR, *SQUARE], ids=str)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_codes_of_labels_are_read(kept: Any, kind: BarcodeFormat, form: str) -> None:
    assert read(kept(a_photo(a_code(kind=kind)), form)) == [SERIAL]


@pytest.mark.parametrize("angle", range(0, 360, 15))
@pytest.mark.parametrize("kind", [BarcodeFormat.Code128, BarcodeFormat.QRCode], ids=str)
def test_turned_ones_are_read(kept: Any, kind: BarcodeFormat, angle: int) -> None:
    photo = a_photo(a_code(kind=kind)).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=225)
    assert read(kept(photo)) == [SERIAL]


@pytest.mark.parametrize("kind", [BarcodeFormat.Code128, BarcodeFormat.QRCode], ids=str)
def test_blurred_and_grainy_ones_are_read(kept: Any, kind: BarcodeFormat) -> None:
    photo = a_photo(a_code(kind=kind)).filter(ImageFilter.GaussianBlur(1))
    noise = Image.effect_noise(photo.size, 60)
    assert read(kept(Image.blend(photo, noise, 0.2), quality=60)) == [SERIAL]


@pytest.mark.parametrize("kind", [BarcodeFormat.Code128, BarcodeFormat.QRCode], ids=str)
def test_a_small_one_on_a_large_photo_is_read(kept: Any, kind: BarcodeFormat) -> None:
    assert read(kept(a_photo(a_code(kind=kind), size=(4000, 3000)))) == [SERIAL]


def test_light_on_dark_and_coloured_ones_are_read(kept: Any) -> None:
    dark = a_photo(a_code(kind=BarcodeFormat.QRCode)).point(lambda level: 255 - level)
    assert read(kept(dark)) == [SERIAL]
    coloured = Image.merge("RGBA", (a_photo(a_code()),) * 3 + (Image.new("L", (1200, 900), 255),))
    assert read(kept(coloured, "PNG")) == [SERIAL]
    assert read(kept(a_photo(a_code()).convert("1"), "PNG")) == [SERIAL]
    assert read(kept(a_photo(a_code()).convert("CMYK"))) == [SERIAL]


def test_all_codes_of_a_label_are_read_but_those_of_tills(kept: Any) -> None:
    codes = [
        a_code("4006381333931", BarcodeFormat.EAN13), a_code("WM7-200"), a_code(f"https://shop.example/w?sn={SERIAL}",
        BarcodeFormat.QRCode),
    ]  # fmt: skip
    texts = read(kept(a_photo(*codes)))
    assert sorted(texts) == ["WM7-200", f"https://shop.example/w?sn={SERIAL}"]
    assert serial_on(texts, []) == SERIAL


def test_gs1_is_read_with_its_identifiers(kept: Any) -> None:
    code = a_code(f"(01)09506000134352(21){SERIAL}", BarcodeFormat.DataMatrix, scale=6, gs1=True)
    assert serial_on(read(kept(a_photo(code))), []) == SERIAL


def test_format_06_is_read_with_its_separators(kept: Any) -> None:
    code = a_code(f"[)>\x1e06\x1d1PWM7\x1dS{SERIAL}\x1e\x04", BarcodeFormat.DataMatrix, scale=6)
    assert serial_on(read(kept(a_photo(code))), []) == SERIAL


def test_a_photo_without_a_code_says_nothing(kept: Any) -> None:
    assert read(kept(a_photo())) == []
    assert read(kept(Image.effect_noise((800, 600), 100))) == []


def test_the_first_picture_of_a_moving_one_is_read(kept: Any) -> None:
    photo = a_photo(a_code())
    assert read(kept(photo, "PNG", save_all=True, append_images=[a_photo()] * 3)) == [SERIAL]


def huge_png(width: int, height: int, rows: int = 100) -> bytes:
    """A small file that claims to be an image of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packed = zlib.compress(bytes(min(width, 30_000) + 1) * min(height, rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def saved(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("L", (600, 400), 255).save(file, kind)
    return file.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb": lambda: huge_png(30_000, 30_000),
    "long": lambda: huge_png(LONGEST_SIDE + 1, 8),
    "wide": lambda: huge_png(2**31 - 1, 0),
    "short of rows": lambda: huge_png(3_000, 3_000, rows=10),
    "no pixels": lambda: huge_png(0, 0),
    "cut": lambda: saved("JPEG")[:300],
    "head only": lambda: b"\xff\xd8\xff\xe0",
    "empty": lambda: b"",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "gif": lambda: saved("GIF"),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n(/etc/passwd) run\n",
    "text": SERIAL.encode,
    "webp": lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8L" + os.urandom(500),
    "png noise": lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(5_000),
    "jpeg noise": lambda: b"\xff\xd8\xff" + os.urandom(5_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_photo_without_a_code(
    name: str, kept: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_reader, "_limit", lambda: None)  # of this process they would be for good
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[name]())
    with warnings.catch_warnings():
        label_reader.main([str(path), str(kept(a_photo(a_code())))])
    assert capsys.readouterr().out == f'["{SERIAL}"]', "the good one after it is lost"


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (3_001, 3_000), (LONGEST_SIDE + 1, 8)])
def test_more_pixels_than_we_unpack_are_refused_by_the_header(
    width: int, height: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("it was unpacked"))
    path = tmp_path / "huge"
    path.write_bytes(huge_png(width, height, rows=1))
    assert read(path) == []


def test_a_file_that_is_too_long_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.truncate(label_reader.MOST_BYTES + 1)
    monkeypatch.setattr("PIL.Image.open", lambda *_, **__: pytest.fail("it was opened"))
    assert read(path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the system's count of memory is in kilobytes only there")
@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_the_largest_photos_stay_within_their_memory(kept: Any, form: str) -> None:
    side = {"PNG": 3_000, "WEBP": 3_000, "JPEG": 5_000}[form]
    photo = Image.new("RGB" if form == "JPEG" else "RGBA", (side, side), (225,) * (3 if form == "JPEG" else 4))
    photo.paste(a_code(scale=6), (1_000, 1_000))
    more = {"PNG": {"compress_level": 1}, "WEBP": {"lossless": True, "method": 0}, "JPEG": {"progressive": True}}[form]
    said = f"import resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n{READ}"
    path = str(kept(photo, form, **more))
    reader = [sys.executable, "-I", "-c", said.replace("READER", str(labels.READER)).replace("PHOTO", path)]
    found = subprocess.run(reader, capture_output=True, text=True, check=True).stdout.splitlines()
    assert found[1] == f'["{SERIAL}"]'
    assert (int(found[2]) - int(found[0])) // 1024 < 220


READ = """
import runpy, sys
sys.argv = ["READER", "PHOTO"]
runpy.run_path("READER", run_name="__main__")
print()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


async def test_three_photos_of_a_message_are_read(kept: Any) -> None:
    photos = [kept(a_photo(a_code(f"AB12C345{number}"))) for number in range(5)]
    assert await Labels().texts(photos) == ("AB12C3450", "AB12C3451", "AB12C3452")
    assert await Labels().texts([]) == ()


async def test_a_photo_that_is_gone_says_nothing(tmp_path: Path) -> None:
    assert await Labels().texts([tmp_path / "gone"]) == ()


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader that never ends; it writes the id of its process into the pipe it gets instead of a photo."""
    pipe, reader = tmp_path / "pipe", tmp_path / "endless.py"
    os.mkfifo(pipe)
    reader.write_text("import os, sys, time\nopen(sys.argv[1], 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    monkeypatch.setattr(labels, "READER", reader)
    return pipe


async def begun(pipe: Path) -> int:
    """The reader's process, once it runs."""
    return int(await asyncio.to_thread(pipe.read_text))


def ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


async def test_what_takes_too_long_is_not_waited_for(endless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "PATIENCE_S", 0.05)
    with capture_logs() as logs:
        assert await Labels().texts([endless]) == ()
    assert [line["why"] for line in logs] == ["took too long"]


async def test_who_stops_waiting_ends_the_reader(endless: Path) -> None:
    task = asyncio.create_task(Labels().texts([endless]))
    process = await begun(endless)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended(process)


async def test_many_photos_at_once_are_read_one_after_another_or_not_at_all(
    endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "PATIENCE_S", 600)
    reader = Labels()
    tasks = [asyncio.create_task(reader.texts([endless])) for _ in range(30)]
    await begun(endless)
    done = [task for task in tasks if task.done()]
    assert len(done) == 30 - labels.WAITING - 1, "photos pile up without end"
    assert all(task.result() == () for task in done)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_reader_that_crashes_takes_nobody_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashing = tmp_path / "crashing.py"
    crashing.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    monkeypatch.setattr(labels, "READER", crashing)
    with capture_logs() as logs:
        assert await Labels().texts([tmp_path / "photo"]) == ()
    assert logs[0]["why"] == "the reader ended early"


async def test_the_reader_does_not_get_the_secrets_of_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    telling = tmp_path / "telling.py"
    telling.write_text("import os, json\nprint(json.dumps([n for n in os.environ if 'AFTERCARE' in n]))\n")
    monkeypatch.setattr(labels, "READER", telling)
    monkeypatch.setenv("AFTERCARE_MAIL_PASSWORD", "open sesame")
    assert await Labels().texts([tmp_path / "photo"]) == ()


def test_without_use_nothing_is_loaded() -> None:
    said = "import sys, bot.labels; print(sorted({'PIL', 'zxingcpp'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
