"""One forward and one backward pass of a Flax model, linen's or NNX's, layer by layer."""
import inspect
import math
import re
import sys

from .limits import Unmeasurable

TRAINING = re.compile(r'^(is_?)?train(ing)?(_mode)?$')
FROZEN = re.compile(r'^(deterministic|is_?deterministic|use_running_average|eval(_mode)?|is_?eval|inference|frozen)$')
KEY = re.compile(r'(^|_)(rng|rngs|key|prng|prng_key|seed)$')


class FlaxMeter:
    """Measures one Flax model at a time."""

    framework = 'flax'

    def __init__(self, _threads):
        try:
            import flax
            import flax.linen
            import jax
            import numpy
        except ImportError as error:
            raise Unmeasurable(f'{sys.executable} cannot import Flax: {error}') from error
        self.flax, self.jax, self.numpy = flax, jax, numpy
        # Messages of errors stay those of the error itself.
        jax.config.update('jax_traceback_filtering', 'off')
        try:
            from flax import nnx
        except ImportError:
            nnx = None
        self.nnx = nnx
        self.new_key = jax.random.key
        self.seed(0)

    def versions(self):
        return {'flax': str(self.flax.__version__), 'jax': str(self.jax.__version__), 'backend': self.jax.default_backend()}

    def seed(self, number):
        self.random = self.numpy.random.default_rng(number)
        self.key = self.new_key(number)
        self.drawn = []

        def key(seed, *args, **kwargs):
            return self.jax.random.fold_in(self.new_key(seed, *args, **kwargs), number)
        # `nnx.Rngs(0)` draws anew for every seed.
        self.jax.random.key = self.jax.random.PRNGKey = key

    def next_key(self):
        self.key, own = self.jax.random.split(self.key)
        return own

    def is_nnx(self, model):
        return self.nnx is not None and isinstance(model, self.nnx.Module)

    def weights(self, model):
        """linen draws nothing before the first call; what was drawn is reported after `run`."""
        if self.is_nnx(model):
            state = self.nnx.state(model, self.nnx.Param)
            return self.named(flattened(self.nnx.to_pure_dict(state)))
        if not isinstance(model, self.flax.linen.Module):
            raise Unmeasurable(f'the expression gives {type(model).__name__}, not a Flax module')
        return self.drawn

    def named(self, weights):
        return [{'name': name, 'shape': list(value.shape), **self.moments(self.numpy.asarray(value))} for name, value in weights]

    def run(self, model, inputs, clock):
        """Records of all leaf calls of one pass in train mode, in order of execution."""
        data = [self.draw(*spec) for spec in inputs]
        if self.is_nnx(model):
            return self.run_nnx(model, data, clock)
        return self.run_linen(model, data, clock)

    def run_linen(self, model, data, clock):
        args, kwargs = self.arguments(type(model).__call__, data)
        rngs = {'params': self.next_key(), 'dropout': self.next_key()}
        survey = LinenRecorder(self, clock, None)
        with self.flax.linen.intercept_methods(survey.intercept):
            variables = model.init(rngs, *args, **kwargs)
        self.drawn = self.named(joined_gates(flattened(self.flax.core.unfreeze(variables).get('params', {}))))
        leaves = survey.leaves()

        def call(added):
            recorder = LinenRecorder(self, clock, leaves, added)
            with self.flax.linen.intercept_methods(recorder.intercept):
                result, _ = model.apply(variables, *args, rngs=rngs, mutable=True, **kwargs)
            return result, recorder.records
        return self.differentiated(call)

    def run_nnx(self, model, data, clock):
        args, kwargs = self.arguments(type(model).__call__, data)
        graph, state = self.nnx.split(model)

        def call(added):
            # New variables, which the layers may write to within a derivative.
            own = self.nnx.merge(graph, self.jax.tree_util.tree_map(lambda value: value, state))
            with NnxRecorder(self, clock, own, added) as recorder:
                result = own(*args, **kwargs)
            return result, recorder.records
        return self.differentiated(call)

    def differentiated(self, call):
        """Gradients with respect to what each call gave: of a zero that is added to it. The first pass says how much there is."""
        result, records = call(None)
        cotangents = [self.random.standard_normal(output.shape).astype('float32') for output in self.floats(result)]
        zeros = [self.numpy.zeros(output['shape'], 'float32') for record in records for output in record['outputs']]

        def loss(added):
            outputs, _ = call(iter(added))
            return sum((output * cotangent).sum() for output, cotangent in zip(self.floats(outputs), cotangents))
        gradients = iter(self.jax.grad(loss)(zeros)) if zeros and cotangents else iter(())
        for record in records:
            for output in record['outputs']:
                gradient = next(gradients, None)
                if gradient is not None:
                    output['gradient'] = self.moments(self.numpy.asarray(gradient))['secondMoment']
        return records

    def arguments(self, function, data):
        """The arrays for the parameters that take data, train mode for those that ask for it."""
        args, kwargs, rest = [], {}, list(data)
        positional = True
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            needed = parameter.default is parameter.empty
            if TRAINING.match(parameter.name):
                value = True
            elif FROZEN.match(parameter.name):
                value = False
            elif KEY.search(parameter.name) and needed:
                value = self.next_key()
            elif rest:
                value = rest.pop(0)
            elif needed:
                value = None
            else:
                positional = False
                continue
            if positional and parameter.kind != parameter.KEYWORD_ONLY:
                args.append(value)
            else:
                kwargs[parameter.name] = value
        return args + rest, kwargs

    def draw(self, shape, kind, first, second):
        random, jnp = self.random, self.jax.numpy
        if kind == 'tokens':
            return jnp.asarray(random.integers(0, first, shape).astype('int32'))
        if kind == 'onehot':
            return jnp.asarray(self.numpy.eye(first, dtype='float32')[random.integers(0, first, shape[:-1])])
        if kind == 'uniform':
            return jnp.asarray(random.uniform(first, second, shape).astype('float32'))
        return jnp.asarray((first + second * random.standard_normal(shape)).astype('float32'))

    def floats(self, value):
        """The floating-point arrays of a nested value, in order."""
        for leaf in self.jax.tree_util.tree_leaves(value):
            if self.is_float(leaf):
                yield leaf

    def is_float(self, value):
        return hasattr(value, 'dtype') and self.jax.numpy.issubdtype(value.dtype, self.jax.numpy.floating)

    def moments(self, value):
        if not value.size:
            return {'mean': math.nan, 'secondMoment': math.nan}
        value = value.astype('float64')
        return {'mean': float(value.mean()), 'secondMoment': float((value * value).mean())}


