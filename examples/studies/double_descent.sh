#!/bin/sh
# double_descent.sh [--quick]: the test error over the width of a network of frozen random features.
. "$(dirname "$0")/common.sh"
few_digits 0.2
widths=$(either "60 350 1500" "20 40 60 100 150 200 250 300 350 400 500 700 1000 1500 2000 3000")
steps=$(either 1500 6000)
for width in $widths; do
    echo "$width $(errors double_descent -Dunits="$width" --epochs "$steps")"
done >"$work/errors"
{
    printf 'xlog random features\ny wrong, %%\nline test\n'
    cut -d' ' -f1,2 "$work/errors"
    echo 'line training'
    cut -d' ' -f1,3 "$work/errors"
} >"$work/plot"
# The peak, and the least error on either side of it.
read -r peak_width peak left_width left right_width right <<END
$(awk '{ w[NR] = $1; e[NR] = $2; if ($2 > e[top] || NR == 1) top = NR }
    END {
        l = 1; r = NR
        for (i = 1; i < top; i++) if (e[i] < e[l]) l = i
        for (i = NR; i > top; i--) if (e[i] < e[r]) r = i
        print w[top], e[top], w[l], e[l], w[r], e[r]
    }' "$work/errors")
END
claim "$peak >= 1.5 * $left && $peak >= 1.5 * $right && $peak_width > $left_width && $peak_width < $right_width" \
    "the test error has a peak of 1.5 times both sides"
zero=$(awk '$3 <= 1 { print $1; exit }' "$work/errors")
draw
finish <<END
# Overparameterization: the double descent

![test and training error over the number of features](double_descent.svg)

Only the last layer of this network is trained, by squared error, on ReLU features of random, frozen weights. There are 300
training digits, 20 % of them with a wrong label; the other 1,497, with right labels, are the test. Full-batch Adam with a rate
of 0.03 makes 6,000 steps for each of $(wc -l <"$work/errors" | tr -d ' ') widths. With few features the model cannot follow the wrong labels: at width
$left_width the test error is $(calc %.1f "$left") %. With about as many features as samples it just can: from width $zero on the training
error is at most 1 %, and the only weights that do this are large and fit nothing else; at width $peak_width $(calc %.1f "$peak") % of the test are wrong,
$(calc %.1f "$peak / $left") times as many. With still more features there are many ways to fit every label, and gradient descent takes a small
one: the error falls again, to $(calc %.1f "$right") % at width $right_width. More parameters than samples need not mean a worse model.

Made by [double_descent.sh](double_descent.sh) from [double_descent.nn](double_descent.nn).
END
