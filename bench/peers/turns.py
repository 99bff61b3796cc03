"""What the programs share: a line on standard input is one turn of the work; its times go to standard output as one line of JSON."""
import json
import os
import resource
import sys
import time
import warnings

import numpy
import sklearn

warnings.filterwarnings('ignore')


def read_table(path, columns):
    """Rows of float64, little endian, row by row: the features, then the label as a whole number."""
    table = numpy.fromfile(path, '<f8').reshape(-1, columns + 1)
    return numpy.ascontiguousarray(table[:, :columns]), table[:, columns].astype(numpy.int64)


def answer_turns(work):
    """`work` does one turn and gives what it found, as a dictionary; the first line says that everything is loaded."""
    say({'versions': {'python': sys.version.split()[0], 'scikit-learn': sklearn.__version__, 'numpy': numpy.__version__}})
    for _ in sys.stdin:
        cpu, wall = cpu_seconds(), time.perf_counter()
        found = work()
        wall = time.perf_counter() - wall
        say({'wall_ms': wall * 1000, 'cpu_ms': (cpu_seconds() - cpu) * 1000, **found})


def say(line):
    print(json.dumps(line), flush=True)


def cpu_seconds():
    """User and system seconds of this process, its threads, and its processes, those that are still running too."""
    mine, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + ended.ru_utime + ended.ru_stime + running_children()


def running_children():
    if not os.path.isdir('/proc'):
        return 0
    parents, seconds = {}, {}
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{name}/stat') as file:
                # The name of the command is in brackets and may hold anything.
                fields = file.read().rsplit(')', 1)[1].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        seconds[int(name)] = (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
    return sum(used for pid, used in seconds.items() if is_below(pid, os.getpid(), parents))


def is_below(pid, above, parents):
    while pid in parents:
        pid = parents[pid]
        if pid == above:
            return True
    return False
