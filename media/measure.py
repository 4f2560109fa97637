#!/usr/bin/env python3
"""Measures the signal and the gradient of a model at initialization, layer by layer.

    python measure.py --file net.py --model 'Net()' --input 8x3x32x32 [--seeds 10] [--precision 0.1] [--seconds 60] [--json out.json]

For every seed the expression is evaluated anew, so that every seed draws new weights. The model runs once forward
in train mode on a random input and once backward from an N(0, 1) cotangent on every floating-point output.
Every call of a leaf module is recorded: mean and second moment of its output, second moment of the gradient that
arrives at its output; and of every parameter, what was drawn. Results are means over the seeds with their standard errors, and the median and the 5th and
95th percentile of the second moment over the seeds. Loading the file executes it, as `import` would.

Input shapes, comma-separated for several: `8x3x32x32` is N(0, 1), `8x784:uniform` is U[0, 1), `4x16:int50257` are
uniform integers below 50257; also `:normal(mean,std)`, `:uniform(low,high)` and `:onehot10`. Progress goes to stderr
as one JSON object a line; the result is JSON on stdout or in the file that --json names. With --precision it goes on, up to eight times as
many seeds, and says how many moments are still less well known: means that rare draws make. Exit code 2 and one line on stderr when the
model cannot be measured.
Needs the standard library and the framework that the file imports: PyTorch (1.13 or later), Keras 3 on any
backend (gradients on JAX), or Flax (linen and NNX).
"""
import argparse
import json
import os
import random
import sys
import time

# Nothing is written into the extension's folder, and the user's imports do not lead here.
writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from init_lens_measuring.inputs import commented_input, parse_inputs
from init_lens_measuring.limits import Clock, OutOfTime, Unmeasurable
from init_lens_measuring.flax import FlaxMeter
from init_lens_measuring.keras import KerasMeter
from init_lens_measuring.pytorch import TorchMeter
from init_lens_measuring.source import Source, framework_of, last_line
from init_lens_measuring.statistics import summarize_calls, summarize_weights, unsettled
sys.path = [path for path in sys.path if os.path.abspath(path) != os.path.dirname(os.path.abspath(__file__))]
sys.dont_write_bytecode = writes_bytecode

SCHEMA_VERSION = 1
METERS = {'pytorch': TorchMeter, 'keras': KerasMeter, 'flax': FlaxMeter}


def parse_arguments():
    parser = argparse.ArgumentParser(description='Measure the signal and gradient of a model at initialization.')
    parser.add_argument('--file', required=True, help='Python file that defines the model')
    parser.add_argument('--model', required=True, help='expression in the namespace of the file: "Net()"')
    parser.add_argument('--input', help='shapes: 8x3x32x32, 8x784:uniform, 4x16:int50257; else what a comment `# init-lens: input=(…)` says')
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--precision', type=float, help='go on until no second moment has a larger relative standard error')
    parser.add_argument('--seconds', type=float, default=60, help='start no seed after this time; end a pass at twice this')
    parser.add_argument('--threads', type=int, default=0, help='threads to compute with; 0 is the default of the framework')
    parser.add_argument('--json', help='write the result here instead of to stdout')
    return parser.parse_args()


def say(event, **fields):
    print(json.dumps({'event': event, **fields}), file=sys.stderr, flush=True)


def seed_python(number):
    random.seed(number)
    if 'numpy' in sys.modules:
        sys.modules['numpy'].random.seed(number)


def measure(arguments):
    source = Source(arguments.file, arguments.model)
    text = arguments.input or commented_input(arguments.file)
    inputs = parse_inputs(text)
    meter = METERS[framework_of(source.file)](arguments.threads)
    start = time.monotonic()
    clock = Clock(2 * arguments.seconds)
    runs, draws = [], []
    wanted = max(1, arguments.seeds)
    precision = arguments.precision
    for number in range(wanted if precision is None else 8 * wanted):
        if runs and time.monotonic() - start > arguments.seconds:
            break
        if number >= wanted and not unsettled(summarize_calls(runs), precision):
            break
        seed_python(number)
        meter.seed(number)
        model = source.build()
        drawn = meter.weights(model)
        try:
            runs.append(meter.run(model, inputs, clock))
        except OutOfTime:
            if runs:
                break
            raise Unmeasurable(f'one pass of {arguments.model} takes longer than {clock.seconds:.0f} s') from None
        except Exception as error:
            raise Unmeasurable(f'cannot run {arguments.model} on {text}: {last_line(error, source.file)}') from error
        draws.append(drawn or meter.weights(model))
        del model
        say('seed', seed=number, of=arguments.seeds, seconds=round(time.monotonic() - start, 2))
    calls = summarize_calls(runs)
    if not calls:
        raise Unmeasurable(f'{arguments.model} called no layer')
    return {
        'schemaVersion': SCHEMA_VERSION,
        'framework': meter.framework,
        'versions': {'python': sys.version.split()[0], **meter.versions()},
        'file': source.path,
        'model': arguments.model,
        'input': text,
        'seeds': len(runs),
        **({} if precision is None else {'precision': precision, 'unsettled': unsettled(calls, precision)}),
        'calls': calls,
        'weights': summarize_weights(draws),
    }


def dump(result, stream):
    """One call or weight a line: small, and readable in a diff."""
    head = {key: value for key, value in result.items() if key not in ('calls', 'weights')}
    stream.write(json.dumps(head)[:-1])
    for key in ('calls', 'weights'):
        stream.write(f', "{key}": [\n')
        stream.write(',\n'.join(json.dumps(entry, separators=(',', ':')) for entry in result[key]))
        stream.write('\n]')
    stream.write('}\n')


def main():
    arguments = parse_arguments()
    try:
        # What the file prints must not mix with the result.
        stdout, sys.stdout = sys.stdout, sys.stderr
        try:
            result = measure(arguments)
        finally:
            sys.stdout = stdout
    except Unmeasurable as error:
        print(f'init-lens: {error}', file=sys.stderr)
        return 2
    if arguments.json:
        with open(arguments.json, 'w', encoding='utf-8') as stream:
            dump(result, stream)
    else:
        dump(result, sys.stdout)
    return 0


if __name__ == '__main__':
    sys.exit(main())
