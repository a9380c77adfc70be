"""Protocol buffers by hand, compared with bytes worked out from the specification."""

import numpy as np
import onnxruntime

from knowledge_base.e5 import wire


def test_numbers_take_seven_bits_a_byte() -> None:
    """150 is the example of protobuf.dev/programming-guides/encoding: field 1, bytes 96 01."""
    assert wire._number(1, 150) == bytes.fromhex("08 96 01")
    assert wire._number(1, -1) == bytes([8] + [255] * 9 + [1])


def test_a_tensor_is_its_sizes_kind_name_and_bytes() -> None:
    values = np.array([[1, 2]], np.uint8)
    assert wire.tensor("w", values) == bytes.fromhex("08 01 08 02 10 02 42 01") + b"w" + bytes.fromhex("4a 02 01 02")


def test_the_run_time_reads_what_we_write() -> None:
    scaled = wire.node("Mul", "", ["x", "two"], "scaled", {})
    summed = wire.node("LayerNormalization", "", ["scaled", "two"], "y", {"axis": -1, "epsilon": 1.0})
    two = wire.tensor("two", np.array([2.0, 2.0], np.float32))
    given, wanted = wire.floats("x", ["rows", 2]), wire.floats("y", ["rows", 2])
    session = onnxruntime.InferenceSession(wire.model([scaled, summed], [two], given, wanted, {"": 18}))
    (y,) = session.run(None, {"x": np.array([[1.0, 3.0]], np.float32)})
    np.testing.assert_allclose(y, [[-2 * 2 / 5**0.5, 2 * 2 / 5**0.5]], rtol=1e-5)
