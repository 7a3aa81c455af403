# The fuzz targets of common/: a name is a source file of this folder without ".cc"; all link `common`.
set(COMMON_FUZZ_TARGETS request_line_fuzz fault_rules_fuzz)
