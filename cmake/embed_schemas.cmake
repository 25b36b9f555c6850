# Writes OUTPUT, a source file that holds the schemas of SOURCE_DIR/schemas as texts. Literals are kept short: compilers may refuse those
# beyond 64 KiB, and a raw literal ends at its delimiter.
set(text "#include <string_view>\nnamespace nero_bench::schemas {\n")
foreach(kind Experiment Record Reference)
  string(TOLOWER ${kind} name)
  file(READ ${SOURCE_DIR}/schemas/${name}.schema.json content)
  string(REPLACE "\\" "\\\\" content "${content}")
  string(REPLACE "\"" "\\\"" content "${content}")
  string(REPLACE "\n" "\\n\"\n  \"" content "${content}")
  string(APPEND text "extern const std::string_view k${kind};\nconst std::string_view k${kind} =\n  \"${content}\";\n")
endforeach()
string(APPEND text "}  // namespace nero_bench::schemas\n")
file(WRITE ${OUTPUT} "${text}")
