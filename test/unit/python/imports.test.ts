import assert from 'node:assert/strict'
import { createInterpreter, type InterpreterOptions, initParser, type ModuleRequest, type SourceFile } from '../../../src/python'
import { int } from '../../../src/python/make'
import { nativeModule } from '../../../src/python/native'

/** Files by path; packages by their `__init__.py`. Remembers which were asked for by text. */
function folder(files: Readonly<Record<string, string>>, root = ''): { resolve(request: ModuleRequest): SourceFile | null | undefined } {
  return {
    resolve({ module, level, fromFile }) {
      const parts = module === '' ? [] : module.split('.')
      const base = level === 0 ? root.split('/').filter((part) => part !== '') : fromFile.split('/').slice(0, -level)
      const path = [...base, ...parts].join('/')
      const init = path === '' ? '__init__.py' : `${path}/__init__.py`
      if (files[init] !== undefined) return { file: init, text: files[init], isPackage: true }
      const plain = `${path}.py`
      const text = files[plain]
      return text === undefined ? null : { file: plain, text, isPackage: false }
    },
  }
}

function run(text: string, files: Readonly<Record<string, string>>, options: InterpreterOptions = {}) {
  const interpreter = createInterpreter({ sources: folder(files), ...options })
  const module = interpreter.runModule('main.py', text)
  return {
    value: (expression: string): string => interpreter.repr(interpreter.evaluateIn(expression, module)),
    notes: interpreter.notes.map(({ message, span }) => `${span?.file}:${span?.line} ${message}`),
    filesRun: interpreter.meter.files,
  }
}

const pkg = {
  'pkg/__init__.py': 'from .blocks import *\nfrom .deep.inner import thing as renamed\nfrom . import consts\n__version__ = "1"\n',
  'pkg/blocks.py':
    'from .consts import WIDTH\n__all__ = ["Block", "make"]\nclass Block:\n    width = WIDTH\ndef make(): return Block()\ndef _hidden(): pass\n',
  'pkg/consts.py': 'WIDTH = 64\n',
  'pkg/deep/__init__.py': '',
  'pkg/deep/inner.py': 'from ... import pkg as top\nfrom ..consts import WIDTH as w\ndef thing(): return w + 1\n',
  'pkg/never.py': 'raise RuntimeError("not to be run")\n',
  'single.py': 'x = 1\nvalue = x + 1\n',
}

