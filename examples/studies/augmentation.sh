#!/bin/sh
# augmentation.sh [--quick]: few pictures with nothing, weight decay, dropout, augmentation, and all three.
# The pictures are the Debian package dataset-fashion-mnist, or lie in the folder that NNC_DATA names.
. "$(dirname "$0")/common.sh"
source=${NNC_DATA:-/usr/share/datasets}/fashion-mnist
for file in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
    [ -e "$source/$file-ubyte.gz" ] && continue
    if [ -n "${NNC_DATA:-}" ]; then
        echo "$name: no $file-ubyte.gz in $source" >&2
        exit 1
    fi
    echo "skip: the study $name needs the package dataset-fashion-mnist"
    exit 77
done
# pictures PART FILES FIRST COUNT: less than 65,536 pictures and their labels, from number FIRST on.
pictures() {
    _count=$(printf '\\0\\0\\0%03o\\0%03o' $(($4 / 256)) $(($4 % 256)))
    {
        printf '\0\0\010\003%b\0\0\0\034\0\0\0\034' "$_count"
        gzip -dc "$source/$2-images-idx3-ubyte.gz" | tail -c +$((17 + 784 * $3)) | head -c $((784 * $4))
    } >"$work/$1-images"
    {
        printf '\0\0\010\001%b' "$_count"
        gzip -dc "$source/$2-labels-idx1-ubyte.gz" | tail -c +$((9 + $3)) | head -c "$4"
    } >"$work/$1-labels"
}
model() { echo "-Dpixels=$pixels -Dmirror=$mirror"; }
learn() { train augmentation "$(model)" --decay "$decay" --rate "$rate" "$@"; }
judge() { again evaluate augmentation "$(model)" --json "$@"; }

few=$(either 500 1000) epochs=$(either 30 200) seeds=$(either 1 "1 2 3")
pictures few train 0 "$few"
# What there is to choose from: weight decay, rate of dropout, pixels moved, mirrored.
nothing="nothing 0 0 0 false"
either "$nothing
augmentation 0 0 2 false
all_three 0.0003 0.3 1 false" "$nothing
weight_decay 0.0003 0 0 false
weight_decay 0.001 0 0 false
weight_decay 0.003 0 0 false
dropout 0 0.3 0 false
dropout 0 0.5 0 false
dropout 0 0.7 0 false
augmentation 0 0 1 false
augmentation 0 0 2 false
augmentation 0 0 3 false
augmentation 0 0 2 true
all_three 0.0003 0.3 1 false
all_three 0.001 0.5 2 false" >"$work/settings"
# Strengths are chosen on other pictures of the training files: until then these are the test part.
pictures test train 55000 "$(either 1000 5000)"
while read -r method decay rate pixels mirror; do
    setting="$method $decay $rate $pixels $mirror"
    for seed in $seeds; do
        learn --epochs "$epochs" --seed "$seed" | field accuracy
        mv "$work/weights" "$work/$setting $seed"
    done | awk -v setting="$setting" '{ sum += $1 } END { printf "%s %.2f\n", setting, 100 * sum / NR }'
done <"$work/settings" >"$work/tried"
awk '!($1 in best) { order[++n] = $1; best[$1] = -1 }
    $6 > best[$1] { best[$1] = $6; line[$1] = $1 " " $2 " " $3 " " $4 " " $5 }
    END { for (i = 1; i <= n; i++) print line[order[i]] }' "$work/tried" >"$work/chosen"

# From here on the test part is the test part. Means and deviations over the seeds: accuracy of
# training and test, the gap between them, loss of the test.
pictures test t10k 0 "$(either 2000 10000)"
while read -r method decay rate pixels mirror; do
    setting="$method $decay $rate $pixels $mirror"
    for seed in $seeds; do
        mv "$work/$setting $seed" "$work/weights"
        judge >"$work/tested"
        echo "$(judge --split train | field accuracy) $(field accuracy <"$work/tested") $(field loss <"$work/tested")"
    done | awk -v setting="$setting" '
        { v[NR, 1] = 100 * $1; v[NR, 2] = 100 * $2; v[NR, 3] = 100 * ($1 - $2); v[NR, 4] = $3 }
        END {
            printf "%s", setting
            for (k = 1; k <= 4; k++) {
                mean = square = 0
                for (i = 1; i <= NR; i++) mean += v[i, k] / NR
                for (i = 1; i <= NR; i++) square += (v[i, k] - mean) ^ 2
                printf " %.6f %.6f", mean, sqrt(square / (NR > 1 ? NR - 1 : 1))
            }
            printf "\n"
        }'
done <"$work/chosen" >"$work/results"
# of METHOD COLUMN [FORMAT]: a number of the results.
of() { awk -v method="$1" -v column="$2" -v format="${3:-%s}" '$1 == method { printf format, $column }' "$work/results"; }

# The loss of the test part on the way, seed 1: train for a while, look, go on.
printf 'x epochs\ny test loss\n' >"$work/plot"
{ tail -n +2 "$work/chosen" && echo "$nothing"; } | while read -r method decay rate pixels mirror; do
    echo "line $(echo "$method" | tr _ ' ')"
    resume=
    for epoch in $(either "2 4" "2 4 6 8 10 15 20 30 40 60 80 100 120 140 160 180 200"); do
        # shellcheck disable=SC2086
        echo "$epoch $(learn --epochs "$epoch" --seed 1 $resume | field loss)"
        resume=--resume
    done
done >>"$work/plot"
read -r turn least <<END
$(sed '1,/^line nothing/d' "$work/plot" | sort -k2,2g | head -n 1)
END
draw

