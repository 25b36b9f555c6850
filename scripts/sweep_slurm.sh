#!/usr/bin/env bash
# A sweep as a plain job array, for those who want to see and change every line; `nero-bench run --executor slurm` does
# the same and waits. Submit it in the folder that holds the config:
#
#   sbatch [options of sbatch] scripts/sweep_slurm.sh CONFIG [options of nero-bench run]
#
# The tasks share out the trials among themselves, so their number is free, and whatever becomes of one, the same command
# runs what is missing. NERO_BENCH names the program, if it is not build/dev/bin/nero-bench where sbatch is called.
#SBATCH --job-name=nero-bench
#SBATCH --array=0-7
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --signal=B:USR1@60
#SBATCH --output=nero-bench-%A_%a.log
set -euo pipefail

if [[ $# == 0 || -z ${SLURM_JOB_ID:-} ]]; then
  echo "usage: sbatch [options of sbatch] scripts/sweep_slurm.sh CONFIG [options of nero-bench run]" >&2
  exit 2
fi

# exec, so that the warning before the time limit reaches the program, which then saves its trials.
exec "${NERO_BENCH:-$SLURM_SUBMIT_DIR/build/dev/bin/nero-bench}" run --no-wait --jobs 1 --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"
