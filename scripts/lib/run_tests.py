#!/usr/bin/env python3
"""Runs the tests of the given tiers and judges them: one after another, but for programs of the tier box, which wait for
servers of their own more than they work, and run two at a time.

A test is a test program of the build (tier and time-out from its CTest labels), or a script tests/TIER/*.sh that says
`# budget: SECONDS` in its head and prints a line `ok NAME` or `FAIL NAME: why` for each case. A tier that takes longer
than its budget fails, however its tests went.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

BUDGETS = {"fast": 20 * 60, "box": 10 * 60, "cluster": 20 * 60, "full": None}
WIDTHS = {"fast": 2, "box": 2}  # programs at a time; scripts are alone


class Test:
    def __init__(self, name, tier, timeout, command, is_script):
        self.name, self.tier, self.timeout, self.command, self.is_script = name, tier, timeout, command, is_script


def programs(build, tiers):
    text = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True, capture_output=True).stdout
    for entry in json.loads(text)["tests"]:
        properties = {p["name"]: p["value"] for p in entry["properties"]}
        if properties["LABELS"][0] in tiers:  # those of others may not be built
            yield Test(entry["name"], properties["LABELS"][0], properties["TIMEOUT"], entry["command"], False)


def scripts(tiers):
    for tier in tiers:
        folder = os.path.join("tests", tier)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = os.path.join(folder, name)
            if not name.endswith(".sh") or not os.access(path, os.X_OK):
                continue
            with open(path, encoding="utf-8") as f:
                budget = re.search(r"^# budget: (\d+)$", f.read(), re.M)
            if not budget:
                sys.exit(f"{path}: its head does not say `# budget: SECONDS`")
            yield Test(f"{tier}/{name[:-3]}", tier, int(budget.group(1)), [path], True)


def gtest_cases(report):
    with open(report, encoding="utf-8") as f:
        for suite in json.load(f)["testsuites"]:
            for case in suite["testsuite"]:
                if case["status"] == "RUN":
                    yield f'{suite["name"]}.{case["name"]}', "failures" not in case, float(case["time"].rstrip("s"))


def script_cases(output):
    for line in output.splitlines():
        if match := re.match(r"(ok|FAIL) ([^:(]+?)(?: \((\d+(?:\.\d+)?)(?: s)?\))?(?::.*)?$", line):
            yield match.group(2), match.group(1) == "ok", float(match.group(3) or 0)


def run(test, report):
    """Returns (output, exit code or None after the time-out)."""
    command = test.command + ([] if test.is_script else [f"--gtest_output=json:{report}"])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=test.timeout)
        return output.decode(errors="replace"), process.returncode
    except subprocess.TimeoutExpired:
        return stop(process), None


def stop(process):
    """A test may clean up before it is killed: what it leaves would fail the next."""
    output = b""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        output, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    output = output or process.communicate()[0]
    return output.decode(errors="replace")


def judge(test):
    """Runs one test; returns its cases as (name, passed, seconds)."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        output, code = run(test, report)
        if test.is_script:
            cases = list(script_cases(output))
        else:
            cases = list(gtest_cases(report)) if os.path.exists(report) else []
    elapsed = time.monotonic() - start
    cases = [(f"{test.name}: {name}", passed, seconds) for name, passed, seconds in cases]
    all_passed = all(passed for _, passed, _ in cases)
    if code is None:
        cases.append((f"{test.name}: over its {test.timeout:.0f} s", False, elapsed))
    elif not cases:
        cases.append((f"{test.name}: ran no case (exit {code})", False, elapsed))
    elif code != 0 and all_passed:
        cases.append((f"{test.name}: exit {code}", False, elapsed))
    failed = sum(not passed for _, passed, _ in cases)
    print(f"{'FAIL' if failed else 'ok  '} {test.name:32} {len(cases):4} cases {elapsed:7.1f} s", flush=True)
    if failed:
        print("\n".join("    | " + line for line in output.splitlines()[-80:]), flush=True)
    return cases


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--fast-build-seconds", type=float, default=0)
    parser.add_argument("--tiers", nargs="+", required=True)
    parser.add_argument("--names", nargs="*", default=[])
    options = parser.parse_args()
    tests = [*programs(options.build, options.tiers), *scripts(options.tiers)]
    if options.names:
        tests = [t for t in tests if any(n in t.name for n in options.names)]
    cases, over = [], []
    for tier in options.tiers:
        start = time.monotonic() - (options.fast_build_seconds if tier == "fast" else 0)
        own = sorted((t for t in tests if t.tier == tier and not t.is_script), key=lambda t: -float(t.timeout))
        with ThreadPoolExecutor(WIDTHS.get(tier, 1)) as pool:
            for judged in pool.map(judge, own):
                cases += judged
        for test in tests:
            if test.tier == tier and test.is_script:
                cases += judge(test)
        elapsed, budget = time.monotonic() - start, BUDGETS[tier]
        print(f"tier {tier}: {elapsed:.0f} s" + (f" of {budget} s" if budget else ""), flush=True)
        if budget and elapsed > budget:
            over.append((f"tier {tier}: took {elapsed:.0f} s, over its budget of {budget} s", False, elapsed))
    cases += over
    print("\nslowest:")
    for name, _, seconds in sorted(cases, key=lambda c: -c[2])[:20]:
        print(f"  {seconds:7.2f} s  {name}")
    failures = [name for name, passed, _ in cases if not passed]
    for name in failures:
        print(f"FAILED {name}")
    print(f"\n{len(cases) - len(failures)} passed, {len(failures)} failed")
    sys.exit(1 if failures or not cases else 0)


if __name__ == "__main__":
    main()
