# plot.awk: curves as SVG, light and dark. Lines of the input:
#
#     x LABEL | xlog LABEL      what the axes show; log: by powers of ten
#     y LABEL | ylog LABEL
#     line NAME | dots NAME     begins a series; its points follow, `X Y` a line
#     NUMBER NUMBER
#
# A series is named where its line ends; names that would overlap are moved apart.

function log10(v) { return log(v) / log(10) }
function at(v, low, high, from, to) { return from + (v - low) / (high - low) * (to - from) }
function px(v) { return at(xlog ? log10(v) : v, x0, x1, LEFT, RIGHT) }
function py(v) { return at(ylog ? log10(v) : v, y0, y1, BOTTOM, TOP) }
function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); return text }
function step_of(span,    power, ratio) {
    power = 10 ^ (int(log10(span / 4) + 100) - 100)
    ratio = span / 4 / power
    return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10)
}
function tick(axis, v,    p, shown) {
    shown = sprintf("%.4g", v)
    if (axis == "y") {
        p = py(v)
        printf "<path class='g' d='M%d %.1fH%d'/><text x='%d' y='%.1f' text-anchor='end'>%s</text>\n", LEFT, p, RIGHT, LEFT - 8, p + 4, shown
    } else
        printf "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>\n", px(v), BOTTOM + 20, shown
}
function ticks(axis, low, high, logarithmic,    step, v, k, part) {
    if (logarithmic) {
        for (k = int(low + 100) - 101; k <= high; k++)
            for (part = 1; part < (high - low < 2.2 ? 10 : 2); part += int(part * part / 2) + 1) {
                v = log10(part) + k
                if (v >= low - 1e-9 && v <= high + 1e-9) tick(axis, part * 10 ^ k)
            }
        return
    }
    step = step_of(high - low)
    for (v = int(low / step - 1) * step; v <= high + step * 1e-6; v += step)
        if (v >= low - step * 1e-6) tick(axis, v < step * 1e-6 && v > -step * 1e-6 ? 0 : v)
}
function widen(logarithmic, low, high,    room) {
    room = (high - low) * 0.04
    return room > 0 ? room : 0.5
}

BEGIN { WIDTH = 720; HEIGHT = 380; LEFT = 58; RIGHT = 590; TOP = 34; BOTTOM = 330; x0 = y0 = 1e300; x1 = y1 = -1e300 }
$1 == "x" || $1 == "xlog" { xlog = $1 == "xlog"; sub(/^[^ ]* /, ""); xlabel = $0; next }
$1 == "y" || $1 == "ylog" { ylog = $1 == "ylog"; sub(/^[^ ]* /, ""); ylabel = $0; next }
$1 == "line" || $1 == "dots" { kind[++count] = $1; sub(/^[^ ]* ?/, ""); name[count] = $0; next }
NF == 2 {
    n = ++points[count]
    xs[count, n] = $1; ys[count, n] = $2
    u = xlog ? log10($1) : $1 + 0; v = ylog ? log10($2) : $2 + 0
    if (u < x0) x0 = u
    if (u > x1) x1 = u
    if (v < y0) y0 = v
    if (v > y1) y1 = v
}
END {
    if (x1 <= x0) { x0 -= 0.5; x1 += 0.5 }
    room = widen(ylog, y0, y1); y0 -= room; y1 += room
    if (!ylog && y0 < 0 && y0 > -2 * room) y0 = 0
    printf "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img'>\n", WIDTH, HEIGHT
    print "<style>svg{--w:#fff;--f:#5a646e;--l:#e3e7eb;--a:#1f62c4;--b:#b5500a;--c:#1a7f4b;--d:#8e3fb0;--e:#5a646e;background:var(--w)}"
    print "@media(prefers-color-scheme:dark){svg{--w:#14171b;--f:#9ba6b1;--l:#2c323a;--a:#7fb2ff;--b:#ffb074;--c:#6fd39b;--d:#d59bf0;--e:#9ba6b1}}"
    print "text{font:13px system-ui,sans-serif;fill:var(--f)}path{fill:none;stroke-width:2;stroke-linejoin:round}.g{stroke:var(--l);stroke-width:1}"
    split("a b c d e", colour, " ")
    for (i = 1; i <= 5; i++) printf ".l%s{stroke:var(--%s)}.t%s,.p%s{fill:var(--%s)}", colour[i], colour[i], colour[i], colour[i], colour[i]
    print ".pe{opacity:.55}</style>"
    printf "<text x='%d' y='18'>%s</text><text x='%d' y='%d' text-anchor='middle'>%s</text>\n", LEFT - 50, escaped(ylabel), (LEFT + RIGHT) / 2, BOTTOM + 42, escaped(xlabel)
    ticks("y", y0, y1, ylog); ticks("x", x0, x1, xlog)
    for (i = 1; i <= count; i++) {
        c = colour[kind[i] == "dots" ? 5 : lines++ % 5 + 1]; shade[i] = c
        if (kind[i] == "dots") {
            for (n = 1; n <= points[i]; n++) printf "<circle class='p%s' cx='%.1f' cy='%.1f' r='2.6'/>", c, px(xs[i, n]), py(ys[i, n])
        } else {
            printf "<path class='l%s' d='", c
            for (n = 1; n <= points[i]; n++) printf "%s%.1f %.1f", (n > 1 ? "L" : "M"), px(xs[i, n]), py(ys[i, n])
            printf "'/>"
        }
        printf "\n"
        spot[i] = points[i] ? py(ys[i, points[i]]) : TOP
        order[i] = i
    }
    for (i = 2; i <= count; i++)
        for (j = i; j > 1 && spot[order[j - 1]] > spot[order[j]]; j--) { k = order[j]; order[j] = order[j - 1]; order[j - 1] = k }
    for (i = 2; i <= count; i++) if (spot[order[i]] < spot[order[i - 1]] + 17) spot[order[i]] = spot[order[i - 1]] + 17
    over = count ? spot[order[count]] - BOTTOM : 0
    for (i = count; i >= 1 && over > 0; i--) {
        spot[order[i]] -= over
        over = i > 1 ? spot[order[i - 1]] + 17 - spot[order[i]] : 0
    }
    for (i = 1; i <= count; i++) printf "<text class='t%s' x='%d' y='%.1f'>%s</text>\n", shade[i], RIGHT + 10, spot[i] + 4, escaped(name[i])
    print "</svg>"
}
