#!/usr/bin/env python3
"""Tries configs/table.pbtxt, and scikit-learn's methods, on tables with few labels.

    benchmarks/tables.py run FOLDER --results=results.csv [--sets=spam,iris] [--seeds=1..20]
        [--labels=5,20] [--methods=ladder,no_decoder,logistic,...] [--train=bazel-bin/tools/train]
    benchmarks/tables.py numbers FOLDER --results=results.csv [--numbers=20,50] [--seeds=1..20]
    benchmarks/tables.py table --results=results.csv

FOLDER has the tables as .csv; wine, iris and digits come with scikit-learn (python3-sklearn). Of each
table, classes of at least 20 rows; 70 % of the rows to train on, at most 6,000, stratified; the rest, at
most 4,000, to test on; --labels of each class show their label. Each seed has a split and labels of its
own, the same for all methods. For scikit-learn: missing numbers become the mean of the training rows,
missing words the most frequent one, words one column each, then mean 0 and deviation 1. For the ladder
the file is as it is, with the labels that are not shown left out.

BostonHousing and Servo have numbers to predict (model.target: NUMBERS): --numbers rows show theirs, the
methods are ridge regression, forest and MLP, and errors are root mean squares in the table's units.

Results are added to a CSV file, a line each: set, labels, seed, method, error in percent; what is
there is not computed again. `table` prints means and standard errors, and differences from the best
method of each set, paired by seed, as Markdown.
"""
import argparse
import csv
import json
import math
import os
import subprocess
import tempfile
import warnings

import numpy as np

LABELS = {
    'BreastCancer': 'Class', 'HouseVotes84': 'Class', 'Vehicle': 'Class', 'Vowel': 'Class',
    'PimaIndiansDiabetes2': 'diabetes', 'spam': 'type', 'Shuttle': 'Class', 'Zoo': 'type',
    'LetterRecognition': 'lettr', 'wine': 'kind', 'iris': 'kind', 'digits': 'kind',
}
SETS = ['Zoo', 'iris', 'wine', 'HouseVotes84', 'BreastCancer', 'PimaIndiansDiabetes2', 'Vehicle',
        'Vowel', 'digits', 'spam', 'Shuttle', 'LetterRecognition']
NUMBERS = {'BostonHousing': 'medv', 'Servo': 'Class'}
NUMBER_PEERS = ['ridge', 'forest', 'mlp']
PEERS = ['logistic', 'forest', 'mlp', 'self', 'spread']
# What turns table.pbtxt into the same network without its decoders.
NO_DECODER = ['--set=model.input.decoder.cost_weight=0'] + [
    '--set=model.layers[%d].decoder.cost_weight=0' % i for i in range(3)]
# What stands in a cell for no value, in any case of its letters, as in data/table_cells.cc.
MISSING = ['', '?', 'na', 'nan', 'n/a', 'null']


def read(folder, name):
    """The header, the rows of text, and the number of the label's column."""
    if name in ('wine', 'iris', 'digits'):
        from sklearn import datasets
        data = getattr(datasets, 'load_' + name)()
        head = ['x%d' % i for i in range(data.data.shape[1])] + ['kind']
        rows = [['%.9g' % v for v in x] + [str(y)] for x, y in zip(data.data, data.target)]
        return head, rows, len(head) - 1
    with open(os.path.join(folder, name + '.csv')) as file:
        head, *rows = csv.reader(file)
    return head, rows, head.index(LABELS[name])


def split(labels, seed, per_class):
    """Rows to train and to test on, and those that show their label."""
    from sklearn.model_selection import train_test_split
    classes, counts = np.unique(labels, return_counts=True)
    keep = classes[counts >= 20]
    rows = np.flatnonzero(np.isin(labels, keep))
    y = labels[rows]
    num_training = min(int(.7 * len(rows)), 6000)
    training, test = train_test_split(
        np.arange(len(rows)), train_size=num_training,
        test_size=min(len(rows) - num_training, 4000), stratify=y, random_state=seed)
    random = np.random.RandomState(1000 + seed)
    shown = []
    for c in keep:
        shown += list(random.permutation(np.flatnonzero(y[training] == c))[:per_class])
    return rows[training], rows[test], sorted(shown)


def write(path, head, rows):
    with open(path, 'w', newline='') as file:
        csv.writer(file).writerows([head] + rows)


