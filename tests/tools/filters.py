"""What the section of filters of a report must show.

    filters.py PAGE WEIGHTS TENSOR PICTURES SIZE   SIZE: height,width,channels

The page's section has that many pictures of that size, and every pixel and number is what the tensor
in the weights file says.

    filters.py --known WEIGHTS TENSOR              [3, 3, 3, 4], f32, is overwritten with known weights
    filters.py --known-page PAGE                   and they are drawn as written down here
"""
import base64
import json
import re
import struct
import sys
import zlib


def tensor_at(data, name):
    """Shape, first byte, numbers and kind of a tensor of a safetensors file."""
    length = struct.unpack("<Q", data[:8])[0]
    entry = json.loads(data[8:8 + length])[name]
    begin, end = (8 + length + at for at in entry["data_offsets"])
    kind = {"F32": "f", "F64": "d"}[entry["dtype"]]
    count = (end - begin) // struct.calcsize(kind)
    return entry["shape"], begin, struct.unpack("<%d%s" % (count, kind), data[begin:end]), kind


def png_pixels(png):
    """Height, width, channels and the bytes of an 8 bit PNG without filters."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[12:16] == b"IHDR"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    channels = {0: 1, 2: 3}[colour]
    at, packed = 8, b""
    while at < len(png):
        length = struct.unpack(">I", png[at:at + 4])[0]
        chunk = png[at + 4:at + 8 + length]
        assert zlib.crc32(chunk) == struct.unpack(">I", png[at + 8 + length:at + 12 + length])[0]
        if chunk[:4] == b"IDAT":
            packed += chunk[4:]
        at += 12 + length
    lines, line = zlib.decompress(packed), 1 + width * channels
    assert depth == 8 and len(lines) == height * line
    assert all(lines[y * line] == 0 for y in range(height))
    return height, width, channels, b"".join(lines[y * line + 1:(y + 1) * line] for y in range(height))


def pictures(page):
    """Of each filter: its picture, its size in the markup, the number below it; and the caption."""
    section = re.search("<section id=filters>.*?</section>", open(page, encoding="utf-8").read(), re.S)
    assert section, "no section of filters"
    found = re.findall("<figure><img src='data:image/png;base64,([^']*)' width=(\\d+) height=(\\d+) "
                       "alt='filter (\\d+)'><p class=dim>\u00b1([^<]*)</figure>", section[0])
    assert len(found) == section[0].count("<img ")
    assert [int(f[3]) for f in found] == list(range(1, len(found) + 1))
    for f in found:
        pixels = png_pixels(base64.b64decode(f[0], validate=True))
        assert pixels[:3] == (int(f[2]), int(f[1]), pixels[2])
        yield pixels, float(f[4]), section[0]


def check(page, weights, tensor, count, size):
    shape, _, numbers, _ = tensor_at(open(weights, "rb").read(), tensor)
    filters, size = shape[-1], tuple(int(s) for s in size.split(","))
    found = list(pictures(page))
    assert len(found) == int(count), "%d pictures" % len(found)
    kind = "units" if len(shape) == 2 else "filters"
    caption = "<b>%s</b> looks for in" % tensor, "%s of %d %s, %d \u00d7 %d" % (count, filters, kind, *size[:2])
    assert all(text in found[0][2] for text in caption), "the caption is not " + str(caption)
    assert ("in each colour" in found[0][2]) == (size[2] == 3)
    least = max(abs(v) for v in numbers) / 10
    for index, ((*dims, pixels), below, _) in enumerate(found):
        mine = numbers[index::filters]
        most = max(abs(v) for v in mine)
        assert tuple(dims) == size and len(mine) == len(pixels), "filter %d is %s" % (index + 1, dims)
        assert below == float("%.2g" % most), "filter %d: %g is written, not %g" % (index + 1, below, most)
        for pixel, value in zip(pixels, mine):
            expected = 127.5 + 127.5 * value / max(most, least)
            assert abs(pixel - expected) < 0.51, "filter %d: %d for %g" % (index + 1, pixel, expected)


# Row, column, channel, filter -> weight; all others are 0.
KNOWN = {(1, 1, 0, 0): 2, (0, 2, 2, 0): -1, (2, 0, 1, 1): 0.5, (0, 0, 0, 1): 0.25, (1, 0, 0, 3): 1e-9}
# Filter, row, column -> pixel; all others are grey.
SHOWN = {(0, 1, 1): (255, 128, 128), (0, 0, 2): (128, 128, 64), (1, 2, 0): (128, 255, 128),
         (1, 0, 0): (191, 128, 128)}
BELOW = [2, 0.5, 0, 1e-9]


def write_known(path, tensor):
    """Its header is written anew, without the hash of the content."""
    data = bytearray(open(path, "rb").read())
    shape, begin, _, kind = tensor_at(data, tensor)
    assert shape == [3, 3, 3, 4] and kind == "f"
    for i in range(108):
        place = i // 36, i // 12 % 3, i // 4 % 3, i % 4
        data[begin + 4 * i:begin + 4 * i + 4] = struct.pack("<f", KNOWN.get(place, 0))
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data[8 + length:])


def check_known(page):
    found = list(pictures(page))
    assert [f[1] for f in found] == BELOW, [f[1] for f in found]
    for index, ((height, width, channels, pixels), _, _) in enumerate(found):
        assert (height, width, channels) == (3, 3, 3)
        for i in range(9):
            expected = SHOWN.get((index, i // 3, i % 3), (128, 128, 128))
            pixel = tuple(pixels[3 * i:3 * i + 3])
            assert pixel == expected, "filter %d, pixel %d: %s, not %s" % (index + 1, i, pixel, expected)


try:
    {"--known": write_known, "--known-page": check_known}.get(sys.argv[1], check)(
        *(sys.argv[2:] if sys.argv[1].startswith("--") else sys.argv[1:]))
except AssertionError as error:
    sys.exit("filters: %s: %s" % (" ".join(sys.argv[1:]), error or "the page is malformed"))