describe('imports', () => {
  before(initParser)

  it('follow packages, relative names, stars and re-exports', () => {
    const { value, notes } = run(
      'from pkg import Block, make, renamed, consts\nimport pkg.deep.inner as inner\nimport single\nfrom single import *',
      pkg,
    )
    assert.equal(value('Block.width, make().width, renamed(), consts.WIDTH'), '(64, 64, 65, 64)')
    assert.equal(value('inner.thing(), single.value, x'), '(65, 2, 1)')
    assert.deepEqual(notes, [])
  })

  it('give one class a file, under whatever name it is imported', () => {
    const { value } = run('from pkg.blocks import Block as A\nfrom pkg import Block as B\nimport pkg', pkg)
    assert.equal(value('A is B, A is pkg.Block, pkg.__version__'), "(True, True, '1')")
  })

  it('run only what is asked for', () => {
    const { filesRun } = run('import pkg.never\nimport pkg\nimport single', pkg)
    assert.equal(filesRun, 0)
  })

  it('do not export what `__all__` leaves out', () => {
    const { value } = run('import pkg\na = hasattr(pkg, "_hidden"), hasattr(pkg, "Block")', pkg)
    assert.equal(value('a'), '(False, True)')
  })

  it('survive cycles', () => {
    const { value, notes } = run('import a\nimport b', {
      'a.py': 'import b\nx = 1\ndef f(): return b.y\n',
      'b.py': 'from a import x\ny = 2\ndef g(): return x\n',
    })
    assert.equal(value('a.f(), b.g()'), '(2, 1)')
    assert.deepEqual(notes, [])
  })

  it("survive a package whose modules ask it for each other's names", () => {
    const { value, notes } = run('from pack.second import Second', {
      'pack/__init__.py': 'from .first import *\nfrom .second import *\n',
      'pack/first.py': '__all__ = ["Mode"]\nclass Mode:\n    near = 1\n',
      'pack/second.py': 'from . import Mode\nclass Second:\n    def __init__(self, mode=Mode.near): self.mode = mode\n',
    })
    assert.equal(value('Second().mode'), '1')
    assert.deepEqual(notes, [])
  })

  it('run modules that register what they define', () => {
    const { value } = run('from zoo import build\nimport zoo.registry', {
      'zoo/__init__.py': 'from .registry import build\nfrom .nets import Small\nfrom . import more\n',
      'zoo/registry.py':
        'known = {}\ndef register(cls):\n    known[cls.__name__] = cls\n    return cls\ndef build(name): return known[name]()\n',
      'zoo/nets.py': 'from .registry import register\n@register\nclass Small:\n    size = 1\n',
      'zoo/more.py': 'from .registry import register\n@register\nclass Large:\n    size = 2\n',
    })
    assert.equal(value('build("Small").size, build("Large").size'), '(1, 2)')
  })

  it('run those that register only when something looks for what they entered', () => {
    const zoo = {
      'zoo/__init__.py': 'from .registry import known, build\nfrom .nets import Small\nfrom . import more\n',
      'zoo/registry.py':
        'known = {}\ndef register(cls):\n    known[cls.__name__] = cls\n    return cls\ndef build(name): return known[name]()\n',
      'zoo/nets.py': 'from .registry import register\n@register\nclass Small:\n    size = 1\n',
      'zoo/more.py': 'print(nothing)\nfrom .registry import register\n@register\nclass Large:\n    size = 2\n',
    }
    assert.deepEqual(run('from zoo import Small\nsmall = Small()', zoo).notes, [])
    const failed = "more.py:1 NameError: name 'nothing' is not defined"
    assert.deepEqual(run('from zoo import build\nlarge = build("Large")', zoo).notes, [`zoo/${failed}`])
    const { value, notes } = run('import zoo\nlarge = zoo.registry.known["Large"]', zoo)
    assert.equal(value('large.size'), '2')
    assert.deepEqual(notes, [`zoo/${failed}`])
  })

  it('run what registers also where modules and packages are imported by name alone', () => {
    const registry =
      'known = {}\ndef register(cls):\n    known[cls.__name__] = cls\n    return cls\ndef build(name): return known[name]()\n'
    const registering = (name: string): string => `from registry import register\n@register\nclass ${name}:\n    name = '${name}'\n`
    const files = {
      'registry.py': registry,
      'nets.py': registering('Small'),
      'zoo/__init__.py': 'from .large import Large\n',
      'zoo/large.py': registering('Large'),
      'more/__init__.py': 'from . import wide\n',
      'more/wide.py': registering('Wide'),
      'more/deep.py': registering('Deep'),
    }
    const called = run('import nets, zoo\nimport more.deep\nfrom registry import build\n', files)
    assert.equal(called.value('[build(name).name for name in ("Small", "Large", "Wide", "Deep")]'), "['Small', 'Large', 'Wide', 'Deep']")
    const read = run('from registry import known\nimport nets, zoo\nimport more.deep\n', files)
    assert.equal(read.value('sorted(known)'), "['Deep', 'Large', 'Small', 'Wide']")
    assert.deepEqual(run('from registry import register\nimport nets, zoo\n', { ...files, 'nets.py': 'nothing\n@register\n' }).notes, [])
  })

  it('say which files that register are too long to be run for that', () => {
    const long = (name: string): string => `from registry import register\n@register\nclass ${name}: pass\n${'#'.repeat(130_000)}\n`
    const files = {
      'registry.py': 'known = {}\ndef register(cls):\n    known[cls.__name__] = cls\n    return cls\ndef listed(): return list(known)\n',
      'a.py': long('A'),
      'b.py': long('B'),
      'c.py': long('C'),
    }
    const { value, notes } = run('import a\nimport b, c\nfrom registry import listed\nfound = listed()', files)
    assert.equal(value('found'), "['A']")
    const text = '`b` and 1 more are not read for what they register: together such files are longer than what is followed'
    assert.deepEqual(notes, [`main.py:2 ${text}`])
  })

  it('run a file in no frame of the function that imports it', () => {
    const { value } = run('def f(width):\n    import other\n    return other.frame, width\nfound = f(3)', {
      'other.py': 'import inspect\nframe = inspect.currentframe()\n',
    })
    assert.equal(value('found'), "(<the frame of a file's own level is not kept>, 3)")
  })

  it('raise ImportError only where the program waits for it', () => {
    const { value, notes } = run('try:\n    import gone\nexcept ImportError:\n    gone = None\nimport lost\nfrom lost import thing\n', {})
    assert.equal(value('gone, lost, thing'), '(None, <`lost` was not found>, <`lost` was not found>)')
    assert.deepEqual(notes, ['main.py:5 `lost` was not found', 'main.py:6 `lost` was not found'])
  })

  it('say that a file is still to come', () => {
    const { value } = run('from later import x', {}, { sources: { resolve: () => undefined } })
    assert.equal(value('x'), '<`later` is not loaded yet>')
  })

  it('find modules of ours before source, and do not read source below them', () => {
    const nativeModules = new Map([['lib', () => nativeModule('lib', [['one', int(1)]])]])
    const { value } = run(
      'import lib\nfrom lib import one, two\nimport lib.sub.more as more\n',
      { 'lib/sub/more.py': 'x = 1' },
      { nativeModules },
    )
    assert.equal(value('lib.one, one'), '(1, 1)')
    assert.equal(value('two'), '<`lib.two` is not modelled>')
    assert.equal(value('more'), '<`lib.sub` is not modelled>')
  })

  it("find the program's own file before an installed package of which nothing is known, and before Python's own not", () => {
    const files = { 'plotly.py': 'width = 3\n', 'stat.py': 'width = 4\n', 'wandb/__init__.py': '', 'wandb/run.py': 'width = 5\n' }
    const { value } = run('from plotly import width\nimport plotly as whole, stat, wandb.run as run', files)
    assert.equal(value('width, whole.width, run.width'), '(3, 3, 5)')
    assert.equal(value('stat.width'), '<`stat.width` is not known: it is not modelled>')
  })

  it('leave installed packages unread, also beside a file of their name in a package', () => {
    const installed = { 'venv/lib/site-packages/plotly.py': 'width = 3\n' }
    const { value } = run('import plotly', {}, { sources: folder(installed, 'venv/lib/site-packages') })
    assert.equal(value('plotly.width'), '<`plotly.width` is not known: it is about pictures>')
    const files = folder({
      'loggers/__init__.py': '',
      'loggers/wandb.py': 'import wandb\nx = wandb.x\nwidth = 3\n',
      'loggers/other.py': 'import wandb\nimport seaborn\ny = wandb.width\nz = seaborn.width\n',
      'loggers/seaborn/__init__.py': 'width = 4\n',
    })
    // Hosts look beside the file first.
    const beside: InterpreterOptions['sources'] = {
      resolve: (request) => (request.level === 0 ? files.resolve({ ...request, level: 1 }) : null) ?? files.resolve(request),
    }
    const found = run('import loggers.wandb\nimport loggers.other', {}, { sources: beside })
    assert.equal(found.value('loggers.wandb.x'), '<`wandb.x` is not known: it is about logs>')
    assert.equal(found.value('loggers.other.y'), '<`wandb.width` is not known: it is about logs>')
    assert.equal(found.value('loggers.other.z'), '<`seaborn.width` is not known: it is about pictures>')
  })

  it('of a name that a file has itself mean the installed package, and a model of ours goes before a file', () => {
    const interpreter = createInterpreter({
      sources: folder({ 'wandb.py': 'width = 3', 'plotly.py': 'width = 4' }),
      nativeModules: new Map([['plotly', () => nativeModule('plotly', [['width', int(1)]])]]),
    })
    const module = interpreter.runModule('wandb.py', 'import wandb, plotly')
    assert.equal(
      interpreter.repr(interpreter.evaluateIn('wandb.width, plotly.width', module)),
      '(<`wandb.width` is not known: it is about logs>, 1)',
    )
  })

  it('tell an error in another file at its own place', () => {
    const { value, notes } = run('from broken import a, b', { 'broken.py': 'a = 1\nb = 1 / 0\n' })
    assert.equal(value('a, b'), '(1, <ZeroDivisionError: division by zero>)')
    assert.deepEqual(notes, ['broken.py:2 ZeroDivisionError: division by zero'])
  })

  it('stop after the files that the budget allows', () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`m${index}.py`, `from m${index + 1} import x`]))
    const { value, notes } = run('from m0 import x', files, { budget: { files: 10 } })
    assert.match(value('x'), /more files are imported than are followed/)
    assert.equal(notes.length, 1)
  })

  it('tell a relative module from an absolute one of its name', () => {
    const interpreter = createInterpreter({
      sources: folder({
        'utils.py': 'x = "absolute"',
        'models/utils.py': 'x = "relative"',
        'models/more.py': 'from . import utils\nfrom .. import utils as above',
      }),
    })
    const module = interpreter.runModule('models/net.py', 'from .utils import x as a\nfrom utils import x as b\nfrom . import more')
    assert.equal(
      interpreter.repr(interpreter.evaluateIn('a, b, more.utils.x, more.above.x', module)),
      "('relative', 'absolute', 'relative', 'absolute')",
    )
  })

  it('look names of a module up by its dictionary', () => {
    const { value } = run('import pkg\nname = "make"\nnames = sorted(n for n in pkg.__dict__ if not n.startswith("_"))', pkg)
    assert.equal(value('pkg.__dict__[name]().width, names'), "(64, ['Block', 'blocks', 'consts', 'deep', 'make', 'renamed'])")
  })
})
