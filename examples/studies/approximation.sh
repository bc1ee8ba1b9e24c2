#!/bin/sh
# approximation.sh [--quick]: universal approximation: the error of one hidden layer on a fixed curve
# falls as the layer grows.
. "$(dirname "$0")/common.sh"
awk -v folder="$work" 'BEGIN {
    for (k = split("curve between", part, " "); k >= 1; k--) {
        file = folder "/" part[k] ".csv"
        print "x,y" >file
        for (i = 0; i < 200; i++) {
            x = (i + (k - 1) / 2) / 100 - 0.995
            printf "%.6f,%.6f\n", x, sin(6 * x) + 0.5 * cos(17 * x) + (x < 0 ? -x : x) >file
        }
    }
}'
epochs=$(either 1500 4000)
for units in $(either "2 8 32" "1 2 4 8 16 32 64"); do
    for seed in $(either "1 2" "1 2 3 4 5"); do
        calc '%.8f\n' "sqrt($(train approximation -Dunits="$units" --epochs "$epochs" --seed "$seed" | field loss))"
    done | sort -n | awk -v units="$units" '{ e[NR] = $1 } END { print units, e[int((NR + 1) / 2)], e[1], e[NR] }'
done >"$work/errors"
{
    printf 'xlog hidden units\nylog error between the points\n'
    printf 'line median\n' && cut -d' ' -f1,2 "$work/errors"
    printf 'line best\n' && cut -d' ' -f1,3 "$work/errors"
    printf 'line worst\n' && cut -d' ' -f1,4 "$work/errors"
} >"$work/plot"
# The median error of so many units.
error() { awk -v units="$1" '$1 == units { printf "%.2g", $2 }' "$work/errors"; }
claim "$(error 2) > 1.5 * $(error 8) && $(error 8) > 1.5 * $(error 32)" "more units, less error"
draw
finish <<END
# Universal approximation

![error over the number of hidden units](approximation.svg)

One hidden layer of tanh units can come as near to a continuous curve as one likes, if it is wide enough. Here the curve is
sin 6x + cos(17x)/2 + |x| on -1 .. 1, given at 200 points; the error (root of the mean square) is taken half way between them, after
4,000 full-batch steps, over five seeds. Half of the runs with 2 units are off by more than $(error 2), with 8 units by $(error 8), with 32 by
$(error 32) and with 64 by $(error 64). The theorem promises that good weights exist; that they are also found is an observation, and the
distance between the best and the worst seed shows that it is not always the same luck.

Made by [approximation.sh](approximation.sh) from [approximation.nn](approximation.nn).
END