class Recorder:
    """Records what leaf modules give; with `added`, a value is added to each output in turn, and nothing is recorded."""

    def __init__(self, meter, clock, added):
        self.meter, self.clock, self.added = meter, clock, added
        self.inside = False
        self.records, self.counts = [], {}

    def call(self, path, module, composite, body):
        self.clock.check()
        self.inside = True
        try:
            result = body()
        finally:
            self.inside = False
        meter, outputs = self.meter, []

        def visit(value):
            if not meter.is_float(value):
                return value
            if self.added is not None:
                return value + next(self.added)
            array = meter.numpy.asarray(value)
            outputs.append({'shape': list(array.shape), **meter.moments(array), 'gradient': None})
            return value
        result = meter.jax.tree_util.tree_map(visit, result)
        if outputs:
            call = self.counts.get(path, 0)
            self.counts[path] = call + 1
            kind = 'composite' if composite else 'module'
            self.records.append({'name': path, 'call': call, 'type': type(module).__name__, 'kind': kind, 'outputs': outputs})
        return result


COMPOSITE = ('Attention', 'RNN', 'Cell', 'Bidirectional')


def is_composite(module):
    return any(word in type(module).__name__ for word in COMPOSITE)


def is_own(module, package, containers):
    """A layer of Flax's own that is not only a container of others."""
    cls = next((each for each in type(module).__mro__ if each.__module__.startswith(package)), None)
    return type(module).__module__.startswith(package) and cls.__name__ not in containers


