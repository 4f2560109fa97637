#!/usr/bin/env python3
"""Measures the signal and the gradient of a model at initialization, layer by layer.

    python measure.py --file net.py --model 'Net()' --input 8x3x32x32 [--seeds 10] [--seconds 60] [--json out.json]

For every seed the expression is evaluated anew, so that every seed draws new weights. The model runs once forward
in train mode on a random input and once backward from an N(0, 1) cotangent on every floating-point output.
Every call of a leaf module is recorded: mean and second moment of its output, second moment of the gradient that
arrives at its output. Results are means over the seeds with their standard errors, and the median and the 5th and
95th percentile of the second moment over the seeds. Loading the file executes it, as `import` would.

Input shapes, comma-separated for several: `8x3x32x32` is N(0, 1), `8x784:uniform` is U[0, 1), `4x16:int50257` are
uniform integers below 50257; also `:normal(mean,std)`, `:uniform(low,high)` and `:onehot10`. Progress goes to stderr as one JSON object a line; the result is JSON on stdout or in
the file that --json names. Exit code 2 and one line on stderr when the model cannot be measured.
Needs the standard library and PyTorch (1.13 or later).
"""
import argparse
import importlib
import importlib.util
import json
import math
import os
import random
import re
import sys
import time
import traceback

SCHEMA_VERSION = 1


class Unmeasurable(Exception):
    """What stopped the measurement, in one line for the user."""


class OutOfTime(Exception):
    """Raised between the layers of a pass that takes too long."""


class Clock:
    def __init__(self, seconds):
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def check(self):
        if time.monotonic() > self.end:
            raise OutOfTime()


# Command line ---------------------------------------------------------------------------------------------------

SHAPE = re.compile(r'(\d+(?:x\d+)*)(?::(.+))?')
DISTRIBUTION = re.compile(r'int(?P<tokens>\d+)|onehot(?P<classes>\d+)|(?P<kind>normal|uniform)(?:\((?P<first>[-+.\de]+),(?P<second>[-+.\de]+)\))?')


def parse_inputs(text):
    """`8x3x32x32,4x16:int100` to [(shape, kind, first, second)]. Kinds: normal (mean, std), uniform (low, high), tokens (below),
    onehot (classes)."""
    inputs = []
    for part in re.split(r',(?![^(]*\))', text.replace(' ', '')):
        match = SHAPE.fullmatch(part)
        drawn = match and DISTRIBUTION.fullmatch(match[2] or 'normal')
        if not drawn:
            raise Unmeasurable(f'input {part!r} is not a shape such as 8x3x32x32, 8x784:uniform or 4x16:int50257')
        shape = tuple(int(size) for size in match[1].split('x'))
        if drawn['tokens'] or drawn['classes']:
            inputs.append((shape, 'tokens' if drawn['tokens'] else 'onehot', int(drawn['tokens'] or drawn['classes']), 0))
        else:
            inputs.append((shape, drawn['kind'], float(drawn['first'] or 0), float(drawn['second'] or 1)))
    return inputs


def parse_arguments():
    parser = argparse.ArgumentParser(description='Measure the signal and gradient of a model at initialization.')
    parser.add_argument('--file', required=True, help='Python file that defines the model')
    parser.add_argument('--model', required=True, help='expression in the namespace of the file: "Net()"')
    parser.add_argument('--input', required=True, help='shapes: 8x3x32x32, 8x784:uniform, 4x16:int50257')
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--seconds', type=float, default=60, help='start no seed after this time; end a pass at twice this')
    parser.add_argument('--threads', type=int, default=0, help='threads to compute with; 0 is the default of the framework')
    parser.add_argument('--json', help='write the result here instead of to stdout')
    return parser.parse_args()


def say(event, **fields):
    print(json.dumps({'event': event, **fields}), file=sys.stderr, flush=True)


