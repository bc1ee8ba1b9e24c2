# library-docs.awk: one file of library/ as a section of docs/library.md.

function flush_entry(    i, first) {
    if (!entry) return
    while (text_count > 0 && text[text_count] == "") text_count--
    head = signature
    sub(/^[a-z]+ /, "", head)
    entries++
    print "### " name "\n"
    print "`" head "`\n"
    for (i = 1; i <= comment_count; i++) print substr(comment[i], 3)
    print "\n```"
    for (i = 1; i <= text_count; i++) print text[i]
    print "```\n"
    entry = 0
    comment_count = text_count = 0
}
# Takes the characters of one line of a declaration up to the bracket that closes its parameters.
function add_signature(line,    i, c) {
    if (signature != "") { sub(/^ +/, "", line); signature = signature " " }
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "(") depth++
        if (c == ")" && --depth == 0) { closed = 1; i++; break }
    }
    signature = signature substr(line, 1, i - 1)
}
# The first comment of a file is the introduction of its section.
FNR == 1 { in_head = 1 }
in_head && /^#/ {
    line = substr($0, 3)
    if (FNR == 1) {
        match(line, /[:,.]| \[/) # where the title ends
        print "## " substr(line, 1, RSTART - 1) "\n"
    }
    print line
    next
}
in_head { in_head = 0; print ""; next }
/^#/ { flush_entry(); comment[++comment_count] = $0; next }
/^(activation|layer|loss|metric|regularizer|optimizer|schedule|initializer) / {
    flush_entry()
    entry = 1
    name = $2; sub(/\(.*/, "", name)
    signature = ""
    depth = closed = 0
    add_signature($0)
    text[++text_count] = $0
    next
}
entry && !closed { add_signature($0) }
entry { text[++text_count] = $0 }
END { flush_entry() }