def ladder(options, head, rows, label, parts, seed, flags):
    """The test error of a training on the files as a user would have them."""
    training, test, shown = parts
    with tempfile.TemporaryDirectory() as folder:
        hidden = [list(rows[i]) for i in training]
        for i in set(range(len(hidden))) - set(shown):
            hidden[i][label] = ''
        write(folder + '/training.csv', head, hidden)
        write(folder + '/test.csv', head, [rows[i] for i in test])
        table = '{training: "%s/training.csv" test: "%s/test.csv" label_column: "%s"}' % (
            folder, folder, head[label])
        run = subprocess.run(
            [options.train, options.config, '--set=data.table=' + table, '--seed=%d' % seed,
             '--threads=%d' % options.threads, '--output_dir=' + folder + '/run'] + flags,
            capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(run.stderr[-300:])
        with open(folder + '/run/evaluation.json') as file:
            evaluation = json.load(file)
    if 'targets' in evaluation:
        return evaluation['targets'][0]['rmse']
    return 100 * evaluation['error']


def numbers(head, rows, label, training):
    """The inputs for scikit-learn."""
    columns = []
    for j, name in enumerate(head):
        if j == label or name.lower() == 'id':
            continue
        cells = [row[j].strip() for row in rows]
        cells = ['' if cell.lower() in MISSING else cell for cell in cells]
        full = [cell for cell in cells if cell]
        try:
            values = np.array([float(cell) if cell else np.nan for cell in cells])
            values[np.isnan(values)] = np.nanmean(values[training])
            columns.append(values)
        except ValueError:
            common = max(sorted(set(full)), key=full.count)
            for category in sorted(set(full)):
                columns.append(np.array([float((cell or common) == category) for cell in cells]))
    x = np.stack(columns, 1)
    mean, deviation = x[training].mean(0), x[training].std(0)
    return (x - mean) / np.where(deviation < 1e-12, 1, deviation)


def peer(method, x, y, parts, seed):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
    training, test, shown = parts
    a, b = x[training], y[training]
    partly = np.full(len(b), -1)
    partly[shown] = b[shown]
    logistic = LogisticRegression(max_iter=1000)
    model = {
        'logistic': lambda: logistic.fit(a[shown], b[shown]),
        'forest': lambda: RandomForestClassifier(300, random_state=seed).fit(a[shown], b[shown]),
        'mlp': lambda: MLPClassifier((200,), max_iter=1000, random_state=seed).fit(
            a[shown], b[shown]),
        'self': lambda: SelfTrainingClassifier(logistic, threshold=.9).fit(a, partly),
        'spread': lambda: LabelSpreading(kernel='knn', n_neighbors=10).fit(a, partly),
    }[method]()
    return 100 * np.mean(model.predict(x[test]) != y[test])


def number_peer(method, x, y, parts, seed):
    """The root mean squared error; numbers to learn are standardized, as for the ladder."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import RidgeCV
    from sklearn.neural_network import MLPRegressor
    training, test, shown = parts
    a, b = x[training][shown], y[training][shown]
    mean, deviation = b.mean(), b.std() or 1
    model = {
        'ridge': lambda: RidgeCV(np.logspace(-2, 3, 11)),
        'forest': lambda: RandomForestRegressor(300, random_state=seed),
        'mlp': lambda: MLPRegressor((200,), max_iter=1000, random_state=seed),
    }[method]().fit(a, (b - mean) / deviation)
    return np.sqrt(np.mean((model.predict(x[test]) * deviation + mean - y[test]) ** 2))


def load(path):
    results = {}
    if os.path.exists(path):
        with open(path) as file:
            for name, labels, seed, method, error in csv.reader(file):
                results[name, int(labels), int(seed), method] = float(error)
    return results


def save(path, name, labels, seed, method, error):
    with open(path, 'a') as file:
        file.write('%s,%d,%d,%s,%.4f\n' % (name, labels, seed, method, error))


def run_numbers(options):
    warnings.filterwarnings('ignore')
    done = load(options.results)
    for name, column in NUMBERS.items():
        with open(os.path.join(options.folder, name + '.csv')) as file:
            head, *rows = csv.reader(file)
        label = head.index(column)
        y = np.array([float(row[label]) for row in rows])
        for count in options.numbers:
            for seed in options.seeds:
                order = np.random.RandomState(seed).permutation(len(rows))
                num_training = int(.7 * len(rows))
                parts = order[:num_training], order[num_training:], list(range(count))
                x = numbers(head, rows, label, parts[0])
                for method in ['ladder', 'no_decoder'] + NUMBER_PEERS:
                    if (name, count, seed, method) in done:
                        continue
                    if method in NUMBER_PEERS:
                        error = number_peer(method, x, y, parts, seed)
                    else:
                        flags = ['--set=model.target=NUMBERS'] + options.set + (
                            NO_DECODER if method == 'no_decoder' else [])
                        error = ladder(options, head, rows, label, parts, seed, flags)
                    save(options.results, name, count, seed, method, error)


def run(options):
    warnings.filterwarnings('ignore')
    done = load(options.results)
    for per_class in options.labels:
        for seed in options.seeds:
            for name in options.sets:
                methods = [m for m in options.methods if (name, per_class, seed, m) not in done]
                if not methods:
                    continue
                head, rows, label = read(options.folder, name)
                words = np.array([row[label].strip() for row in rows])
                y = np.searchsorted(np.unique(words), words)
                parts = split(y, seed, per_class)
                x = numbers(head, rows, label, parts[0]) if set(methods) & set(PEERS) else None
                for method in methods:
                    try:
                        if method in PEERS:
                            error = peer(method, x, y, parts, seed)
                        else:
                            flags = options.set + (NO_DECODER if method == 'no_decoder' else [])
                            error = ladder(options, head, rows, label, parts, seed, flags)
                    except Exception as problem:  # a failure is a result, too
                        print('%s %d %d %s: %s' % (name, per_class, seed, method, problem))
                        error = math.nan
                    save(options.results, name, per_class, seed, method, error)


def print_table(results, count, names, peers, title):
    methods = ['ladder', 'no_decoder'] + peers
    lines = []
    for name in names:
        seeds = [s for s in range(1, 101) if all((name, count, s, m) in results for m in methods)]
        if len(seeds) < 2:
            continue
        errors = {m: np.array([results[name, count, s, m] for s in seeds]) for m in methods}
        cells = ['%.2f (%.2f)' % (np.mean(e), np.std(e, ddof=1) / math.sqrt(len(seeds)))
                 for e in errors.values()]
        best = min(peers, key=lambda m: np.mean(errors[m]))
        difference = errors['ladder'] - errors[best]
        lines.append('| %s | %d | %s | %s %+.2f (%.2f) |' % (
            name, len(seeds), ' | '.join(cells), best, np.mean(difference),
            np.std(difference, ddof=1) / math.sqrt(len(seeds))))
    if lines:
        print('\n%s\n' % title)
        print('| set | seeds | ' + ' | '.join(methods) + ' | ladder - best other |')
        print('| --- | --- |' + ' --- |' * (len(methods) + 1))
        print('\n'.join(lines))


def table(options):
    results = load(options.results)
    for count in sorted({key[1] for key in results}):
        print_table(results, count, SETS, PEERS, '%d labels a class:' % count)
        print_table(results, count, NUMBERS, NUMBER_PEERS, '%d numbers:' % count)


def integers(text):
    numbers = []
    for part in text.split(','):
        first, _, last = part.partition('..')
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('command', choices=['run', 'numbers', 'table'])
    parser.add_argument('folder', nargs='?', default='.')
    parser.add_argument('--results', required=True)
    parser.add_argument('--sets', type=lambda text: text.split(','), default=SETS)
    parser.add_argument('--seeds', type=integers, default=integers('1..20'))
    parser.add_argument('--labels', type=integers, default=[5, 20])
    parser.add_argument('--numbers', type=integers, default=[20, 50])
    parser.add_argument('--methods', type=lambda text: text.split(','),
                        default=['ladder', 'no_decoder'] + PEERS)
    parser.add_argument('--train', default='bazel-bin/tools/train')
    parser.add_argument('--config', default='configs/table.pbtxt')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--set', action='append', default=[],
                        type=lambda text: '--set=' + text, help='as train --set')
    options = parser.parse_args()
    {'run': run, 'numbers': run_numbers, 'table': table}[options.command](options)


if __name__ == '__main__':
    main()
