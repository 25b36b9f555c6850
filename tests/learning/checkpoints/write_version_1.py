#!/usr/bin/env python3
"""Writes version_1.ckpt as lib/learning/checkpoints/file_format.h describes it, sharing no code with it.

usage: write_version_1.py FILE; needs python3-xxhash
"""
import struct
import sys

import xxhash

FLOAT32, FLOAT64, INT64, UINT8 = 1, 2, 5, 7

# name, type, shape, bytes; among the weights a quiet and a signalling NaN with payloads, -0 and a subnormal
SECTIONS = [
    ("layer.weight", FLOAT32, [2, 3], struct.pack("<6I", 0x3F800000, 0x7FC12345, 0x7F800001, 0x80000000, 1, 0xFF800000)),
    ("bound", FLOAT64, [], struct.pack("<d", 0.1)),
    ("nothing", INT64, [0, 4], b""),
    ("steps", INT64, [1], struct.pack("<q", -2)),
    ("größe", UINT8, [5], bytes([0, 1, 127, 128, 255])),
]


def checksum(content):
    return xxhash.xxh3_64_intdigest(content)


def text(value):
    content = value.encode("utf-8")
    return struct.pack("<I", len(content)) + content


def to_64(content):
    return content + bytes(-len(content) % 64)


def main(file):
    table = text("nero-0123abcd") + text("environment") + struct.pack("<qQ", 1200, len(SECTIONS))
    payload = b""
    for name, element, shape, content in SECTIONS:
        payload = to_64(payload)
        table += text(name) + struct.pack("<II", element, len(shape)) + struct.pack(f"<{len(shape)}q", *shape)
        table += struct.pack("<QQQ", len(payload), len(content), checksum(content))
        payload += content
    size = len(to_64(bytes(64) + table)) + len(payload)
    preamble = b"\x89NEROCP\n" + struct.pack("<IIQQQQQ", 1, 0, size, len(table), checksum(table), 0, 0)
    with open(file, "wb") as out:
        out.write(to_64(preamble + struct.pack("<Q", checksum(preamble)) + table) + payload)


main(sys.argv[1])