# tried METHOD: the best of its means on the validation part; candidates METHOD COLUMN: what it could have.
tried() { awk -v method="$1" '$1 == method && $6 > best { best = $6 } END { printf "%.1f", best }' "$work/tried"; }
candidates() { awk -v method="$1" -v column="$2" '$1 == method && $5 == "false" { printf "%s%s", n++ ? ", " : "", $column }' "$work/settings"; }
moved=$(sed -n 's/^augmentation 0 0 2 false //p' "$work/tried")
mirrored=$(sed -n 's/^augmentation 0 0 2 true //p' "$work/tried")

for method in $(tail -n +2 "$work/chosen" | cut -d' ' -f1); do
    claim "$(of "$method" 12) < $(of nothing 12)" "the test loss is smaller with $(echo "$method" | tr _ ' ')"
done
for method in augmentation all_three; do
    claim "$(of "$method" 10) < $(of nothing 10) - 1" "the gap is at least a point narrower with $(echo "$method" | tr _ ' ')"
done
if [ $quick = no ]; then
    for method in augmentation all_three; do
        claim "$(of "$method" 8) - $(of "$method" 9) > $(of nothing 8) + $(of nothing 9)" \
            "the test accuracy is higher with $(echo "$method" | tr _ ' ')"
    done
    for method in weight_decay dropout; do
        claim "($(of "$method" 8) - $(of nothing 8)) ^ 2 < ($(of "$method" 9) + $(of nothing 9)) ^ 2" \
            "the test accuracy is much the same with $(echo "$method" | tr _ ' ')"
    done
    claim "$(of all_three 8) > $(of augmentation 8) && $(of all_three 12) < $(of augmentation 12)" "all three are better than augmentation"
    claim "$(of nothing 12) > 1.3 * $least" "with nothing the test loss grows in the end"
    claim "$(tried weight_decay) < $(tried nothing)" "weight decay does not help on the validation part"
    claim "$mirrored < $moved" "nor does mirroring"
fi
parameters=$("$nnc" check "$here/augmentation.nn" 2>&1 | sed -n 's/^\([0-9,]*\) parameters.*/\1/p')
finish <<END
# Augmentation

![test loss over epochs](augmentation.svg)

A network of two convolutions and two dense layers, $parameters parameters, learns ten kinds of clothes (Fashion-MNIST) from only 1,000
pictures, for $epochs epochs, and is tested on 10,000 others: with nothing, with weight decay, with dropout, with augmentation, and with all
three. The table has means and standard deviations over seeds 1, 2 and 3, always with the same pictures; the curves are those of seed 1.
Training accuracy is measured like that of the test: nothing is dropped and no picture is moved.

| | training accuracy, % | test accuracy, % | gap, points | test loss |
|---|---|---|---|---|
$(awk '{
    what["nothing"] = "nothing"
    what["weight_decay"] = "weight decay of " $2
    what["dropout"] = "dropout of " $3
    what["augmentation"] = "augmentation: moved by up to " $4 " pixel" ($4 == 1 ? "" : "s") ($5 == "true" ? ", mirrored" : "")
    what["all_three"] = "all three: " $2 ", " $3 ", up to " $4 " pixel" ($4 == 1 ? "" : "s")
    printf "| %s | %.1f ± %.1f | %.1f ± %.1f | %.1f ± %.1f | %.2f ± %.2f |\n", what[$1], $6, $7, $8, $9, $10, $11, $12, $13
}' "$work/results")

With nothing the network learns its pictures by heart. Its test loss is least after epoch $turn ($(calc %.2f "$least")); from there on it grows
surer of all it says, of its mistakes too, and the loss ends at $(of nothing 12 %.2f). Weight decay and dropout hold that back, to
$(of weight_decay 12 %.2f) and $(of dropout 12 %.2f). But they say nothing about clothes: test accuracies of $(of weight_decay 8 %.1f) % and $(of dropout 8 %.1f) % are no further from the $(of nothing 8 %.1f) % with
nothing than other seeds are. Augmentation does say something, that a shirt moved a little is still a shirt: each time a picture is
used it is moved at random, and the test accuracy rises to $(of augmentation 8 %.1f) %. All three together are best: $(of all_three 8 %.1f) %, a gap of $(of all_three 10 %.1f)
points instead of $(of nothing 10 %.1f), and a test loss of $(of all_three 12 %.2f).

The strengths were chosen without the test part, by the mean accuracy on 5,000 other pictures of the training files. Tried were:
decays of $(candidates weight_decay 2); dropout of $(candidates dropout 3); moves of $(candidates augmentation 4) pixels; all three at the weakest or at the middle
of these. No decay helped there: $(tried weight_decay) % at best, $(tried nothing) % with nothing. Neither did mirroring, the usual thing for photographs:
$(calc %.1f "${mirrored:-0}") % with it and moves of 2 pixels, $(calc %.1f "${moved:-0}") % with the moves alone. Nearly all shoes of this data point to the left, so that
mirrored ones take room and are hardly ever asked for. An augmentation should make pictures that could occur.

Epochs, learning rate and which kinds of augmentation to offer (turning, zooming and erasing were tried as well, and did not make it) were
settled in trial runs before, by the same 5,000 pictures. Results on the test part were seen in some of these runs, and in a whole one
of 100 epochs, so the test part was not unknown when the study got its present form; the strengths in the table do not depend on it.

Made by [augmentation.sh](augmentation.sh) from [augmentation.nn](augmentation.nn), where strengths are options, \`--decay\` and \`--rate\`, and
constants, \`-Dpixels=2\` and \`-Dmirror=true\`.
END
