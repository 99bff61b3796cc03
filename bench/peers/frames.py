"""The same questions in pandas or Polars: `frames.py pandas|polars FOLDER`. A line on standard input is one task; a line of JSON is what it took.

pandas has the tables in memory before the first task, as its users do; Polars reads the Parquet files lazily in each task, as DuckDB does.
"""
import json
import os
import resource
import sys
import time

library, folder = sys.argv[1:3]
file = lambda name: os.path.join(folder, name)
keys = ['id1', 'id2', 'id3', 'id4', 'id5', 'id6']

if library == 'polars':
    import polars as pl
    c = pl.col
    x, small, medium = (pl.scan_parquet(file(f'{name}.parquet')) for name in ('x', 'small', 'medium'))
    lazy = {
        'q1': (lambda: x.group_by('id1').agg(c('v1').sum()), 'v1'),
        'q2': (lambda: x.group_by('id1', 'id2').agg(c('v1').sum()), 'v1'),
        'q3': (lambda: x.group_by('id3').agg(c('v1').sum(), c('v3').mean()), 'v3'),
        'q4': (lambda: x.group_by('id4').agg(c('v1').mean(), c('v2').mean(), c('v3').mean()), 'v3'),
        'q5': (lambda: x.group_by('id6').agg(c('v1').sum(), c('v2').sum(), c('v3').sum()), 'v3'),
        'q6': (lambda: x.group_by('id4', 'id5').agg(c('v3').median().alias('median'), c('v3').std().alias('sd')), 'sd'),
        'q7': (lambda: x.group_by('id3').agg((c('v1').max() - c('v2').min()).alias('range')), 'range'),
        'q8': (lambda: x.drop_nulls('v3').group_by('id6').agg(c('v3').top_k(2)).explode('v3'), 'v3'),
        'q9': (lambda: x.group_by('id2', 'id4').agg((pl.corr('v1', 'v2') ** 2).alias('r2')), 'r2'),
        'q10': (lambda: x.group_by(keys).agg(c('v3').sum(), pl.len().alias('n')), 'v3'),
        'join-small': (lambda: x.join(small, on='id4'), 'w'),
        'join-medium': (lambda: x.join(medium, on='id6'), 'w'),
        'join-medium-left': (lambda: x.join(medium, on='id6', how='left'), 'w'),
        'csv-read': (lambda: pl.scan_csv(file('x.csv')), 'v3'),
        'map': (lambda: x.select('id6', (c('v1') * 2 + c('v3')).alias('y')), 'y'),
    }
    tasks = {name: (lambda make=make: make().collect(), column) for name, (make, column) in lazy.items()}
    look = lambda made, column: {'rows': made.height, 'sum': float(made[column].sum())}
else:
    import pandas as pd
    x, small, medium = (pd.read_parquet(file(f'{name}.parquet')) for name in ('x', 'small', 'medium'))
    by = lambda *names: x.groupby(list(names), observed=True, sort=False)
    part = x.head(max(1, len(x) // 10))
    tasks = {
        'q1': (lambda: by('id1').agg(v1=('v1', 'sum')), 'v1'),
        'q2': (lambda: by('id1', 'id2').agg(v1=('v1', 'sum')), 'v1'),
        'q3': (lambda: by('id3').agg(v1=('v1', 'sum'), v3=('v3', 'mean')), 'v3'),
        'q4': (lambda: by('id4')[['v1', 'v2', 'v3']].mean(), 'v3'),
        'q5': (lambda: by('id6')[['v1', 'v2', 'v3']].sum(), 'v3'),
        'q6': (lambda: by('id4', 'id5').agg(median=('v3', 'median'), sd=('v3', 'std')), 'sd'),
        'q7': (lambda: (lambda a: pd.DataFrame({'range': a.v1 - a.v2}))(by('id3').agg({'v1': 'max', 'v2': 'min'})), 'range'),
        'q8': (lambda: x[['id6', 'v3']].dropna().sort_values('v3', ascending=False).groupby('id6', sort=False).head(2), 'v3'),
        'q10': (lambda: by(*keys).agg(v3=('v3', 'sum'), n=('v1', 'size')), 'v3'),
        'join-small': (lambda: x.merge(small, on='id4'), 'w'),
        'join-medium': (lambda: x.merge(medium, on='id6'), 'w'),
        'join-medium-left': (lambda: x.merge(medium, on='id6', how='left'), 'w'),
        'csv-read': (lambda: pd.read_csv(file('x.csv')), 'v3'),
        # A tenth of the rows: all of them take minutes.
        'map-tenth': (lambda: part.apply(lambda row: row.v1 * 2 + row.v3, axis=1).to_frame('y'), 'y'),
    }
    look = lambda made, column: {'rows': len(made), 'sum': float(made[column].sum())}


def say(line):
    print(json.dumps(line), flush=True)


def forget_peak():
    try:
        with open('/proc/self/clear_refs', 'w') as told:
            told.write('5')
    except OSError:
        pass


def peak():
    try:
        with open('/proc/self/status') as status:
            return round(next(int(line.split()[1]) for line in status if line.startswith('VmHWM')) / 1024)
    except OSError:
        return 0


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


say({'ready': True})
for name in sys.stdin:
    name = name.strip()
    if name not in tasks:
        say({'failed': f'{library} has no task {name} here'})
        continue
    work, column = tasks[name]
    forget_peak()
    before, start = cpu(), time.perf_counter()
    made = work()
    taken = {'ms': (time.perf_counter() - start) * 1000, 'cpu': (cpu() - before) * 1000, 'peak': peak()}
    say({**taken, **look(made, column)})
    del made
