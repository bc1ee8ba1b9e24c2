#!/bin/sh
# weight_decay.sh [--quick]: weight decay, off and on.
. "$(dirname "$0")/common.sh"
few_digits 0.1
for decay in $(either "0 0.003" "0 0.0003 0.001 0.002 0.003 0.005 0.01"); do
    for seed in $(either 1 "1 2 3"); do
        echo "$decay $(errors weight_decay "" --seed "$seed" --decay "$decay")"
    done | awk '{ x = $1; test += $2; train += $3 } END { print x, test / NR, train / NR }'
done >"$work/errors"
{
    printf 'x strength of the penalty\ny wrong, %%\n'
    printf 'line test\n' && cut -d' ' -f1,2 "$work/errors"
    printf 'line training\n' && cut -d' ' -f1,3 "$work/errors"
} >"$work/plot"
read -r off off_test off_train <"$work/errors"
read -r on on_test on_train <<END
$(tail -n +2 "$work/errors" | sort -k2,2n | head -n 1)
END
claim "$off == 0 && $on_test < $off_test && $on_test - $on_train < $off_test - $off_train" \
    "the test error and its distance to the training error shrink"
draw
finish <<END
# Weight decay

![test and training error over the strength of decay](weight_decay.svg)

A network of 256 hidden units learns 300 digits, of which one in ten has a wrong label, for 150 epochs. Without decay it learns
every one of them, the wrong ones too: $(calc %.1f $off_train) % of the training set is wrong in the end, but $(calc %.1f $off_test) % of the 1,497 digits it
has not seen (means over three seeds). A penalty on the squares of the weights (l2) makes large weights dear, and the wrong
labels need them: at the best strength tried, $on, the training error rises to $(calc %.1f $on_train) %, about the share of wrong labels, and the
test error falls to $(calc %.1f $on_test) %. The gap between the two goes from $(calc %.1f "$off_test - $off_train") to $(calc %.1f "$on_test - $on_train") points. Below zero means: the training set is the
harder one, because of its labels.

Made by [weight_decay.sh](weight_decay.sh) from [weight_decay.nn](weight_decay.nn); strengths are an option, \`--decay\`.
END
