#!/bin/sh
# spline.sh [--quick]: a network against a smoothing spline on the same noisy curve.
. "$(dirname "$0")/common.sh"
noise=0.3
awk -v noise=$noise -v folder="$work" '
    function draw() { seed = seed * 16807 % 2147483647; return seed / 2147483647 }
    function normal() { return sqrt(-2 * log(draw())) * cos(6.283185307 * draw()) }
    function f(x) { return sin(9 * x * x) + x }
    BEGIN {
        seed = 1
        for (k = split("noisy validation truth", part, " "); k >= 1; k--) {
            file = folder "/" part[k] ".csv"
            print "x,y" >file
            n = part[k] == "noisy" ? 100 : part[k] == "validation" ? 40 : 201
            for (i = 0; i < n; i++) {
                x = part[k] == "truth" ? i / (n - 1) : draw()
                printf "%.6f,%.6f\n", x, f(x) + (part[k] == "truth" ? 0 : noise * normal()) >file
            }
        }
    }'
epochs=$(either 1500 3000)
# The smoothing is chosen on the validation part.
best=1e9
for smoothing in $(either "1e-4 1e-2 10" "1e-5 1e-4 1e-3 3e-3 1e-2 3e-2 1e-1 1 10"); do
    error=$(train spline "" --epochs "$epochs" --smoothing "$smoothing" | field loss)
    again evaluate spline "" --split validation --json >"$work/json"
    validation=$(field loss <"$work/json")
    echo "$smoothing $(calc %.3f "sqrt($error)")" >>"$work/tried"
    if awk "BEGIN { exit !($validation < $best) }"; then
        best=$validation chosen=$smoothing spline=$error
        again predict spline "" "$work/truth.csv" --format csv | sed 1d >"$work/spline"
    fi
done
network=$(train network "" --epochs "$epochs" | field loss)
again predict network "" "$work/truth.csv" --format csv | sed 1d >"$work/network"
spline=$(calc %.3f "sqrt($spline)") network=$(calc %.3f "sqrt($network)")
rough=$(sed -n 's/^1e-4 //p' "$work/tried") stiff=$(sed -n 's/^10 //p' "$work/tried")
claim "$spline < $noise / 2 && $network < $noise / 2" "both are nearer to the curve than half the noise"
claim "$stiff > 1.5 * $spline" "too much smoothing bends too little"
{
    printf 'x x\ny y\ndots data\n'
    tail -n +2 "$work/noisy.csv" | tr , ' '
    for series in spline network; do
        echo "line $series"
        tail -n +2 "$work/truth.csv" | cut -d, -f1 | paste -d' ' - "$work/$series"
    done
    echo 'line truth'
    tail -n +2 "$work/truth.csv" | tr , ' '
} >"$work/plot"
draw
finish <<END
# A network against a smoothing spline

![data, both fits and the true curve](spline.svg)

100 points of sin(9 x²) + x with normal noise of deviation $noise. The spline is a model like any other: its layer computes the 33
cubic B-splines of 30 pieces, the penalty is the sum of squared second differences of the coefficients, and both are a few lines
of [spline.nn](spline.nn). How much to smooth is chosen on 40 more noisy points ($chosen). Measured against the true curve, the
spline is off by $spline (root of the mean square) and the network of two hidden layers, of which those 40 points choose the
epoch, by $network. Without smoothing worth the name (1e-4) the spline follows the noise: $rough; with far too much (10) it is nearly a
straight line: $stiff. On one smooth curve the spline has nothing to fear from a network; what it cannot do is learn its own basis,
which is what more inputs need.

Made by [spline.sh](spline.sh) from [spline.nn](spline.nn) and [network.nn](network.nn).
END
