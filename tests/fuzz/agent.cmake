# The fuzz targets of agent/: a name is a source file of this folder without ".cc"; all link `agent_host`.
set(AGENT_FUZZ_TARGETS toml_edit_fuzz)
