# cmake -DOUTPUT=FILE -DFOLDER=DIR "-DNAMES=a.nn b.nn" -P embed.cmake: a C file with the table of
# library_text.h, each text as an array of bytes.

string(REPLACE " " ";" names "${NAMES}")
set(arrays "")
set(rows "")
set(index 0)
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" bytes HEX)
  string(REGEX REPLACE "(..)" "\\1 " spaced "${bytes}")
  if(spaced MATCHES "(^| )([89a-f].|00|0d) ")
    message(FATAL_ERROR "${FOLDER}/${name}: only ASCII with plain line ends can be embedded")
  endif()
  if(NOT bytes MATCHES "0a$")
    message(FATAL_ERROR "${FOLDER}/${name}: does not end with a line break")
  endif()
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REPLACE "0x0a," "0x0a,\n" bytes "${bytes}") # a line for a line
  string(APPEND arrays "static const char text_${index}[] = {\n${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", text_${index}, sizeof text_${index} - 1},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE "${OUTPUT}" "/* Made by library/embed.cmake from the .nn files of library; not to be edited. */
#include \"library/library_text.h\"

${arrays}
const LibraryText library_texts[] = {
${rows}};
const size_t library_text_count = ${index};
")
