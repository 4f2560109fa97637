#!/usr/bin/env python3
"""Records what a PyTorch model really does as the graph of src/graph/*.ts, in JSON. A tool for development:
it lets the signal room be tried on, and the reader be compared with, networks as the framework sees them.

    python torch_graph.py --file net.py --model 'Net()' --input 8x3x224x224 --out graph.json

The model runs once; a TorchFunctionMode sees every operation, hooks see every module. Tensors that depend on no input
and no parameter become constants. Only drawn weights can be seen, so each parameter's distribution is the nearest of
the usual ones, and says `sampled` when none is within the sampling error.
"""
import argparse
import json
import math
import os
import sys

import torch
from torch.overrides import TorchFunctionMode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'media'))
from init_lens_measuring.inputs import parse_inputs  # noqa: E402
from init_lens_measuring.pytorch import TorchMeter, floats_in  # noqa: E402
from init_lens_measuring.source import Source  # noqa: E402

CONSTANT_LIMIT = 4096


# Initializers ---------------------------------------------------------------------------------------------------

def fans(shape):
    if len(shape) < 2:
        return None
    receptive = math.prod(shape[2:])
    return {'fanIn': shape[1] * receptive, 'fanOut': shape[0] * receptive}


def candidate_stds(shape, weight_fans):
    """(name, std) of what is usually drawn for a parameter whose layer's weight has these fans."""
    yield from (('N(0, 1)', 1), ('0.02', 0.02), ('0.01', 0.01), ('0.1', 0.1), ('1e-6', 1e-6), ('0.001', 0.001), ('0.05', 0.05))
    for count in {size for size in shape} | {shape[0] // 3, shape[0] // 4}:
        if count:
            yield '1/√(3n)', math.sqrt(1 / (3 * count))
    if weight_fans:
        fan_in, fan_out = weight_fans['fanIn'], weight_fans['fanOut']
        yield 'default', math.sqrt(1 / (3 * fan_in))
        yield 'kaiming fan_in', math.sqrt(2 / fan_in)
        yield 'kaiming fan_out', math.sqrt(2 / fan_out)
        yield 'lecun', math.sqrt(1 / fan_in)
        yield 'kaiming fan_out gain 1', math.sqrt(1 / fan_out)
        yield 'xavier', math.sqrt(2 / (fan_in + fan_out))


def initializer_of(parameter, weight_fans):
    values = parameter.detach().double().flatten()
    count = values.numel()
    first = values[0].item()

    def made(distribution, label):
        return {'distribution': distribution, 'label': label, 'origin': 'written', 'span': None}
    if (values == first).all():
        return made({'kind': 'constant', 'value': first}, f'constant {first:g}')
    # `trunc_normal_` puts about one value in 2**24 on its bound, hundreds of standard deviations out.
    values = values[values.abs() <= 8 * values.abs().median()] if count > 1000 else values
    std = values.pow(2).mean().sqrt().item()
    kurtosis = (values.pow(4).mean() / values.pow(2).mean() ** 2).item()
    peak = values.abs().max().item()
    uniform = peak <= std * math.sqrt(3) * 1.35 and kurtosis < 2.3
    error = math.sqrt(((1.8 if uniform else 3) - 1) / 4 / count)
    near = sorted((abs(math.log(std / one)), name, one) for name, one in candidate_stds(parameter.shape, weight_fans))
    distance, label, chosen = near[0]
    if uniform:
        # The bound is sharper than the standard deviation: it can only be a little above the largest sample.
        inside = [entry for entry in near if peak <= entry[2] * math.sqrt(3) * 1.0001]
        distance, label, chosen = inside[0] if inside else near[0]
    if distance > 4 * error:
        label, chosen = 'sampled', std
    if uniform:
        bound = chosen * math.sqrt(3)
        return made({'kind': 'uniform', 'low': -bound, 'high': bound}, f'uniform {label}')
    return made({'kind': 'normal', 'mean': 0, 'std': chosen}, f'normal {label}')


NORMS = ('BatchNorm', 'LayerNorm', 'GroupNorm', 'InstanceNorm', 'FrozenBatchNorm')


def role_of(owner, name):
    kind = type(owner).__name__
    if kind.startswith(NORMS):
        return 'normScale' if name == 'weight' else 'normShift'
    if kind.startswith('Embedding'):
        return 'embedding'
    if kind == 'PReLU':
        return 'slope'
    if isinstance(owner, torch.nn.RNNBase) and name.startswith('weight_hh'):
        return 'recurrentKernel'
    if 'bias' in name:
        return 'bias'
    return 'weight' if 'weight' in name else 'free'


# The graph being made -------------------------------------------------------------------------------------------

class Trace:
    def __init__(self, model):
        self.model = model
        self.tensors, self.nodes, self.calls, self.parameters = [], [], [], []
        self.ids = {}          # id(tensor object) -> TensorId
        self.alive = []        # so that ids stay unique
        self.parameter_ids = {}
        self.parameter_tensors = {}
        self.open_calls = []
        self.counts = {}
        self.function_count = {}
        for module_name, module in model.named_modules():
            for name, parameter in module.named_parameters(recurse=False):
                if id(parameter) in self.parameter_ids:
                    continue
                shape = list(parameter.shape)
                weight = getattr(module, 'weight', None)
                of_weight = fans(list(weight.shape)) if isinstance(weight, torch.Tensor) and weight.dim() > 1 else None
                self.parameter_ids[id(parameter)] = len(self.parameters)
                self.parameters.append({
                    'id': len(self.parameters), 'name': f'{module_name}.{name}'.lstrip('.'), 'role': role_of(module, name),
                    'shape': shape, 'fans': fans(shape), 'initializer': initializer_of(parameter, fans(shape) or of_weight),
                    'overwritten': [], 'copyGroup': None, 'definition': None, 'trainable': parameter.requires_grad, 'parametrization': None,
                })

    def known(self, tensor):
        return id(tensor) in self.ids or id(tensor) in self.parameter_ids

    def parameter(self, tensor):
        return None if tensor is None else self.parameter_ids.get(id(tensor))

    def new(self, shape, dtype='float'):
        self.tensors.append({'id': len(self.tensors), 'shape': list(shape), 'dtype': dtype, 'producer': -1})
        return len(self.tensors) - 1

    def give(self, tensor):
        """A new TensorId for a tensor object, also when an operation in place gave it a new value."""
        kind = 'float' if tensor.is_floating_point() else 'bool' if tensor.dtype == torch.bool else 'int'
        self.ids[id(tensor)] = self.new(tensor.shape, kind)
        self.alive.append(tensor)
        return self.ids[id(tensor)]

    def use(self, tensor):
        if isinstance(tensor, int) and not isinstance(tensor, bool):
            return tensor
        if id(tensor) in self.ids:
            return self.ids[id(tensor)]
        if id(tensor) in self.parameter_ids:
            out = self.give(tensor)
            self.node({'kind': 'parameter', 'parameter': self.parameter_ids[id(tensor)]}, [], [out])
            return out
        if tensor.requires_grad:
            raise RuntimeError(f'an operation was not seen: a tensor of shape {list(tensor.shape)} from {tensor.grad_fn}')
        out = self.give(tensor)
        values = tensor.detach().double()
        self.node({
            'kind': 'constant',
            'values': values.flatten().tolist() if tensor.numel() <= CONSTANT_LIMIT else None,
            'mean': values.mean().item() if tensor.numel() else None,
            'secondMoment': values.pow(2).mean().item() if tensor.numel() else None,
        }, [], [out])
        return out

    def node(self, op, inputs, outputs):
        node = {'id': len(self.nodes), 'op': op, 'inputs': list(inputs), 'outputs': list(outputs),
                'call': self.open_calls[-1] if self.open_calls else None, 'span': None}
        for out in outputs:
            self.tensors[out]['producer'] = node['id']
        self.nodes.append(node)

    def emit(self, op, inputs, outputs):
        """A node from tensors (or ids) to tensors (or ids)."""
        sources = [self.use(one) for one in inputs]
        self.node(op, sources, [one if isinstance(one, int) else self.give(one) for one in outputs])

    def graph(self, outputs):
        used = {call['call_id'] for call in self.calls}
        assert used == set(range(len(self.calls)))
        calls = [{key: value for key, value in call.items() if key != 'call_id'} for call in self.calls]
        return {'tensors': self.tensors, 'nodes': self.nodes, 'calls': calls, 'parameters': self.parameters,
                'outputs': [self.use(one) for one in outputs]}


class Hooks:
    """Opens and closes calls. A module inside which another was called is no leaf: its call is taken back."""

    def __init__(self, trace, mode):
        self.trace, self.mode = trace, mode
        self.handles = []
        self.order = 0
        for name, module in trace.model.named_modules():
            self.handles.append(module.register_forward_pre_hook(self.enter(name)))
            self.handles.append(module.register_forward_hook(self.leave(name)))

    def enter(self, name):
        def hook(module, _inputs):
            trace = self.trace
            if any(True for _ in module.children()) and not isinstance(module, torch.nn.MultiheadAttention):
                return
            path = ['.'.join(name.split('.')[:size]) for size in range(1, len(name.split('.')))]
            number = trace.counts.get(name, 0)
            trace.counts[name] = number + 1
            call = {'call_id': len(trace.calls), 'id': len(trace.calls), 'kind': 'composite' if list(module.children()) else 'module', 'name': name,
                    'call': number, 'type': type(module).__name__, 'definition': None, 'site': None, 'inputs': [], 'outputs': [],
                    'parameters': [trace.parameter_ids[id(p)] for p in module.parameters()], 'path': path}
            self.mode.muted += 1
            call['inputs'] = [trace.use(one) for one in _inputs if isinstance(one, torch.Tensor)]
            self.mode.muted -= 1
            trace.calls.append(call)
            trace.open_calls.append(call['id'])
            if type(module).__name__ in MODULE_RULES:
                self.mode.muted += 1
        return hook

    def leave(self, name):
        def hook(module, inputs, output):
            trace = self.trace
            if any(True for _ in module.children()) and not isinstance(module, torch.nn.MultiheadAttention):
                return
            rule = MODULE_RULES.get(type(module).__name__)
            if rule:
                rule(trace, module, inputs, output)
            else:
                self.mode.muted += 1
            call = trace.calls[trace.open_calls.pop()]
            call['outputs'] = [trace.use(one) for one in floats_in(torch, output, set()) if trace.known(one)]
            self.mode.muted -= 1
        return hook


def same_list(value, rank):
    return [int(value)] * rank if isinstance(value, int) else [int(one) for one in value]


# Rules: operation -> nodes ------------------------------------------------------------------------------------

def named(names):
    """Reads positional and keyword arguments by name: `get('eps', 1e-5)`."""
    order = names.split()

    def reader(args, kwargs):
        values = dict(zip(order, args))
        values.update(kwargs)
        return lambda name, default=None: values[name] if values.get(name) is not None else default
    return reader


RULES = {}
MODULE_RULES = {}


def rule(names, arguments=''):
    def register(function):
        for name in names.split():
            RULES[name] = (function, named(arguments))
        return function
    return register


def activation(names, make, arguments='input'):
    @rule(names, arguments)
    def lower(t, get, out):
        t.emit({'kind': 'activation', 'fn': make(get)}, [get('input')], [out])


def plain(name):
    return lambda _get: {'name': name}


for _names, _fn in {
    'relu relu_': 'relu', 'sigmoid sigmoid_': 'sigmoid', 'tanh tanh_': 'tanh', 'silu silu_': 'silu', 'mish': 'mish', 'selu selu_': 'selu',
    'softsign': 'softsign', 'tanhshrink': 'tanhshrink', 'logsigmoid': 'logSigmoid', 'hardswish': 'hardSwish', 'hardsigmoid': 'hardSigmoid',
    'relu6': 'relu6', 'exp exp_': 'exp', 'log': 'log', 'abs': 'abs', 'square': 'square', 'sqrt sqrt_': 'sqrt', 'rsqrt': 'rsqrt',
    'reciprocal': 'reciprocal', 'sin': 'sin', 'cos': 'cos', 'erf': 'erf', 'sign': 'sign',
}.items():
    activation(_names, plain(_fn))
activation('gelu', lambda get: {'name': 'geluTanh' if get('approximate', 'none') == 'tanh' else 'gelu'})
activation('leaky_relu leaky_relu_', lambda get: {'name': 'leakyRelu', 'slope': get('negative_slope', 0.01), 'learned': False}, 'input negative_slope')
activation('prelu', lambda get: {'name': 'leakyRelu', 'slope': get('weight').mean().item(), 'learned': True}, 'input weight')
activation('elu elu_', lambda get: {'name': 'elu', 'alpha': get('alpha', 1.0)}, 'input alpha')
activation('celu', lambda get: {'name': 'celu', 'alpha': get('alpha', 1.0)}, 'input alpha')
activation('softplus', lambda get: {'name': 'softplus', 'beta': get('beta', 1), 'threshold': get('threshold', 20)}, 'input beta threshold')
activation('hardtanh', lambda get: {'name': 'hardTanh', 'low': get('min_val', -1.0), 'high': get('max_val', 1.0)}, 'input min_val max_val')
activation('rrelu', lambda get: {'name': 'randomLeakyRelu', 'lower': get('lower', 1 / 8), 'upper': get('upper', 1 / 3)}, 'input lower upper')


@rule('linear', 'input weight bias')
def linear(t, get, out):
    x, weight, bias = get('input'), get('weight'), get('bias')
    if t.parameter(weight) is not None and (bias is None or t.parameter(bias) is not None):
        t.emit({'kind': 'linear', 'weight': t.parameter(weight), 'bias': t.parameter(bias), 'inFeatures': weight.shape[1], 'outFeatures': weight.shape[0]}, [x], [out])
        return
    transposed = t.new([weight.shape[1], weight.shape[0]])
    t.emit({'kind': 'permute', 'order': [1, 0]}, [weight], [transposed])
    if bias is None:
        t.emit({'kind': 'matmul'}, [x, transposed], [out])
    else:
        product = t.new(out.shape)
        t.emit({'kind': 'matmul'}, [x, transposed], [product])
        t.emit({'kind': 'add', 'signs': [1, 1]}, [product, bias], [out])


@rule('bilinear', 'input1 input2 weight bias')
def bilinear(t, get, out):
    t.emit({'kind': 'bilinear', 'weight': t.parameter(get('weight')), 'bias': t.parameter(get('bias'))}, [get('input1'), get('input2')], [out])


def same_padding(kernel, dilation):
    totals = [d * (k - 1) for k, d in zip(kernel, dilation)]
    return [[total // 2, total - total // 2] for total in totals]


@rule('conv1d conv2d conv3d', 'input weight bias stride padding dilation groups')
def conv(t, get, out):
    weight = get('weight')
    kernel = list(weight.shape[2:])
    rank = len(kernel)
    dilation = same_list(get('dilation', 1), rank)
    padding = get('padding', 0)
    pads = same_padding(kernel, dilation) if padding == 'same' else [[0, 0]] * rank if padding == 'valid' else [[p, p] for p in same_list(padding, rank)]
    t.emit({
        'kind': 'conv', 'weight': t.parameter(weight), 'bias': t.parameter(get('bias')), 'inChannels': weight.shape[1] * get('groups', 1),
        'outChannels': weight.shape[0], 'kernel': kernel, 'stride': same_list(get('stride', 1), rank), 'padding': pads, 'dilation': dilation,
        'groups': get('groups', 1), 'paddingMode': 'zeros',
    }, [get('input')], [out])


@rule('conv_transpose1d conv_transpose2d conv_transpose3d', 'input weight bias stride padding output_padding groups dilation')
def conv_transpose(t, get, out):
    weight = get('weight')
    kernel = list(weight.shape[2:])
    rank = len(kernel)
    t.emit({
        'kind': 'convTranspose', 'weight': t.parameter(weight), 'bias': t.parameter(get('bias')), 'inChannels': weight.shape[0],
        'outChannels': weight.shape[1] * get('groups', 1), 'kernel': kernel, 'stride': same_list(get('stride', 1), rank),
        'padding': [[p, p] for p in same_list(get('padding', 0), rank)], 'dilation': same_list(get('dilation', 1), rank), 'groups': get('groups', 1),
        'outputPadding': same_list(get('output_padding', 0), rank),
    }, [get('input')], [out])


@rule('embedding', 'input weight padding_idx')
def embedding(t, get, out):
    weight = get('weight')
    t.emit({'kind': 'embedding', 'weight': t.parameter(weight), 'count': weight.shape[0], 'dim': weight.shape[1],
            'paddingIndex': get('padding_idx'), 'bag': None}, [get('input')], [out])


@rule('batch_norm', 'input running_mean running_var weight bias training momentum eps')
def batch_norm(t, get, out):
    t.emit({'kind': 'batchNorm', 'eps': get('eps', 1e-5), 'scale': t.parameter(get('weight')), 'shift': t.parameter(get('bias')),
            'channelAxis': 1, 'batchStatistics': bool(get('training', False))}, [get('input')], [out])


@rule('layer_norm', 'input normalized_shape weight bias eps')
def layer_norm(t, get, out):
    rank, count = out.dim(), len(get('normalized_shape'))
    t.emit({'kind': 'layerNorm', 'axes': list(range(rank - count, rank)), 'eps': get('eps', 1e-5), 'center': True,
            'scale': t.parameter(get('weight')), 'shift': t.parameter(get('bias'))}, [get('input')], [out])


@rule('group_norm', 'input num_groups weight bias eps')
def group_norm(t, get, out):
    t.emit({'kind': 'groupNorm', 'groups': get('num_groups'), 'eps': get('eps', 1e-5), 'scale': t.parameter(get('weight')),
            'shift': t.parameter(get('bias')), 'channelAxis': 1}, [get('input')], [out])


@rule('instance_norm', 'input running_mean running_var weight bias use_input_stats momentum eps')
def instance_norm(t, get, out):
    t.emit({'kind': 'groupNorm', 'groups': out.shape[1], 'eps': get('eps', 1e-5), 'scale': t.parameter(get('weight')),
            'shift': t.parameter(get('bias')), 'channelAxis': 1}, [get('input')], [out])


@rule('local_response_norm', 'input size alpha beta k')
def local_response_norm(t, get, out):
    t.emit({'kind': 'localResponseNorm', 'size': get('size'), 'alpha': get('alpha', 1e-4), 'beta': get('beta', 0.75), 'k': get('k', 1.0)}, [get('input')], [out])


@rule('normalize', 'input p dim eps')
def normalize(t, get, out):
    t.emit({'kind': 'normalize', 'p': get('p', 2.0), 'axis': get('dim', 1) % out.dim(), 'eps': get('eps', 1e-12)}, [get('input')], [out])


def pool(reduce, names):
    @rule(names, 'input kernel_size stride padding dilation ceil_mode' if reduce == 'max' else 'input kernel_size stride padding ceil_mode count_include_pad divisor_override')
    def lower(t, get, out, rank=int(names.split()[-1][-2])):
        kernel = same_list(get('kernel_size'), rank)
        t.emit({
            'kind': 'pool', 'reduce': reduce, 'kernel': kernel, 'stride': same_list(get('stride', None) or kernel, rank),
            'padding': [[p, p] for p in same_list(get('padding', 0), rank)], 'dilation': same_list(get('dilation', 1), rank),
            'ceilMode': get('ceil_mode', False), 'countIncludePad': get('count_include_pad', True), 'divisor': get('divisor_override'), 'p': 2,
        }, [get('input')], [out])


for _rank in (1, 2, 3):
    pool('max', f'_max_pool{_rank}d max_pool{_rank}d')
    pool('average', f'avg_pool{_rank}d')


@rule('adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d', 'input output_size')
def adaptive_average(t, get, out):
    rank = out.dim() - 2
    t.emit({'kind': 'adaptivePool', 'reduce': 'average', 'output': list(out.shape[-rank:])}, [get('input')], [out])


@rule('_adaptive_max_pool1d _adaptive_max_pool2d adaptive_max_pool1d adaptive_max_pool2d', 'input output_size')
def adaptive_max(t, get, out):
    rank = out.dim() - 2
    t.emit({'kind': 'adaptivePool', 'reduce': 'max', 'output': list(out.shape[-rank:])}, [get('input')], [out])


def dropout(variant):
    def lower(t, get, out):
        if get('training', True) and get('p', 0.5) > 0:
            t.emit({'kind': 'dropout', 'rate': get('p', 0.5), 'variant': variant, 'rescale': True}, [get('input')], [out])
        else:
            t.emit({'kind': 'cast', 'stopGradient': False}, [get('input')], [out])
    return lower


rule('dropout dropout_', 'input p training')(dropout('element'))
rule('dropout1d dropout2d dropout3d feature_dropout', 'input p training')(dropout('channel'))
rule('alpha_dropout', 'input p training')(dropout('alpha'))


@rule('softmax', 'input dim')
def softmax(t, get, out):
    t.emit({'kind': 'softmax', 'axis': get('dim', -1) % out.dim(), 'log': False, 'negate': False}, [get('input')], [out])


@rule('log_softmax', 'input dim')
def log_softmax(t, get, out):
    t.emit({'kind': 'softmax', 'axis': get('dim', -1) % out.dim(), 'log': True, 'negate': False}, [get('input')], [out])


@rule('glu', 'input dim')
def glu(t, get, out):
    t.emit({'kind': 'gated', 'fn': {'name': 'sigmoid'}, 'axis': get('dim', -1) % out.dim()}, [get('input')], [out])


# Arithmetic

def is_tensor(value):
    return isinstance(value, torch.Tensor)


def add_like(names, left_sign, right_sign):
    @rule(names, 'input other alpha')
    def lower(t, get, out):
        a, b, alpha = get('input'), get('other'), get('alpha', 1)
        if is_tensor(a) and is_tensor(b) and alpha == 1:
            t.emit({'kind': 'add', 'signs': [left_sign, right_sign]}, [a, b], [out])
        elif is_tensor(a) and not is_tensor(b):
            t.emit({'kind': 'affine', 'factor': left_sign, 'shift': right_sign * alpha * float(b)}, [a], [out])
        else:
            t.emit({'kind': 'opaque', 'name': 'add', 'reason': 'addition with alpha'}, [one for one in (a, b) if is_tensor(one)], [out])


add_like('add add_ __add__ __radd__ __iadd__', 1, 1)
add_like('sub sub_ __sub__ __isub__ subtract', 1, -1)
add_like('rsub __rsub__', -1, 1)


@rule('mul mul_ __mul__ __rmul__ __imul__ multiply', 'input other')
def multiply(t, get, out):
    a, b = get('input'), get('other')
    if is_tensor(a) and is_tensor(b):
        t.emit({'kind': 'multiply'}, [a, b], [out])
    else:
        t.emit({'kind': 'affine', 'factor': float(b), 'shift': 0}, [a], [out])


@rule('div div_ __truediv__ true_divide __itruediv__ __div__', 'input other')
def divide(t, get, out):
    a, b = get('input'), get('other')
    if is_tensor(b):
        t.emit({'kind': 'divide'}, [a, b], [out])
    else:
        t.emit({'kind': 'affine', 'factor': 1 / float(b), 'shift': 0}, [a], [out])


@rule('neg __neg__', 'input')
def negate(t, get, out):
    t.emit({'kind': 'affine', 'factor': -1, 'shift': 0}, [get('input')], [out])


@rule('pow __pow__', 'input exponent')
def power(t, get, out):
    t.emit({'kind': 'power', 'exponent': float(get('exponent'))}, [get('input')], [out])


@rule('matmul bmm __matmul__ mm', 'input other')
def matmul(t, get, out):
    t.emit({'kind': 'matmul'}, [get('input'), get('other')], [out])


@rule('clamp clip clamp_', 'input min max')
def clamp(t, get, out):
    low, high = get('min', -1e30), get('max', 1e30)
    t.emit({'kind': 'activation', 'fn': {'name': 'hardTanh', 'low': float(low), 'high': float(high)}}, [get('input')], [out])


@rule('baddbmm', 'input batch1 batch2')
def baddbmm(t, get, out):
    product = t.new(out.shape)
    t.emit({'kind': 'matmul'}, [get('batch1'), get('batch2')], [product])
    t.emit({'kind': 'add', 'signs': [1, 1]}, [product, get('input')], [out])


@rule('_scaled_dot_product_attention', 'q k v mask dropout')
def attention(t, get, out):
    q, mask = get('q'), get('mask')
    inputs = [q, get('k'), get('v')] + ([mask] if mask is not None else [])
    result = out[0]
    t.emit({'kind': 'attention', 'scale': 1 / math.sqrt(q.shape[-1]), 'causal': False, 'dropout': get('dropout', 0.0), 'hasMask': mask is not None}, inputs, [result])
    t.emit({'kind': 'opaque', 'name': 'attention weights', 'reason': 'the weights of an attention'}, [q, get('k')], [out[1]])


@rule('einsum', 'equation a b')
def einsum(t, get, out):
    """Contractions of two tensors that are a batched matrix product with the axes in this order: `bid,bjd->bij`."""
    equation = get('equation').replace(' ', '')
    left, result = equation.split('->')
    first, second = left.split(',')
    a, b = get('a'), get('b')
    if first[:-2] == second[:-2] == result[:-2] and len(first) == len(second):
        i, d = first[-2:]
        if second[-1] == d and result[-2:] == i + second[-2]:
            turned = t.new([*b.shape[:-2], b.shape[-1], b.shape[-2]])
            order = [*range(b.dim() - 2), b.dim() - 1, b.dim() - 2]
            t.emit({'kind': 'permute', 'order': order}, [b], [turned])
            t.emit({'kind': 'matmul'}, [a, turned], [out])
            return
        if second[-2] == d and result[-2:] == i + second[-1]:
            t.emit({'kind': 'matmul'}, [a, b], [out])
            return
    t.emit({'kind': 'opaque', 'name': 'einsum', 'reason': f'einsum {equation}'}, [a, b], [out])


# Positions

@rule('view reshape flatten unsqueeze squeeze view_as unflatten ravel', 'input')
def reshape(t, get, out):
    t.emit({'kind': 'reshape'}, [get('input')], [out])


@rule('contiguous to float type_as clone double half alias', 'input')
def cast(t, get, out):
    t.emit({'kind': 'cast', 'stopGradient': False}, [get('input')], [out])


@rule('detach', 'input')
def detach(t, get, out):
    t.emit({'kind': 'cast', 'stopGradient': True}, [get('input')], [out])


@rule('transpose swapaxes transpose_', 'input dim0 dim1')
def transpose(t, get, out):
    order = list(range(out.dim()))
    a, b = get('dim0') % out.dim(), get('dim1') % out.dim()
    order[a], order[b] = order[b], order[a]
    t.emit({'kind': 'permute', 'order': order}, [get('input')], [out])


@rule('t', 'input')
def matrix_transpose(t, get, out):
    t.emit({'kind': 'permute', 'order': [1, 0]}, [get('input')], [out])


@rule('expand expand_as broadcast_to', 'input')
def expand(t, get, out):
    t.emit({'kind': 'expand'}, [get('input')], [out])


@rule('pad', 'input pad mode value')
def pad(t, get, out):
    padding = [[0, 0] for _ in range(out.dim())]
    flat = list(get('pad'))
    for index in range(len(flat) // 2):
        padding[out.dim() - 1 - index] = flat[2 * index:2 * index + 2]
    mode = {'constant': 'zeros'}.get(get('mode', 'constant'), get('mode'))
    t.emit({'kind': 'pad', 'padding': padding, 'mode': mode, 'value': get('value', 0) or 0}, [get('input')], [out])


@rule('roll', 'input shifts dims')
def roll(t, get, out):
    dims, shifts = get('dims'), get('shifts')
    dims = [dims] if isinstance(dims, int) else list(dims)
    t.emit({'kind': 'roll', 'axes': dims, 'shifts': [shifts] if isinstance(shifts, int) else list(shifts)}, [get('input')], [out])


@rule('flip', 'input dims')
def flip(t, get, out):
    t.emit({'kind': 'flip', 'axes': [dim % out.dim() for dim in get('dims')]}, [get('input')], [out])


@rule('pixel_shuffle', 'input factor')
def pixel_shuffle(t, get, out):
    t.emit({'kind': 'pixelShuffle', 'factor': get('factor'), 'down': False}, [get('input')], [out])


@rule('interpolate', 'input size scale_factor mode align_corners')
def interpolate(t, get, out):
    mode = {'nearest': 'nearest', 'bilinear': 'linear', 'linear': 'linear', 'trilinear': 'linear', 'bicubic': 'cubic', 'area': 'area'}[get('mode', 'nearest')]
    t.emit({'kind': 'upsample', 'mode': mode, 'alignCorners': bool(get('align_corners', False)), 'rank': out.dim() - 2}, [get('input')], [out])


@rule('cat concat concatenate', 'tensors dim axis')
def concat(t, get, out):
    t.emit({'kind': 'concat', 'axis': get('dim', get('axis', 0)) % out.dim()}, get('tensors'), [out])


@rule('stack', 'tensors dim')
def stack(t, get, out):
    axis = get('dim', 0) % out.dim()
    shape = list(out.shape)
    shape[axis] = 1
    parts = []
    for one in get('tensors'):
        part = t.new(shape)
        t.emit({'kind': 'reshape'}, [one], [part])
        parts.append(part)
    t.emit({'kind': 'concat', 'axis': axis}, parts, [out])


@rule('chunk split tensor_split split_with_sizes', 'input size dim')
def split(t, get, outs):
    axis = get('dim', 0) % outs[0].dim()
    start = 0
    for out in outs:
        t.emit({'kind': 'slice', 'axis': axis, 'start': start, 'stop': start + out.shape[axis], 'step': 1}, [get('input')], [out])
        start += out.shape[axis]


def pick(t, x, axis, index, shape, out):
    """One index of an axis, which goes away."""
    kept = list(shape)
    kept[axis] = 1
    middle = t.new(kept)
    t.emit({'kind': 'slice', 'axis': axis, 'start': index, 'stop': index + 1, 'step': 1}, [x], [middle])
    t.emit({'kind': 'reshape'}, [middle], [out])


@rule('unbind', 'input dim')
def unbind(t, get, outs):
    x = get('input')
    axis = get('dim', 0) % x.dim()
    for index, out in enumerate(outs):
        pick(t, x, axis, index, x.shape, out)


@rule('select', 'input dim index')
def select(t, get, out):
    x = get('input')
    axis = get('dim') % x.dim()
    pick(t, x, axis, get('index') % x.shape[axis], x.shape, out)


@rule('narrow', 'input dim start length')
def narrow(t, get, out):
    axis = get('dim') % out.dim()
    t.emit({'kind': 'slice', 'axis': axis, 'start': get('start'), 'stop': get('start') + get('length'), 'step': 1}, [get('input')], [out])


@rule('__getitem__', 'input index')
def getitem(t, get, out):
    x, index = get('input'), get('index', None)
    index = list(index) if isinstance(index, tuple) else [index]
    used = sum(1 for one in index if one is not None and one is not Ellipsis)
    if Ellipsis in [one for one in index if not is_tensor(one)]:
        at = next(position for position, one in enumerate(index) if one is Ellipsis)
        index[at:at + 1] = [slice(None)] * (x.dim() - used)
    current, shape, axis = x, list(x.shape), 0
    for one in index:
        if one is None:
            continue
        if isinstance(one, slice):
            start, stop, step = one.indices(shape[axis])
            if (start, stop, step) != (0, shape[axis], 1):
                shape[axis] = len(range(start, stop, step))
                middle = t.new(shape)
                t.emit({'kind': 'slice', 'axis': axis, 'start': start, 'stop': stop, 'step': step}, [current], [middle])
                current = middle
        elif isinstance(one, int):
            kept = list(shape)
            kept[axis] = 1
            middle = t.new(kept)
            start = one % shape[axis]
            t.emit({'kind': 'slice', 'axis': axis, 'start': start, 'stop': start + 1, 'step': 1}, [current], [middle])
            shape = kept
            current = middle
        elif is_tensor(one) and one.dtype == torch.int64 and not t.known(one):
            shape[axis] = one.numel()
            middle = t.new(shape)
            t.emit({'kind': 'gather', 'axis': axis, 'indices': one.flatten().tolist()}, [current], [middle])
            current = middle
        else:
            t.emit({'kind': 'opaque', 'name': 'index', 'reason': 'indexed by a tensor'}, [x], [out])
            return
        axis += 1
    t.emit({'kind': 'reshape'}, [current], [out])


@rule('masked_fill masked_fill_', 'input mask value')
def masked_fill(t, get, out):
    value = get('value')
    t.emit({'kind': 'where'}, [get('mask'), value if is_tensor(value) else torch.tensor(float(value)), get('input')], [out])


@rule('randn_like', 'input')
def normal_noise(t, get, out):
    t.emit({'kind': 'random', 'distribution': {'kind': 'normal', 'mean': 0, 'std': 1}}, [], [out])


@rule('where', 'condition input other')
def where(t, get, out):
    t.emit({'kind': 'where'}, [get('condition'), get('input'), get('other')], [out])


def reduction(names, reduce):
    @rule(names, 'input dim keepdim')
    def lower(t, get, out):
        x = get('input')
        dim = get('dim')
        axes = list(range(x.dim())) if dim is None else [dim % x.dim()] if isinstance(dim, int) else [one % x.dim() for one in dim]
        target = out if is_tensor(out) else out[0]
        t.emit({'kind': 'reduce', 'reduce': reduce, 'axes': axes, 'keepDims': bool(get('keepdim', False))}, [x], [target])


for _names, _reduce in {'mean': 'mean', 'sum': 'sum', 'amax max': 'max', 'amin min': 'min', 'var': 'variance', 'std': 'std', 'norm': 'norm', 'logsumexp': 'logSumExp'}.items():
    reduction(_names, _reduce)


@rule('permute movedim', 'input')
def permute(t, get, out):
    raise NotImplementedError


def lower_permute(t, args, kwargs, out):
    dims = kwargs.get('dims', args[1] if len(args) == 2 and not isinstance(args[1], int) else args[1:])
    t.emit({'kind': 'permute', 'order': [dim % out.dim() for dim in dims]}, [args[0]], [out])


def lower_repeat(t, args, kwargs, out):
    times = kwargs.get('sizes', args[1] if len(args) == 2 and not isinstance(args[1], int) else args[1:])
    x = args[0]
    grown = [1] * (len(times) - x.dim()) + list(x.shape)
    middle = t.new(grown)
    t.emit({'kind': 'reshape'}, [x], [middle])
    t.emit({'kind': 'repeat', 'times': list(times)}, [middle], [out])


RAW_RULES = {'permute': lower_permute, 'repeat': lower_repeat}


# Modules lowered as a whole

def stochastic_depth(t, module, inputs, output):
    variant = 'path' if module.mode == 'row' else 'path'
    if module.p > 0:
        t.emit({'kind': 'dropout', 'rate': module.p, 'variant': variant, 'rescale': True}, [inputs[0]], [output])


def recurrent(t, module, inputs, output):
    directions = 2 if module.bidirectional else 1

    def parameter(name):
        return t.parameter(getattr(module, name, None))
    layers = [[{
        'inputKernel': parameter(f'weight_ih_l{layer}{suffix}'), 'recurrentKernel': parameter(f'weight_hh_l{layer}{suffix}'),
        'inputBias': parameter(f'bias_ih_l{layer}{suffix}'), 'recurrentBias': parameter(f'bias_hh_l{layer}{suffix}'),
        'projection': parameter(f'weight_hr_l{layer}{suffix}'),
    } for suffix in ['', '_reverse'][:directions]] for layer in range(module.num_layers)]
    states = [state for state in floats_in(torch, inputs[1:], set())]
    t.emit({
        'kind': 'recurrent', 'cell': module.mode.lower().split('_')[0], 'nonlinearity': getattr(module, 'nonlinearity', 'tanh'), 'hidden': module.hidden_size,
        'timeAxis': 1 if module.batch_first else 0, 'bidirectional': module.bidirectional, 'dropout': module.dropout, 'layers': layers, 'resetAfter': True,
    }, [inputs[0], *states], list(floats_in(torch, output, set())))


@rule('multi_head_attention_forward', 'query key value embed_dim num_heads in_proj_weight in_proj_bias bias_k bias_v add_zero_attn dropout out_weight out_bias')
def multihead_attention(t, get, outs):
    """[tokens, batch, width]. Self-attention reads the packed weight at once; others read slices of it as tensors."""
    query, key, value = get('query'), get('key'), get('value')
    width, heads, weight, bias, mask = get('embed_dim'), get('num_heads'), get('in_proj_weight'), get('in_proj_bias'), get('attn_mask')
    projected = []
    if query is key and key is value:
        packed = t.new([*query.shape[:-1], 3 * width])
        t.emit({'kind': 'linear', 'weight': t.parameter(weight), 'bias': t.parameter(bias), 'inFeatures': width, 'outFeatures': 3 * width}, [query], [packed])
        for part in range(3):
            piece = t.new([*query.shape[:-1], width])
            t.emit({'kind': 'slice', 'axis': 2, 'start': part * width, 'stop': (part + 1) * width, 'step': 1}, [packed], [piece])
            projected.append((piece, query))
    else:
        for part, source in enumerate((query, key, value)):
            piece, turned, product = t.new([width, width]), t.new([width, width]), t.new([*source.shape[:-1], width])
            t.emit({'kind': 'slice', 'axis': 0, 'start': part * width, 'stop': (part + 1) * width, 'step': 1}, [weight], [piece])
            t.emit({'kind': 'permute', 'order': [1, 0]}, [piece], [turned])
            t.emit({'kind': 'matmul'}, [source, turned], [product])
            if bias is not None:
                part_bias, moved = t.new([width]), t.new([*source.shape[:-1], width])
                t.emit({'kind': 'slice', 'axis': 0, 'start': part * width, 'stop': (part + 1) * width, 'step': 1}, [bias], [part_bias])
                t.emit({'kind': 'add', 'signs': [1, 1]}, [product, part_bias], [moved])
                product = moved
            projected.append((product, source))
    by_head = []
    for piece, source in projected:
        tokens, batch = source.shape[:2]
        parts, turned = t.new([tokens, batch, heads, width // heads]), t.new([batch, heads, tokens, width // heads])
        t.emit({'kind': 'reshape'}, [piece], [parts])
        t.emit({'kind': 'permute', 'order': [1, 2, 0, 3]}, [parts], [turned])
        by_head.append(turned)
    tokens, batch = query.shape[:2]
    mixed, turned, joined = t.new([batch, heads, tokens, width // heads]), t.new([tokens, batch, heads, width // heads]), t.new(list(query.shape))
    t.emit({'kind': 'attention', 'scale': 1 / math.sqrt(width // heads), 'causal': False, 'dropout': get('dropout', 0.0), 'hasMask': mask is not None},
           by_head + ([mask] if mask is not None else []), [mixed])
    t.emit({'kind': 'permute', 'order': [2, 0, 1, 3]}, [mixed], [turned])
    t.emit({'kind': 'reshape'}, [turned], [joined])
    t.emit({'kind': 'linear', 'weight': t.parameter(get('out_weight')), 'bias': t.parameter(get('out_bias')), 'inFeatures': width, 'outFeatures': width}, [joined], [outs[0]])


def recurrent_cell(t, module, inputs, output):
    t.emit({
        'kind': 'recurrent', 'cell': type(module).__name__[:-4].lower(), 'nonlinearity': getattr(module, 'nonlinearity', 'tanh'), 'hidden': module.hidden_size,
        'timeAxis': None, 'bidirectional': False, 'dropout': 0, 'resetAfter': True,
        'layers': [[{'inputKernel': t.parameter(module.weight_ih), 'recurrentKernel': t.parameter(module.weight_hh),
                     'inputBias': t.parameter(module.bias_ih), 'recurrentBias': t.parameter(module.bias_hh), 'projection': None}]],
    }, [inputs[0], *floats_in(torch, inputs[1:], set())], list(floats_in(torch, output, set())))


MODULE_RULES.update({'GRUCell': recurrent_cell, 'LSTMCell': recurrent_cell, 'RNNCell': recurrent_cell, 'StochasticDepth': stochastic_depth, 'LSTM': recurrent, 'GRU': recurrent, 'RNN': recurrent})


# The mode -------------------------------------------------------------------------------------------------------

def tensors_in(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors_in(item)


MAKES_CONSTANTS = {'new_zeros', 'new_ones', 'new_full', 'new_empty', 'new_tensor', 'zeros_like', 'ones_like', 'full_like', 'empty_like'}


class Recorder(TorchFunctionMode):
    def __init__(self, trace):
        super().__init__()
        self.trace = trace
        self.muted = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.muted += 1
        try:
            return self.see(func, args, kwargs or {})
        finally:
            self.muted -= 1

    def see(self, func, args, kwargs):
        trace = self.trace
        name = getattr(func, '__name__', str(func))
        sources = [one for one in tensors_in([args, list(kwargs.values())]) if trace.known(one)]
        if self.muted > 1 or not sources:
            return func(*args, **kwargs)
        lowering = RULES.get(name)
        if name == '__get__':
            return self.attribute(func, args)
        if name in MAKES_CONSTANTS:
            return func(*args, **kwargs)
        result = func(*args, **kwargs)
        outputs = [one for one in tensors_in(result)]
        in_place = name.endswith('_') or kwargs.get('inplace') is True
        if not outputs or all(any(out is one for one in sources) for out in outputs) and not in_place:
            return result
        if not any(one.is_floating_point() for one in sources + outputs) and name not in RULES:
            return result
        if name in RAW_RULES:
            RAW_RULES[name](trace, args, kwargs, result)
        elif lowering:
            rule_function, reader = lowering
            rule_function(trace, reader(args, kwargs), result)
        else:
            print(f'no rule for {name}', file=sys.stderr)
            for out in outputs:
                trace.emit({'kind': 'opaque', 'name': name, 'reason': f'no rule for {name}'}, sources, [out])
        return result

    def attribute(self, func, args):
        result = func(*args)
        if isinstance(result, torch.Tensor) and result is not args[0] and result.dim() == args[0].dim() >= 2 and result.data_ptr() == args[0].data_ptr():
            x = args[0]
            order = list(range(x.dim()))
            if list(result.shape) == list(x.shape)[::-1] and x.dim() == 2:
                order = [1, 0]
            else:
                order[-1], order[-2] = order[-2], order[-1]
            self.trace.emit({'kind': 'permute', 'order': order}, [x], [result])
        return result


class IndexingSeen:
    """Indexing does not reach the mode in every version of PyTorch."""

    def __init__(self, mode):
        self.mode = mode

    def __enter__(self):
        self.getitem, self.setitem = torch.Tensor.__getitem__, torch.Tensor.__setitem__

        def getitem(x, index):
            return self.mode.__torch_function__(self.getitem, (), (x, index))

        def setitem(x, index, value):
            trace = self.mode.trace
            depends = [one for one in (x, value) if is_tensor(one) and trace.known(one)]
            sources = [trace.use(one) for one in depends]
            self.mode.muted += 1
            self.setitem(x, index, value)
            self.mode.muted -= 1
            if depends and not self.mode.muted:
                trace.emit({'kind': 'opaque', 'name': 'setitem', 'reason': 'assignment to a part of a tensor'}, sources, [x])
        torch.Tensor.__getitem__, torch.Tensor.__setitem__ = getitem, setitem

    def __exit__(self, *_):
        torch.Tensor.__getitem__, torch.Tensor.__setitem__ = self.getitem, self.setitem


def record(model, inputs):
    model.train()
    for module in model.modules():
        if getattr(module, 'inplace', None) is True:
            module.inplace = False
    trace = Trace(model)
    tensors = []
    for number, (shape, kind, first, second) in enumerate(inputs):
        tensor = TorchMeter(1).draw(shape, kind, first, second)
        distribution = {
            'tokens': {'kind': 'tokens', 'below': first}, 'onehot': {'kind': 'oneHot', 'classes': first},
            'uniform': {'kind': 'uniform', 'low': first, 'high': second}, 'normal': {'kind': 'normal', 'mean': first, 'std': second},
        }[kind]
        trace.emit({'kind': 'input', 'name': f'input{number}', 'distribution': distribution}, [], [tensor])
        tensors.append(tensor.requires_grad_(tensor.is_floating_point()))
    mode = Recorder(trace)
    hooks = Hooks(trace, mode)
    with mode, IndexingSeen(mode):
        outputs = model(*tensors)
    for handle in hooks.handles:
        handle.remove()
    return trace.graph(list(floats_in(torch, outputs, set())))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--file', required=True)
    parser.add_argument('--model', required=True)
    parser.add_argument('--input', required=True)
    parser.add_argument('--out', required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    graph = record(Source(arguments.file, arguments.model).build(), parse_inputs(arguments.input))
    with open(arguments.out, 'w', encoding='utf-8') as stream:
        json.dump(graph, stream)
    kinds = {}
    for node in graph['nodes']:
        kinds[node['op']['kind']] = kinds.get(node['op']['kind'], 0) + 1
    print(arguments.out, len(graph['nodes']), 'nodes', len(graph['calls']), 'calls', json.dumps(kinds))


if __name__ == '__main__':
    main()
