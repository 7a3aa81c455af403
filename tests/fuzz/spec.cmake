# The fuzz targets of coordinator/spec: a name is a source file of this folder without ".cc"; all link `spec`.
set(SPEC_FUZZ_TARGETS cluster_spec_fuzz)
