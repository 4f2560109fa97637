"""The user's file, imported, and the expression that builds the model."""
import importlib
import importlib.util
import os
import re
import sys
import traceback

from .limits import Unmeasurable


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


def framework_of(file):
    """The framework that a file imports: Flax, or Keras where it imports Keras or TensorFlow; PyTorch where it imports that."""
    with open(file, encoding='utf-8') as stream:
        roots = set(re.findall(r'^\s*(?:import|from)\s+(\w+)', stream.read(), re.MULTILINE))
    if 'torch' in roots:
        return 'pytorch'
    return 'flax' if 'flax' in roots else 'keras' if roots & {'keras', 'tensorflow'} else 'pytorch'


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
