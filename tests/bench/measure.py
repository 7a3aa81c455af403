#!/usr/bin/env python3
"""usage: measure.py RUNS COMMAND...   median CPU time of RUNS runs in milliseconds, and the most memory in MB"""
import os
import statistics
import sys

runs, command = int(sys.argv[1]), sys.argv[2:]
cpu, memory = [], []
null = os.open(os.devnull, os.O_RDWR)
for _ in range(runs + 1):  # the first warms the caches up
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"measure.py: {' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    cpu.append((usage.ru_utime + usage.ru_stime) * 1e3)
    memory.append(usage.ru_maxrss * 1024 / 1e6)
print(f"{statistics.median(cpu[1:]):.2f} {max(memory):.1f}")
