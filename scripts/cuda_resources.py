#!/usr/bin/env python3
"""Compiles the CUDA kernels and prints the registers, shared memory and spilled bytes of each, for each architecture.

usage: scripts/cuda_resources.py [NVCC]        (default: nvcc of the PATH)
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["device_step.cu", "device_gather.cu"]
ARCHITECTURES = ["sm_80", "sm_90", "sm_100"]
ENTRY = re.compile(r"Compiling entry function '\S*?\d+([a-z_]+_kernel)\S*' for '(sm_\d+)'")


def compile_report(nvcc, source, target):
    code = [f"-gencode=arch={a.replace('sm', 'compute')},code={a}" for a in ARCHITECTURES]
    command = [nvcc, "-std=c++20", "-O3", f"-I{ROOT}/lib", *code, "--resource-usage", "-c",
               str(ROOT / "lib/learning/kernels/cuda" / source), "-o", target]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def resources(report):
    """{(kernel, architecture): {"registers": …, "shared": …, "spilled": …}}"""
    found = {}
    current = spilled = None
    for line in report.splitlines():
        if entry := ENTRY.search(line):
            current, spilled = entry.groups(), 0
        elif stores := re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", line):
            spilled = max(spilled or 0, int(stores[1]), int(stores[2]))
        elif (used := re.search(r"Used (\d+) registers", line)) and current:
            shared = re.search(r"(\d+) bytes smem", line)
            found[current] = {"registers": int(used[1]), "shared": int(shared[1]) if shared else 0, "spilled": spilled}
            current = None
    return found


def main():
    nvcc = sys.argv[1] if len(sys.argv) > 1 else "nvcc"
    with tempfile.TemporaryDirectory() as folder:
        reports = [compile_report(nvcc, source, str(Path(folder) / "kernels.o")) for source in SOURCES]
        found = resources("".join(reports))
    print("registers a thread / bytes of shared memory a block / bytes spilled\n")
    print(f"| kernel | {' | '.join(ARCHITECTURES)} |")
    print(f"|---|{'---|' * len(ARCHITECTURES)}")
    for kernel in sorted({kernel for kernel, _ in found}):
        cells = [found[kernel, a] for a in ARCHITECTURES]
        print(f"| {kernel} | {' | '.join('{registers} / {shared} / {spilled}'.format(**cell) for cell in cells)} |")


if __name__ == "__main__":
    main()
