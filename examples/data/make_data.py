#!/usr/bin/env python3
"""make_data.py: makes the small data sets of this folder that are not taken from anywhere.

Each file has a random generator of its own with a fixed seed, so the files come out the same byte
for byte on every run. Needs nothing but Python 3's standard library. Run it in any folder; it
writes beside itself.
"""
import csv
import math
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def line():
    """40 points about y = 1.7 x - 0.6, normal noise of deviation 0.2."""
    draw = random.Random(1)
    rows = []
    for i in range(40):
        x = -2 + 4 * i / 39
        rows.append((f"{x:.4f}", f"{1.7 * x - 0.6 + draw.gauss(0, 0.2):.4f}"))
    write("line.csv", ("x", "y"), rows)


def two_relus():
    """120 points of max(0, 2 x - 1) + max(0, -1.5 x - 0.5), normal noise of deviation 0.05."""
    draw = random.Random(2)
    rows = []
    for i in range(120):
        x = -2 + 4 * i / 119
        y = max(0, 2 * x - 1) + max(0, -1.5 * x - 0.5) + draw.gauss(0, 0.05)
        rows.append((f"{x:.4f}", f"{y:.4f}"))
    write("two_relus.csv", ("x", "y"), rows)


def slide():
    """20 places, and what the two formulas of slide.nn are there, worked out by hand of Python."""
    places = [-3, -2, -1.5, -1, -0.5, 0, 0.25, 0.5, 0.75, 1, 1.125, 1.25, 1.5, 1.75, 2, 2.25, 2.5,
              3, 4.5, 8]
    rows = []
    for x in places:
        ramp = max(0, max(0, -2 * x + 3) - 4 * max(0, 5 * x - 6)) + 7
        stairs = 4 if x < 1 else 3 if x <= 2 else 1.5
        rows.append((x, ramp, stairs))
    write("slide.csv", ("x",), [row[:1] for row in rows])
    write("slide_expected.csv", ("x", "ramp", "stairs"), rows)


def two_moons():
    """400 points of two half circles that reach into each other, noise of deviation 0.15."""
    draw = random.Random(3)
    rows = []
    for i in range(400):
        moon = i % 2
        angle = math.pi * draw.random()
        x, y = math.cos(angle), math.sin(angle)
        if moon == 1:
            x, y = 1 - x, 0.5 - y
        rows.append((f"{x + draw.gauss(0, 0.15):.4f}", f"{y + draw.gauss(0, 0.15):.4f}", moon))
    write("two_moons.csv", ("x", "y", "moon"), rows)


def animals():
    """150 invented animals: weight in kg, length and wing span in cm."""
    draw = random.Random(4)
    kinds = {  # mean and deviation of weight, length, wing span
        "cat": ((4.2, 0.9), (46, 5), (0, 0)),
        "dog": ((17, 7), (75, 18), (0, 0)),
        "bat": ((0.06, 0.03), (8, 3), (34, 9)),
    }
    rows = []
    for i in range(150):
        kind = list(kinds)[i % 3]
        weight, length, span = (max(low, draw.gauss(*numbers)) for numbers, low in
                                zip(kinds[kind], (0.01, 3, 0)))
        rows.append((f"{weight:.2f}", f"{length:.1f}", f"{span:.1f}", kind))
    write("animals.csv", ("weight", "length", "wing_span", "animal"), rows)


def xor():
    write("xor.csv", ("a", "b", "different"), [(a, b, a ^ b) for a in (0, 1) for b in (0, 1)])


def symmetry():
    """All 64 rows of six bits, and whether they read the same from both ends."""
    rows = []
    for number in range(64):
        bits = [number >> (5 - i) & 1 for i in range(6)]
        rows.append((*bits, int(bits == bits[::-1])))
    write("symmetry.csv", ("b1", "b2", "b3", "b4", "b5", "b6", "symmetric"), rows)


if __name__ == "__main__":
    for make in (line, two_relus, slide, two_moons, animals, xor, symmetry):
        make()