def last_line(error, file):
    """`file:line: Type: message` of an exception, at the innermost frame that lies in the file."""
    where = ''
    for frame in traceback.extract_tb(error.__traceback__):
        if os.path.abspath(frame.filename) == os.path.abspath(file):
            where = f'{os.path.basename(file)}:{frame.lineno}: '
    if isinstance(error, SyntaxError) and error.filename:
        where = f'{os.path.basename(error.filename)}:{error.lineno}: '
    message = traceback.format_exception_only(type(error), error)[-1].strip().splitlines()
    return where + (message[0] if message else type(error).__name__)


# The user's file ------------------------------------------------------------------------------------------------

class Source:
    """The file as a module, and the expression evaluated in it."""

    def __init__(self, file, expression):
        self.file = os.path.abspath(file)
        self.expression = expression
        self.module = None
        self.previous = None
        if not os.path.isfile(self.file):
            raise Unmeasurable(f'no such file: {file}')
        # A file of a package is imported under its full name, so that its relative imports work.
        self.root = os.path.dirname(self.file)
        while os.path.isfile(os.path.join(self.root, '__init__.py')):
            self.root = os.path.dirname(self.root)
        self.path = os.path.relpath(self.file, self.root).replace(os.sep, '/')
        sys.path.insert(0, self.root)
        sys.argv = [self.file]

    def load(self):
        if '/' in self.path:
            name = os.path.splitext(self.path)[0].replace('/', '.')
            self.module = importlib.reload(self.module) if self.module else importlib.import_module(name)
            return
        name = re.sub(r'\W', '_', os.path.splitext(self.path)[0])
        spec = importlib.util.spec_from_file_location(name, self.file)
        if spec is None:
            raise Unmeasurable(f'not a Python file: {self.file}')
        self.module = importlib.util.module_from_spec(spec)
        # Dataclasses and pickling look their module up by name; a library of this name that is loaded already stays.
        sys.modules.setdefault(name, self.module)
        spec.loader.exec_module(self.module)

    def build(self):
        """A model with newly drawn weights. An expression that names an object the file made has the file loaded anew."""
        try:
            if self.module is None:
                self.load()
            model = eval(self.expression, self.module.__dict__)
            if model is self.previous:
                self.load()
                model = eval(self.expression, self.module.__dict__)
            self.previous = model
            return model
        except (Exception, SystemExit) as error:
            raise Unmeasurable(f'cannot build {self.expression}: {last_line(error, self.file)}') from error


# Statistics over seeds ------------------------------------------------------------------------------------------

