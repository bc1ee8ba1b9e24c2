#!/bin/sh
# gradient_descent.sh [--quick]: full-batch gradient descent against stochastic batches.
. "$(dirname "$0")/common.sh"
cp "$digits" "$work"
epochs=$(either 5 30)
printf 'x passes through the data\nylog loss of training\n' >"$work/plot"
for batch in all 256 32 4; do
    accuracy=$(train gradient_descent "" --batch $batch --epochs "$epochs" | field accuracy)
    echo "line batch $batch" >>"$work/plot"
    curve loss >>"$work/plot"
    loss=$(curve loss | awk 'END { print $2 }')
    eval "loss_$batch=$loss accuracy_$batch=$accuracy"
done
claim "$loss_all > 2 * $loss_32" "small batches are further after as many passes"
draw
finish <<END
# Full-batch gradient descent against stochastic batches

![loss over passes through the data](gradient_descent.svg)

The same network, the same learning rate of 0.2, the same number of passes through the 1,438 training digits; only the batch
differs. A step on all samples follows the exact gradient, but after $epochs passes that is $epochs steps, and the loss is still
$(calc %.2f "$loss_all") (test accuracy $(calc %.1f "100 * $accuracy_all") %). Batches of 256 reach $(calc %.2f "$loss_256"), batches of 32
$(calc %.3f "$loss_32") ($(calc %.1f "100 * $accuracy_32") %) and batches of 4 $(calc %.4f "$loss_4") ($(calc %.1f "100 * $accuracy_4") %): each
step is cheaper and its direction is only an estimate, but a good one, and there are many more of them. The arithmetic is the
same for every curve: each pass looks at each sample once.

Made by [gradient_descent.sh](gradient_descent.sh) from [gradient_descent.nn](gradient_descent.nn).
END
