# The fuzz targets of coordinator/kube: a name is a source file of this folder without ".cc"; all link `kube`.
set(KUBE_FUZZ_TARGETS watch_stream_fuzz)
