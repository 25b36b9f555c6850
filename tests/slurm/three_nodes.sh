#!/usr/bin/env bash
# A Slurm of three nodes on this machine, for tests: three_nodes.sh start|stop DIR
# Runs as root, without systemd. After `start`, SLURM_CONF=DIR/slurm.conf leads every Slurm program to it.
set -euo pipefail
action=${1:?start or stop}
dir=$(mkdir -p "${2:?folder for configuration, state and logs}" && cd "$2" && pwd)
readonly action dir

# The first of four neighbours that nobody listens on now.
first_free_port() {
  python3 - <<'PYTHON'
import random, socket

def is_free(port):
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) != 0

while True:
    first = random.randrange(20000, 30000)
    if all(is_free(port) for port in range(first, first + 4)):
        print(first)
        break
PYTHON
}

write_configuration() {
  local host port
  port=$(first_free_port)
  host=$(hostname -s)
  getent hosts "$host" >/dev/null || echo "127.0.0.1 $host" >>/etc/hosts  # slurmd looks its own host up
  cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$dir/ctld
SlurmdSpoolDir=$dir/spool.%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobRequeue=1
ReturnToService=2
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2
KillWait=5
MinJobAge=300
NodeName=n[1-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 3))] CPUs=2 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  echo "CgroupPlugin=cgroup/v1" >"$dir/cgroup.conf"
}

start_munge() {
  mkdir -p /run/munge
  [[ -s $dir/munge.key ]] || head -c 1024 /dev/urandom >"$dir/munge.key"
  chmod 400 "$dir/munge.key"
  munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
    --log-file="$dir/munged.log" --seed-file="$dir/munge.seed"
}

start() {
  mkdir -p "$dir/ctld"
  write_configuration
  start_munge
  export SLURM_CONF="$dir/slurm.conf"
  slurmctld
  for node in n1 n2 n3; do
    mkdir -p "$dir/spool.$node"
    slurmd -N "$node"
  done
  for _ in $(seq 120); do
    [[ $(sinfo -h -N -o %T 2>/dev/null | grep -c idle) == 3 ]] && return
    sleep 0.5
  done
  sinfo >&2 || true
  echo "the nodes did not become idle; see $dir/*.log" >&2
  return 1
}

stop() {
  local pid_file
  for pid_file in "$dir"/slurmd.*.pid "$dir/slurmctld.pid" "$dir/munged.pid"; do
    if [[ -s $pid_file ]]; then kill "$(cat "$pid_file")" 2>/dev/null || true; fi
  done
}

case $action in
  start) start ;;
  stop) stop ;;
  *) echo "start or stop, not $action" >&2; exit 2 ;;
esac
