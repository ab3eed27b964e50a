"""sysbench: each of its workloads with small tables and a number of events, prepared statements on and off."""

from lib.process import program

from .suite import FAIL, PASS, Outcome, fresh_database, run_logged

NAME = "sysbench"
DATABASE = "mgc_sysbench"
_TABLES, _ROWS, _THREADS, _EVENTS = 2, 500, 2, 60
_LIMIT_SECONDS = 120
_WORKLOADS = ("oltp_read_write", "oltp_read_only", "oltp_write_only", "oltp_point_select", "oltp_insert", "oltp_delete",
              "oltp_update_index", "oltp_update_non_index", "select_random_points", "select_random_ranges")


def prepare():
    return program("sysbench")


def _sysbench(command, target, log, *arguments):
    status, text = run_logged(
        [command, f"--mysql-host={target.host}", f"--mysql-port={target.port}", f"--mysql-user={target.user}",
         f"--mysql-password={target.password}", f"--mysql-db={DATABASE}", "--mysql-ssl=off", f"--tables={_TABLES}",
         f"--table-size={_ROWS}", f"--threads={_THREADS}", "--time=0", *arguments],
        f"sysbench-{log}-{target.way}.log", _LIMIT_SECONDS)
    fatal = [line for line in text.splitlines() if "FATAL" in line or "timed out after" in line]
    return Outcome(PASS) if status == 0 and not fatal else Outcome(FAIL, error=(fatal or [text[-200:]])[0])


def run(target, server, command):
    fresh_database(server, DATABASE)
    outcomes = {"prepare": _sysbench(command, target, "prepare", "oltp_read_write", "prepare")}
    for workload in _WORKLOADS:
        for mode in ("auto", "disable"):
            name = f"{workload}, prepared statements {'on' if mode == 'auto' else 'off'}"
            outcomes[name] = _sysbench(command, target, f"{workload}-{mode}", f"--events={_EVENTS}", f"--db-ps-mode={mode}",
                                       workload, "run")
    outcomes["cleanup"] = _sysbench(command, target, "cleanup", "oltp_read_write", "cleanup")
    return outcomes
