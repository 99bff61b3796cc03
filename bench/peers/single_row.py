"""Predictions of one row at a time by a random forest that is learnt before. Arguments: the table, its features, trees, predictions a turn."""
import sys

from sklearn.ensemble import RandomForestClassifier

from turns import answer_turns, read_table

features, labels = read_table(sys.argv[1], int(sys.argv[2]))
trees, predictions = int(sys.argv[3]), int(sys.argv[4])
model = RandomForestClassifier(trees, random_state=0).fit(features, labels)


def turn():
    right = 0
    for index in range(predictions):
        row = index % len(features)
        # A label and its share, as the other side gives.
        shares = model.predict_proba(features[row : row + 1])
        right += int(shares.argmax() == labels[row])
    return {'score': right / predictions}


answer_turns(turn)
