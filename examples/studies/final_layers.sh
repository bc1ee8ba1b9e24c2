#!/bin/sh
# final_layers.sh [--quick]: wrong final layers: what the compiler warns about, and what training
# does then.
. "$(dirname "$0")/common.sh"
cp "$here/../data/two_moons.csv" "$work"
awk 'BEGIN { print "x,y"; for (i = 0; i < 200; i++) printf "%.4f,%.6f\n", i / 100 - 1, sin(3 * (i / 100 - 1)) }' >"$work/sine.csv"
epochs=$(either 20 60)
# warning MODEL LAST: the warning of the compiler, with its name.
warning() { "$nnc" check -Dlast="$2" "$here/$1.nn" 2>&1 >"$work/summary" | sed -n 's/.*warning: //p' | head -n 1; }
printf 'x epochs\ny validation accuracy\n' >"$work/plot"
for last in 0 1 2 3; do
    code=0
    train final_layers -Dlast=$last --epochs "$epochs" >"$work/out" 2>"$work/said" || code=$?
    eval "code_$last=$code warning_$last=\$(warning final_layers $last)"
    [ $code -ne 0 ] && continue
    curve "validation accuracy" >"$work/curve"
    # The first epoch that is at least 80 % right, and the last accuracy.
    eval "right_$last=$(awk '$2 >= 0.8 { print $1; exit }' "$work/curve") final_$last=$(awk 'END { print 100 * $2 }' "$work/curve")"
    case $last in 0) echo 'line cross entropy' ;; 1) echo 'line squared error' ;; 3) echo 'line softmax of one' ;; esac >>"$work/plot"
    cat "$work/curve" >>"$work/plot"
done
for last in 0 1; do
    eval "sine_$last=$(calc %.3f "sqrt($(train final_regression -Dlast=$last 2>"$work/said" | field loss))")"
done
warning_relu=$(warning final_regression 1)
claim "\"$warning_0\" == \"\" && \"$warning_1\" ~ /sigmoid-with-mse/ && \"$warning_2\" ~ /missing-sigmoid/ && \"$warning_3\" ~ /softmax-of-one/ && \"$warning_relu\" ~ /output-range/" \
    "the right layer has no warning, each wrong one its own"
claim "$code_2 == 5 && $final_3 == 50 && ${right_1:-1000} >= 3 * $right_0 && $sine_1 > 4 * $sine_0" \
    "the right layer learns, the wrong ones slowly, not at all or stop"
draw
finish <<END
# Wrong final layers

![validation accuracy over epochs](final_layers.svg)

Two moons, one hidden layer, four ends. All begin by calling everything class 1 and are sure of it, so that half of the samples
are as wrong as can be. **Sigmoid with binary cross entropy** has the steepest slope just there: after epoch $right_0 more than 80 %
are right, after $epochs it is $final_0 %. The other three compile, and \`nnc check\` says what will become of them:

- **sigmoid with squared error**: "$warning_1". Its slope is p (1 - p) and next to nothing at first; it takes until epoch ${right_1:-after $epochs}.
- **no activation with binary cross entropy**: "$warning_2". The logarithm meets a number that is no
  probability, and training stops with exit code $code_2.
- **softmax over one unit**: "$warning_3". So $final_3 % it stays.

And for a number: a **relu behind the last layer** ("$warning_relu") leaves an error of $sine_1 on a
sine, where the same network without it is off by $sine_0.

Made by [final_layers.sh](final_layers.sh) from [final_layers.nn](final_layers.nn) and
[final_regression.nn](final_regression.nn).
END