def significant(value, digits=5):
    """Rounded for the report; None for what is missing or not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f'{value:.{digits}g}')


def quantile(ordered, share):
    position = share * (len(ordered) - 1)
    low = math.floor(position)
    high = math.ceil(position)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def standard_error(values):
    if len(values) < 2:
        return None
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))


def summarize(second_moments, means=None):
    """Over seeds: {mean, meanError}, {secondMoment, error, median, p5, p95}; None if a seed has no value, nulls where not finite."""
    if any(value is None for value in second_moments):
        return None
    result = {}
    if means is not None:
        result['mean'] = significant(sum(means) / len(means))
        result['meanError'] = significant(standard_error(means), 3) if all(map(math.isfinite, means)) else None
    if all(map(math.isfinite, second_moments)):
        ordered = sorted(second_moments)
        result['secondMoment'] = significant(math.fsum(ordered) / len(ordered))
        result['error'] = significant(standard_error(ordered), 3)
        result['median'] = significant(quantile(ordered, 0.5))
        result['p5'] = significant(quantile(ordered, 0.05))
        result['p95'] = significant(quantile(ordered, 0.95))
    else:
        result.update(secondMoment=None, error=None, median=None, p5=None, p95=None)
    return result


def summarize_calls(runs):
    """Merges the records of all seeds. Calls that not every seed made are left out."""
    by_key = [{(record['name'], record['call']): record for record in run} for run in runs]
    calls = []
    for record in runs[0]:
        key = (record['name'], record['call'])
        if not all(key in run for run in by_key):
            continue
        seeds = [run[key] for run in by_key]
        if any(len(seed['outputs']) != len(record['outputs']) for seed in seeds):
            continue
        outputs = []
        for index, output in enumerate(record['outputs']):
            each = [seed['outputs'][index] for seed in seeds]
            outputs.append({
                'shape': output['shape'],
                'forward': summarize([one['secondMoment'] for one in each], [one['mean'] for one in each]),
                'backward': summarize([one['gradient'] for one in each]),
            })
        call = {'name': record['name'], 'call': record['call'], 'type': record['type'], 'kind': record['kind'], **outputs[0]}
        if len(outputs) > 1:
            call['otherOutputs'] = outputs[1:]
        calls.append(call)
    return calls


# PyTorch --------------------------------------------------------------------------------------------------------

class TorchMeter:
    """Measures one torch.nn.Module at a time. A meter for another framework offers the same four members."""

    framework = 'pytorch'

    def __init__(self, threads):
        try:
            import torch
        except ImportError as error:
            raise Unmeasurable(f'{sys.executable} cannot import PyTorch: {error}') from error
        self.torch = torch
        if threads:
            torch.set_num_threads(threads)

    def versions(self):
        versions = {'torch': str(self.torch.__version__)}
        for name in ('torchvision', 'timm', 'transformers'):
            if name in sys.modules:
                versions[name] = str(getattr(sys.modules[name], '__version__', 'unknown'))
        return versions

    def seed(self, number):
        self.torch.manual_seed(number)

    def run(self, model, inputs, clock):
        """Records of all leaf calls of one forward and backward pass, in order of execution."""
        if not isinstance(model, self.torch.nn.Module):
            raise Unmeasurable(f'the expression gives {type(model).__name__}, not a torch.nn.Module')
        model.train()
        for module in model.modules():
            # The output of a layer would be overwritten by the activation behind it.
            if getattr(module, 'inplace', None) is True:
                module.inplace = False
        recorder = TorchRecorder(self.torch, model, clock)
        try:
            outputs = list(self._floats(model(*[self.draw(*spec) for spec in inputs])))
            trainable = [output for output in outputs if output.requires_grad]
            recorder.paused = True
            if trainable:
                self.torch.autograd.backward(trainable, [self.torch.randn_like(output) for output in trainable])
        finally:
            recorder.remove()
        return recorder.records

    def draw(self, shape, kind, first, second):
        torch = self.torch
        if kind == 'tokens':
            return torch.randint(0, first, shape)
        if kind == 'onehot':
            return torch.nn.functional.one_hot(torch.randint(0, first, shape[:-1]), first).float()
        if kind == 'uniform':
            return first + (second - first) * torch.rand(shape)
        return first + second * torch.randn(shape)

    def _floats(self, value):
        """The floating-point tensors in nested tuples, lists, dicts and objects with attributes, each once, in order."""
        yield from floats_in(self.torch, value, set())


def floats_in(torch, value, seen):
    if isinstance(value, torch.Tensor):
        if value.is_floating_point() and id(value) not in seen:
            seen.add(id(value))
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from floats_in(torch, item, seen)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from floats_in(torch, item, seen)
    elif hasattr(value, '__dict__') and not isinstance(value, (torch.nn.Module, type)):
        for item in vars(value).values():
            if isinstance(item, (torch.Tensor, tuple, list, dict)):
                yield from floats_in(torch, item, seen)


class TorchRecorder:
    """Forward hooks on every module. Kept are calls during which no other module was called: leaf modules, and
    composites such as MultiheadAttention that use the weights of their children without calling them."""

    def __init__(self, torch, model, clock):
        self.torch = torch
        self.clock = clock
        self.records = []
        self.counts = {}
        self.started = 0
        self.stack = []
        # Recomputation of checkpointed parts during backward calls the modules again.
        self.paused = False
        self.handles = []
        for name, module in model.named_modules():
            self.handles.append(module.register_forward_pre_hook(self._enter))
            self.handles.append(module.register_forward_hook(self._leave_as(name)))

    def remove(self):
        for handle in self.handles:
            handle.remove()

    def _enter(self, _module, _inputs):
        self.clock.check()
        if not self.paused:
            self.started += 1
            self.stack.append(self.started)

    def _leave_as(self, name):
        def leave(module, inputs, output):
            if self.paused or self.stack.pop() != self.started:
                return None
            output = self._without_views(output, {id(one) for one in inputs})
            tensors = list(floats_in(self.torch, output, set()))
            if not tensors:
                return None
            call = self.counts.get(name, 0)
            self.counts[name] = call + 1
            kind = 'composite' if any(True for _ in module.children()) else 'module'
            outputs = [self._statistics(tensor) for tensor in tensors]
            self.records.append({'name': name, 'call': call, 'type': type(module).__name__, 'kind': kind, 'outputs': outputs})
            return output
        return leave

    def _without_views(self, output, passed_through):
        """A view that is then changed in place takes its node out of the graph, and its gradient is never seen: copies instead."""
        if isinstance(output, self.torch.Tensor):
            return output.clone() if output.requires_grad and output._is_view() and id(output) not in passed_through else output
        if type(output) in (tuple, list):
            return type(output)(self._without_views(item, passed_through) for item in output)
        return output

    def _statistics(self, tensor):
        entry = {'shape': list(tensor.shape), **self._moments(tensor.detach()), 'gradient': None}
        if tensor.grad_fn is not None:
            # On the node, not on the tensor: an operation in place gives the tensor another node and drops its hooks.
            number = tensor.output_nr

            def arrive(_grad_inputs, grad_outputs):
                self.clock.check()
                gradient = grad_outputs[number]
                if gradient is not None:
                    entry['gradient'] = self._moments(gradient.detach())['secondMoment']
            tensor.grad_fn.register_hook(arrive)
        return entry

    def _moments(self, tensor):
        # In double precision: squares of vanishing gradients underflow in single.
        if not tensor.numel():
            return {'mean': math.nan, 'secondMoment': math.nan}
        norm = self.torch.linalg.vector_norm(tensor, dtype=self.torch.float64).item()
        mean = self.torch.mean(tensor, dtype=self.torch.float64).item()
        return {'mean': mean, 'secondMoment': norm * norm / tensor.numel()}


# ----------------------------------------------------------------------------------------------------------------

def seed_python(number):
    random.seed(number)
    if 'numpy' in sys.modules:
        sys.modules['numpy'].random.seed(number)


def measure(arguments):
    inputs = parse_inputs(arguments.input)
    meter = TorchMeter(arguments.threads)
    source = Source(arguments.file, arguments.model)
    start = time.monotonic()
    clock = Clock(2 * arguments.seconds)
    runs = []
    for number in range(max(1, arguments.seeds)):
        if runs and time.monotonic() - start > arguments.seconds:
            break
        seed_python(number)
        meter.seed(number)
        model = source.build()
        try:
            runs.append(meter.run(model, inputs, clock))
        except Unmeasurable:
            raise
        except OutOfTime:
            if runs:
                break
            raise Unmeasurable(f'one pass of {arguments.model} takes longer than {clock.seconds:.0f} s') from None
        except Exception as error:
            raise Unmeasurable(f'cannot run {arguments.model} on {arguments.input}: {last_line(error, source.file)}') from error
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
        'input': arguments.input,
        'seeds': len(runs),
        'calls': calls,
    }


def dump(result, stream):
    """One call a line: small, and readable in a diff."""
    head = {key: value for key, value in result.items() if key != 'calls'}
    stream.write(json.dumps(head)[:-1] + ', "calls": [\n')
    stream.write(',\n'.join(json.dumps(call, separators=(',', ':')) for call in result['calls']))
    stream.write('\n]}\n')


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
