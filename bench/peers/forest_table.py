"""A random forest on a table of numbers, all cores. Arguments: the table, its features, rows to learn from (the rest is held out), trees."""
import sys

from sklearn.ensemble import RandomForestClassifier

from turns import answer_turns, read_table

features, labels = read_table(sys.argv[1], int(sys.argv[2]))
rows, trees = int(sys.argv[3]), int(sys.argv[4])
models = []


def turn():
    models[:] = [RandomForestClassifier(trees, n_jobs=-1, random_state=0).fit(features[:rows], labels[:rows])]
    # How good it is comes with the times, or speed could be bought with it. Its own time is in them for both sides.
    return {'score': models[0].score(features[rows:], labels[rows:])}


answer_turns(turn)
