"""What PyTorch itself says about the models of torchvision: leaf module calls by forward hooks, constructors by CPython's ast.

usage: python3 reading.py calls MODULE EXPRESSION SHAPE …  (JSON on stdout)
       python3 reading.py constructors FILE …              (JSON on stdout)
       python3 reading.py where                            (folder of torchvision)
"""
import importlib
import json
import os
import sys

from collection.callees import callees

WEIGHTED = {
    'Linear', 'Bilinear', 'Conv1d', 'Conv2d', 'Conv3d', 'ConvTranspose1d', 'ConvTranspose2d', 'ConvTranspose3d', 'BatchNorm1d',
    'BatchNorm2d', 'BatchNorm3d', 'SyncBatchNorm', 'InstanceNorm1d', 'InstanceNorm2d', 'InstanceNorm3d', 'LayerNorm', 'GroupNorm',
    'Embedding', 'EmbeddingBag', 'RNN', 'LSTM', 'GRU', 'RNNCell', 'LSTMCell', 'GRUCell', 'MultiheadAttention', 'PReLU',
    'TransformerEncoderLayer', 'TransformerDecoderLayer', 'Transformer', 'LazyLinear', 'LazyConv2d',
}


def first_tensor(output):
    import torch
    if isinstance(output, torch.Tensor):
        return output
    if isinstance(output, dict):
        output = list(output.values())
    if isinstance(output, (tuple, list)):
        for each in output:
            found = first_tensor(each)
            if found is not None:
                return found
    return None


def run(model, shape):
    """(name, type, output shape) of every call of a leaf module, in order, in train mode."""
    import torch
    calls = []
    model.train()
    for name, child in model.named_modules():
        if next(child.children(), None) is None:
            def hook(child, inputs, output, name=name):
                tensor = first_tensor(output)
                calls.append([name, type(child).__name__, None if tensor is None else list(tensor.shape)])
            child.register_forward_hook(hook)
    with torch.no_grad():
        model(torch.randn(*shape))
    return calls


def leaf_calls(module, expression, shape):
    """The calls of the model that an expression builds in a module. Shapes are all that is asked: where it can be, nothing is drawn or computed."""
    import copy
    import torch
    from torch._subclasses import FakeTensorMode
    from torch._subclasses.fake_tensor import FakeCopyMode
    torch.set_num_threads(1)
    names = vars(importlib.import_module(module))

    def build():
        model = eval(expression, names)
        if not isinstance(model, torch.nn.Module):
            raise TypeError('it builds no module')
        return model

    try:
        with FakeTensorMode():
            return run(build(), shape)
    except (TypeError, AttributeError):
        raise
    except Exception:  # noqa: BLE001 what a fake tensor cannot do
        real = build()
    try:
        mode = FakeTensorMode()
        with FakeCopyMode(mode):
            fake = copy.deepcopy(real)
        with mode:
            return run(fake, shape)
    except Exception:  # noqa: BLE001
        return run(real, shape)


def constructors(path):
    """[line, column, callee] of every call whose callee resolves, through the file's imports, to a layer with weights."""
    with open(path, encoding='utf-8') as file:
        calls = list(callees(file.read()))
    found = [
        [node.lineno, node.col_offset, name]
        for node, name in calls
        if name and name.startswith('torch.nn.') and name.rsplit('.', 1)[1] in WEIGHTED
    ]
    return sorted(found)


def main():
    command, *rest = sys.argv[1:]
    if command == 'where':
        import torchvision
        print(os.path.dirname(torchvision.__file__))
    elif command == 'calls':
        # Several models in one process, three arguments each.
        answers = {}
        for index in range(0, len(rest), 3):
            module, expression, shape = rest[index:index + 3]
            try:
                answers[expression] = leaf_calls(module, expression, [int(size) for size in shape.split('x')])
            except Exception as error:  # noqa: BLE001 the table says what PyTorch said
                answers[expression] = f'{type(error).__name__}: {error}'
        print(json.dumps(answers))
    elif command == 'constructors':
        print(json.dumps({path: constructors(path) for path in rest}))


main()
