#!/bin/sh
# dropout.sh [--quick]: dropout, off and on.
. "$(dirname "$0")/common.sh"
few_digits 0.1
epochs=$(either 60 150)
for rate in $(either "0 0.5" "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7"); do
    for seed in $(either 1 "1 2 3"); do
        echo "$rate $(errors dropout "" --epochs "$epochs" --seed "$seed" --rate "$rate")"
    done | awk '{ x = $1; test += $2; train += $3 } END { print x, test / NR, train / NR }'
done >"$work/errors"
{
    printf 'x rate of dropout\ny wrong, %%\n'
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
# Dropout

![test and training error over the rate of dropout](dropout.svg)

Two hidden layers of 256 units learn 300 digits, of which one in ten has a wrong label. Without dropout the training error after
150 epochs is $(calc %.1f $off_train) %: the wrong labels are learnt by heart, and $(calc %.1f $off_test) % of the test is wrong (means over three seeds). When units are
left out at random in each step, no unit can rely on a few others, and single digits are harder to remember: with the best rate
tried, $on, the test error is $(calc %.1f $on_test) % and the training error $(calc %.1f $on_train) %. The gap goes from $(calc %.1f "$off_test - $off_train") to $(calc %.1f "$on_test - $on_train") points.

Made by [dropout.sh](dropout.sh) from [dropout.nn](dropout.nn); rates are an option, \`--rate\`.
END
