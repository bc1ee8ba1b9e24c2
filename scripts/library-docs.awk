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
# The first comment of a file is the introduction of its section.
FNR == 1 { in_head = 1 }
in_head && /^#/ {
    line = substr($0, 3)
    if (FNR == 1) {
        colon = index(line, ":"); comma = index(line, ","); stop = index(line, ".")
        end = colon
        if (!end || (comma && comma < end)) end = comma
        if (!end || (stop && stop < end)) end = stop
        print "## " substr(line, 1, end - 1) "\n"
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
    signature = $0
    depth = 0
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        if (c == "(") depth++
        if (c == ")" && --depth == 0) { signature = substr($0, 1, i); break }
    }
    text[++text_count] = $0
    next
}
entry { text[++text_count] = $0 }
END { flush_entry() }
