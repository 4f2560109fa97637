"""One forward and, where the backend differentiates functions, one backward pass of a Keras model, layer by layer."""
import math
import sys

from .limits import Unmeasurable

# Layers of Keras' own that hold layers and are calls of those, not of themselves.
CONTAINERS = ('Sequential', 'Functional', 'Model', 'TimeDistributed')


class KerasMeter:
    """Measures one Keras model at a time."""

    framework = 'keras'

    def __init__(self, _threads, package='keras'):
        try:
            self.keras = __import__(package)
            import numpy
        except ImportError as error:
            raise Unmeasurable(f'{sys.executable} cannot import Keras: {error}') from error
        if not hasattr(self.keras, 'ops'):
            raise Unmeasurable(f'Keras {self.keras.__version__} is too old to be measured: version 3 is needed')
        self.numpy = numpy
        self.random = numpy.random.default_rng(0)

    def versions(self):
        backend = self.keras.backend.backend()
        versions = {'keras': str(self.keras.__version__), 'backend': backend}
        if backend in sys.modules:
            versions[backend] = str(getattr(sys.modules[backend], '__version__', 'unknown'))
        return versions

    def seed(self, number):
        # Names count from the start again with every model.
        self.keras.utils.clear_session(free_memory=False)
        self.keras.utils.set_random_seed(number)
        self.random = self.numpy.random.default_rng(number)

    def weights(self, model):
        """Nothing is drawn before the first call; what was drawn is reported by `run`."""
        if not isinstance(model, self.keras.layers.Layer):
            raise Unmeasurable(f'the expression gives {type(model).__name__}, not a Keras model')
        return self.drawn(model)

    def drawn(self, model):
        if not model.built:
            return []
        found = {}
        for path, layer in named_layers(model):
            for weight in own_weights(layer):
                if weight.trainable and id(weight) not in found:
                    name = '.'.join([*([path] if path else []), *inner_layers(layer, weight), weight.name])
                    value = self.keras.ops.convert_to_numpy(weight)
                    found[id(weight)] = {'name': name, 'shape': list(weight.shape), **self.moments(value)}
        return list(found.values())

    def run(self, model, inputs, clock):
        """Records of all leaf calls of one pass in train mode, in order of execution."""
        tensors = [self.draw(*spec) for spec in inputs]
        given = tensors[0] if len(tensors) == 1 else tensors
        if not model.built:
            # Weights are made, and layers are found, by a first call.
            self.call(model, given, tensors)
        recorder = Recorder(self, model, clock)
        try:
            if self.keras.backend.backend() == 'jax':
                return self.differentiated(model, given, tensors, recorder)
            self.call(model, given, tensors)
            return recorder.records
        finally:
            recorder.remove()

    def call(self, model, given, tensors):
        if isinstance(given, list) and not self.takes_list(model):
            return model(*tensors, training=True)
        return model(given, training=True)

    def takes_list(self, model):
        import inspect
        parameters = [each for each in inspect.signature(model.call).parameters.values() if each.name not in ('training', 'mask')]
        return len([each for each in parameters if each.default is each.empty and each.kind != each.VAR_KEYWORD]) < 2

    def differentiated(self, model, given, tensors, recorder):
        """Gradients with respect to what each call gave: of a zero that is added to it."""
        import jax
        keras = self.keras
        scope = keras.StatelessScope

        def shapes():
            with scope():
                outputs = self.call(model, given, tensors)
            return [output.shape for output in self.floats(outputs)]
        cotangents = [self.random.standard_normal(shape).astype('float32') for shape in shapes()]
        zeros = [self.numpy.zeros(output['shape'], 'float32') for record in recorder.records for output in record['outputs']]
        recorder.restart()

        def loss(added):
            recorder.added = iter(added)
            with scope():
                outputs = list(self.floats(self.call(model, given, tensors)))
            return sum((output * cotangent).sum() for output, cotangent in zip(outputs, cotangents))
        gradients = iter(jax.grad(loss)(zeros))
        for record in recorder.records:
            for output in record['outputs']:
                output['gradient'] = self.moments(self.numpy.asarray(next(gradients)))['secondMoment']
        return recorder.records

    def draw(self, shape, kind, first, second):
        random = self.random
        if kind == 'tokens':
            return random.integers(0, first, shape).astype('int32')
        if kind == 'onehot':
            return self.numpy.eye(first, dtype='float32')[random.integers(0, first, shape[:-1])]
        if kind == 'uniform':
            return random.uniform(first, second, shape).astype('float32')
        return (first + second * random.standard_normal(shape)).astype('float32')

    def floats(self, value):
        """The floating-point tensors in nested tuples, lists and dicts, in order."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (tuple, list)):
            for item in value:
                yield from self.floats(item)
        elif hasattr(value, 'dtype') and 'float' in self.keras.backend.standardize_dtype(value.dtype):
            yield value

    def moments(self, value):
        if not value.size:
            return {'mean': math.nan, 'secondMoment': math.nan}
        value = value.astype('float64')
        return {'mean': float(value.mean()), 'secondMoment': float((value * value).mean())}


class Recorder:
    """Stands in for `call` of every leaf layer. With `added`, a value is added to each output in turn."""

    def __init__(self, meter, model, clock):
        self.meter = meter
        self.clock = clock
        self.added = None
        self.inside = False
        self.replaced = []
        self.restart()
        for path, layer in named_layers(model):
            if path and is_leaf(layer):
                self.replace(path, layer)

    def restart(self):
        self.records = []
        self.counts = {}

    def remove(self):
        for layer in self.replaced:
            object.__delattr__(layer, 'call')

    def replace(self, path, layer):
        own = layer.call

        def call(*args, **kwargs):
            if self.inside:
                return own(*args, **kwargs)
            self.clock.check()
            self.inside = True
            try:
                result = own(*args, **kwargs)
            finally:
                self.inside = False
            return self.record(path, layer, result)
        object.__setattr__(layer, 'call', call)
        self.replaced.append(layer)

    def record(self, path, layer, result):
        outputs = []

        def visit(value):
            if isinstance(value, (tuple, list)):
                return type(value)(visit(item) for item in value)
            if not list(self.meter.floats(value)):
                return value
            if self.added is not None:
                value = value + next(self.added)
            concrete = value
            if self.added is not None:
                import jax
                concrete = jax.lax.stop_gradient(value)
                while isinstance(concrete, jax.core.Tracer):
                    concrete = concrete.primal if hasattr(concrete, 'primal') else concrete.aval.val
            array = self.meter.numpy.asarray(self.meter.keras.ops.convert_to_numpy(concrete))
            outputs.append({'shape': list(array.shape), **self.meter.moments(array), 'gradient': None})
            return value
        result = visit(result)
        if outputs:
            call = self.counts.get(path, 0)
            self.counts[path] = call + 1
            kind = 'composite' if layer._layers else 'module'
            self.records.append({'name': path, 'call': call, 'type': type(layer).__name__, 'kind': kind, 'outputs': outputs})
        return result


def children(layer):
    return [each for each in getattr(layer, 'layers', None) or layer._layers if type(each).__name__ != 'InputLayer']


def is_leaf(layer):
    """Holds no layers, or is one of Keras' own that computes with the layers it holds."""
    is_own = type(layer).__module__.startswith('keras.')
    return not children(layer) or (is_own and type(layer).__name__ not in CONTAINERS)


