/* encoding.c: a source must be UTF-8 without NUL. See scanner.h.
 *
 * Only the first fault is reported, and the file is not read further: it is most likely no text.
 */

#include "grammar/scanner.h"
#include "support/utf8.h"

bool scan_check_encoding(Diagnostics *diags, const Source *source) {
    for (uint32_t i = 0; i < source->length;) {
        uint32_t code = 0;
        int size = utf8_decode(source->chars + i, source->length - i, &code);
        if (size > 0 && code != 0) {
            i += (uint32_t)size;
            continue;
        }
        SourceRange range = {source, i, i + 1};
        unsigned byte = (unsigned char)source->chars[i];
        Diagnostic *diag =
            size > 0 ? diag_error(diags, range, "encoding", "the file holds a NUL byte")
                     : diag_error(diags, range, "encoding", "byte 0x%02x is not UTF-8", byte);
        diag_help(diags, diag, "a .nn file is UTF-8 text");
        return false;
    }
    return true;
}
