# common.sh: what the scripts of the studies share. To be read in by them:
#
#     . "$(dirname "$0")/common.sh"
#
# A study writes its page NAME.md and its picture NAME.svg beside itself. With --quick it does a
# small part of the work, writes into a temporary folder, and only checks that its claim holds. nnc
# is taken from $NNC, the build folder or the PATH.
set -eu
export LC_ALL=C
name=$(basename "$0" .sh)
here=$(cd "$(dirname "$0")" && pwd)
digits=$here/../data/digits.csv
quick=no
[ "${1:-}" = --quick ] && quick=yes
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
nnc=${NNC:-$here/../../build/nnc}
[ -x "$nnc" ] || nnc=$(command -v nnc)
page=$here/$name.md picture=$here/$name.svg
if [ $quick = yes ]; then page=$work/$name.md picture=$work/$name.svg; fi
begin=$(date +%s)

# either A B: A for the quick way, B for the whole.
either() { if [ $quick = yes ]; then echo "$1"; else echo "$2"; fi; }
# train MODEL CONSTANTS OPTIONS...: trains $here/MODEL.nn with -D CONSTANTS ("" for none) on the data
# in $work. Weights are in $work/weights, the log in $work/log, figures on standard output.
train() {
    _model=$here/$1.nn _constants=$2
    shift 2
    # shellcheck disable=SC2086
    "$nnc" run $_constants "$_model" train --quiet --json --data "$work" --out "$work/weights" \
        --log "$work/log" "$@"
}
# again COMMAND MODEL CONSTANTS OPTIONS...: evaluate or predict with those weights.
again() {
    _command=$1 _model=$here/$2.nn _constants=$3
    shift 3
    # shellcheck disable=SC2086
    "$nnc" run $_constants "$_model" "$_command" --data "$work" --weights "$work/weights" "$@"
}
# field KEY: the first number of that name in JSON on standard input.
field() { sed -n "s/.*\"$1\": *\([-+0-9.eE]*\).*/\1/p" | head -n 1; }
# calc FORMAT EXPRESSION: an expression of awk, printed.
calc() { awk "BEGIN { printf \"$1\", $2 }"; }
# claim EXPRESSION TEXT: stops unless the expression of awk is true.
claim() {
    if awk "BEGIN { exit !($1) }"; then echo "$name: $2"; else
        echo "$name: does not hold: $2 ($1)" >&2
        exit 1
    fi
}
# curve KEY: "epoch value" for each epoch of the log; KEY "validation loss" for that part.
curve() {
    awk -v key="$1" '/"event": "epoch"/ {
        part = $0
        if (sub(/^validation /, "", key) || seen) { seen = 1; sub(/.*"validation": /, "", part) }
        at = index(part, "\"" key "\": ")
        split($0, e, /"epoch": /)
        if (at) print e[2] + 0, substr(part, at + length(key) + 4) + 0
    }' "$work/log"
}
# draw: $work/plot, in the language of plot.awk, becomes the picture.
draw() { [ -n "${KEEP:-}" ] && cp "$work/plot" "$KEEP"; awk -f "$here/plot.awk" "$work/plot" >"$picture"; }
# finish: the page is its text on standard input, with the time it took.
finish() {
    cat >"$page"
    if [ $quick = no ]; then echo "$name: $(($(date +%s) - begin)) s"; fi
}
# few_digits SHARE: 300 digits, of which that share has a wrong label, in $work/digits_300.csv, and
# the other 1,497, with right labels, in digits_rest.csv.
few_digits() {
    awk -F, -v OFS=, -v share="$1" -v few="$work/digits_300.csv" -v rest="$work/digits_rest.csv" '
        function draw() { seed = seed * 16807 % 2147483647; return seed / 2147483647 }
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == "digit") label = i; print >few; print >rest; next }
        { row[++n] = $0 }
        END {
            seed = 1
            for (i = n; i > 1; i--) { j = int(draw() * i) + 1; t = row[i]; row[i] = row[j]; row[j] = t }
            for (i = 1; i <= n; i++) {
                $0 = row[i]
                if (i <= 300 && draw() < share) $label = ($label + 1 + int(draw() * 9)) % 10
                if (i <= 300) print >few; else print >rest
            }
        }' "$digits"
}
# errors MODEL CONSTANTS OPTIONS...: trains; prints the test and the training error in per cent.
errors() {
    _tested=$(train "$@" | field accuracy)
    _trained=$(again evaluate "$1" "$2" --split train --json | field accuracy)
    calc '%.2f %.2f\n' "100 * (1 - $_tested), 100 * (1 - $_trained)"
}
