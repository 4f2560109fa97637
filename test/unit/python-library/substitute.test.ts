import assert from 'node:assert/strict'
import { createInterpreter, initParser } from '../../../src/python'

const files: Readonly<Record<string, string>> = {
  lazy: [
    'import sys, importlib',
    'from types import ModuleType',
    'class Lazy(ModuleType):',
    '    def __init__(self, name, where):',
    '        super().__init__(name)',
    '        self.where = where',
    '    def __getattr__(self, name):',
    '        if name not in self.where:',
    '            raise AttributeError(name)',
    "        return getattr(importlib.import_module('.' + self.where[name], self.__name__), name)",
    "sys.modules[__name__] = Lazy(__name__, {'Model': 'model'})",
  ].join('\n'),
  'lazy.model': 'class Model:\n    width = 3\n',
}

describe('a module put in place of itself', () => {
  before(initParser)

  it('is asked for what the module lacks', () => {
    const interpreter = createInterpreter({
      sources: {
        resolve({ module }) {
          const text = files[module]
          return text === undefined ? null : { file: `${module.replaceAll('.', '/')}.py`, text, isPackage: module === 'lazy' }
        },
      },
    })
    const module = interpreter.runModule('main.py', 'from lazy import Model\nimport lazy\n')
    assert.equal(
      interpreter.repr(interpreter.evaluateIn('(Model.width, lazy.Model is Model, hasattr(lazy, "Other"))', module)),
      '(3, True, False)',
    )
  })
})