class LinenRecorder(Recorder):
    """Sees every method call of linen's modules. Without `leaves` it only learns which modules hold none."""

    def __init__(self, meter, clock, leaves, added=None):
        super().__init__(meter, clock, added)
        self.known = leaves
        self.called = {}

    def leaves(self):
        """Paths of modules that call no other module, and of Flax's own layers."""
        return {path for path, own in self.called.items()
                if own or (path and not any(other.startswith(f'{path}.') for other in self.called))}

    def intercept(self, function, args, kwargs, context):
        if context.method_name != '__call__' or self.inside:
            return function(*args, **kwargs)
        module = context.module
        path = '.'.join(module.path)
        own = is_own(module, 'flax.linen', ('Sequential', 'BatchApply'))
        if self.known is None:
            self.called[path] = self.called.get(path, False) or own
            self.inside = own
            try:
                return function(*args, **kwargs)
            finally:
                self.inside = False
        if path not in self.known and not own:
            return function(*args, **kwargs)
        return self.call(path or type(module).__name__, module, is_composite(module), lambda: function(*args, **kwargs))


class NnxRecorder(Recorder):
    """Stands in for `__call__` of the classes of a model's leaf modules while it runs."""

    def __init__(self, meter, clock, model, added):
        super().__init__(meter, clock, added)
        nnx = meter.nnx
        self.paths = {}
        modules = dict(nnx.iter_modules(model))
        for path, module in modules.items():
            name = '.'.join(map(str, path))
            holds = any(other[:len(path)] == path and len(other) > len(path) for other in modules)
            if is_own(module, 'flax.nnx', ('Sequential', 'List', 'Dict')) or (not holds and path):
                self.paths.setdefault(id(module), name or type(module).__name__)
        self.classes = {type(module) for module in modules.values() if id(module) in self.paths and hasattr(type(module), '__call__')}
        self.replaced = []

    def __enter__(self):
        for cls in self.classes:
            self.replace(cls)
        return self

    def __exit__(self, *_):
        for cls, own, had in self.replaced:
            if had:
                cls.__call__ = own
            else:
                del cls.__call__

    def replace(self, cls):
        own, had = cls.__call__, '__call__' in cls.__dict__

        def call(module, *args, **kwargs):
            path = self.paths.get(id(module))
            if self.inside or path is None:
                return own(module, *args, **kwargs)
            return self.call(path, module, is_composite(module), lambda: own(module, *args, **kwargs))
        cls.__call__ = call
        self.replaced.append((cls, own, had))


def flattened(tree, path=''):
    """Arrays of nested dicts by their path: `Dense_0.kernel`."""
    if isinstance(tree, dict):
        return [each for name, value in tree.items() for each in flattened(value, f'{path}.{name}' if path else str(name))]
    return [(path, tree)]


def joined_gates(weights):
    """The matrices of a cell's gates as one, `ii.kernel`, `if.kernel`, … as `i.kernel`."""
    import numpy
    found = dict(weights)
    cells = {name[:-len('hz.kernel')]: ('r', 'z', 'n') for name in found if name.endswith('hz.kernel')}
    cells.update({name[:-len('hf.kernel')]: ('i', 'f', 'g', 'o') for name in found if name.endswith('hf.kernel')})
    for cell, gates in cells.items():
        for side in 'ih':
            for what in ('kernel', 'bias'):
                parts = [found.pop(f'{cell}{side}{gate}.{what}', None) for gate in gates]
                known = [part for part in parts if part is not None]
                if known:
                    whole = [numpy.zeros_like(known[0]) if part is None else part for part in parts]
                    found[f'{cell}{side}.{what}'] = numpy.concatenate(whole, axis=-1)
    return list(found.items())
