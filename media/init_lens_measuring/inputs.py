"""What the model is fed, as the command line writes it."""
import ast
import re

from .limits import Unmeasurable

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


def commented_input(file):
    """The input of the file's own comment `# init-lens: input=(8, 3, 32, 32)`, or of several shapes in a tuple."""
    with open(file, encoding='utf-8') as stream:
        comment = re.search(r'^\s*#\s*init-lens:.*?\binput=(\(.*\))', stream.read(), re.MULTILINE)
    if not comment:
        raise Unmeasurable('--input is needed: the file has no comment `# init-lens: input=(8, 3, 32, 32)`')
    try:
        shapes = ast.literal_eval(comment[1])
    except (SyntaxError, ValueError) as error:
        raise Unmeasurable(f'the comment {comment[0].strip()!r} is not understood: {error}') from error
    shapes = shapes if isinstance(shapes[0], tuple) else (shapes,)
    return ','.join('x'.join(str(size) for size in shape) for shape in shapes)
