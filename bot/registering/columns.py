"""The columns of a registry file, under the names people give them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Columns, and the other names they come under.
NAMES: dict[str, tuple[str, ...]] = {
    "serial": ("serial_number", "serial_no", "serialnumber", "sn", "s_n", "imei", "service_tag"),
    "product": ("product_name", "product_type", "category"),
    "model": ("model_name", "model_number", "model_no"),
    "line": ("product_line",),
    "made_on": ("made", "manufactured_on", "manufacture_date", "production_date", "date_of_manufacture"),
    "purchased_on": ("purchased", "purchase_date", "date_of_purchase", "sold_on", "sale_date", "sold"),
    "delivered_on": ("delivered", "delivery_date", "date_of_delivery"),
    "activated_on": ("activated", "activation_date", "first_used_on"),
    "country": ("country_code", "country_of_sale"),
    "buyer": ("buyer_type", "customer_type"),
    "goods": ("goods_class", "condition"),
    "invoice": ("invoice_number", "invoice_no", "receipt", "receipt_number", "receipt_no"),
    "email": ("e_mail", "mail", "customer_email"),
    "phone": ("telephone", "phone_number", "mobile", "customer_phone"),
    "label_code": ("code_under_label",),
    "canary": (),
    "warranty_months": ("warranty",),
    "warranty_basis": (),
    "warranty_until": ("warranty_end", "warranty_ends_on"),
    "warranty_void": ("void",),
    "extended_months": ("extended_warranty_months",),
    "extended_from": ("extended_start", "extended_warranty_from"),
    "extended_until": ("extended_end", "extended_warranty_until"),
    "contract_from": ("contract_start",),
    "contract_until": ("contract_end",),
    "contract_tier": ("service_level", "tier"),
    "repair_claimed_on": ("claimed_on", "claim_date", "repair_claimed"),
    "repair_returned_on": ("returned_on", "return_date", "repair_returned"),
    "repair_kind": (),
    "repair_under": (),
}
DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab"}
_COLUMN = {alias: name for name, aliases in NAMES.items() for alias in (name, *aliases)}


class HeaderWrong(ValueError):
    """The header line can not be used; the message says why and what to write."""


@dataclass(frozen=True, slots=True)
class Header:
    """Which column stands where."""

    delimiter: str
    places: tuple[str | None, ...]  # the column of each cell; None: one we have no use for
    unused: tuple[str, ...]  # its names


def header_of(cells: Sequence[str], delimiter: str) -> Header:
    """What the cells of the first line mean. Raises `HeaderWrong`."""
    places = tuple(_COLUMN.get(_plain(cell)) for cell in cells)
    if "serial" not in places:
        raise HeaderWrong(_no_serial(cells))
    for name in NAMES:
        twice = [cell for cell, place in zip(cells, places, strict=True) if place == name]
        if len(twice) > 1:
            raise HeaderWrong(f"the column {name} is there twice, as {' and '.join(twice)}; keep one of them")
    unused = tuple(cell for cell, place in zip(cells, places, strict=True) if place is None and cell.strip())
    return Header(delimiter, places, unused)


def _plain(name: str) -> str:
    """A name as it is compared: "Serial No." is serial_no."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "_".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def _no_serial(cells: Sequence[str]) -> str:
    said = f"the first line names no column serial (it has: {', '.join(cells)[:200]})"
    if len(cells) == 1 and any(sign in cells[0] for sign in "|:~^"):
        return f"{said}; separate the columns by semicolons, commas or tabs"
    return f"{said}; write there for example serial;product;model;purchased_on;country"
