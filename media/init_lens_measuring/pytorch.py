"""One forward and one backward pass of a torch.nn.Module, seen by hooks."""
import math
import sys

from .limits import Unmeasurable


class TorchMeter:
    """Measures one torch.nn.Module at a time. A meter for another framework offers the same five members."""

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

    def weights(self, model):
        """What was drawn: moments of every parameter under the name of `named_parameters()`."""
        if not isinstance(model, self.torch.nn.Module):
            raise Unmeasurable(f'the expression gives {type(model).__name__}, not a torch.nn.Module')
        return [
            {'name': name, 'shape': list(parameter.shape), **moments(self.torch, parameter.detach())}
            for name, parameter in model.named_parameters()
            if parameter.is_floating_point() and not isinstance(parameter, self.torch.nn.parameter.UninitializedParameter)
        ]

    def run(self, model, inputs, clock):
        """Records of all leaf calls of one forward and backward pass, in order of execution."""
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
        entry = {'shape': list(tensor.shape), **moments(self.torch, tensor.detach()), 'gradient': None}
        if tensor.grad_fn is not None:
            # On the node, not on the tensor: an operation in place gives the tensor another node and drops its hooks.
            number = tensor.output_nr

            def arrive(_grad_inputs, grad_outputs):
                self.clock.check()
                gradient = grad_outputs[number]
                if gradient is not None:
                    entry['gradient'] = moments(self.torch, gradient.detach())['secondMoment']
            tensor.grad_fn.register_hook(arrive)
        return entry


def moments(torch, tensor):
    """In double precision: squares of vanishing gradients underflow in single."""
    if not tensor.numel():
        return {'mean': math.nan, 'secondMoment': math.nan}
    norm = torch.linalg.vector_norm(tensor, dtype=torch.float64).item()
    mean = torch.mean(tensor, dtype=torch.float64).item()
    return {'mean': mean, 'secondMoment': norm * norm / tensor.numel()}