def named_layers(root):
    """Every layer below `root` by its path of layer names, the root's own left out; leaf layers are not looked into."""
    seen, taken, found = set(), set(), []

    def visit(layer, path):
        if id(layer) in seen:
            return
        seen.add(id(layer))
        found.append((path, layer))
        if path and is_leaf(layer):
            return
        for child in children(layer):
            if id(child) in seen:
                continue
            own = f'{path}.{child.name}' if path else child.name
            name, twin = own, 1
            while name in taken:
                name, twin = f'{own}#{twin}', twin + 1
            taken.add(name)
            visit(child, name)
    visit(root, '')
    return found


def inner_layers(layer, weight):
    """Names of the layers inside a leaf that the weight is one of: both directions of a Bidirectional, the cells of an RNN."""
    if not is_leaf(layer) or layer.name not in (parts := weight.path.split('/')):
        return []
    inside = parts[parts.index(layer.name) + 1:-1]
    # The cell of an LSTM and its like is the layer itself.
    return inside if runs_cells(layer) else [part for part in inside if not part.endswith('_cell')]


def runs_cells(layer):
    """Whether a layer, or one that it holds, runs cells that it was given."""
    return type(layer).__name__ in ('RNN', 'StackedRNNCells') or any(runs_cells(each) for each in layer._layers)


def own_weights(layer):
    return layer.weights if is_leaf(layer) else layer._trainable_variables
