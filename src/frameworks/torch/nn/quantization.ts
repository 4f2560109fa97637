/** Quantization stubs: before training they pass their input on, or compute as floats do. */
import type { Interpreter } from '../../../python/host'
import { int } from '../../../python/make'
import { method, named, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { moduleClass } from '../module/module-class'
import { callFunction } from '../layers/functional'

function stub(interpreter: Interpreter, name: string): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `torch.ao.quantization.${name}`,
    bases: [moduleClass(interpreter)],
    attributes: named(method('forward(self, x)', (args) => args.value('x'))),
  })
}

/** Arithmetic as a module: `FloatFunctional().add(a, b)`. */
function floatFunctional(interpreter: Interpreter): ClassValue {
  const binary = (name: string, operator: string) =>
    method(`${name}(self, x, y)`, (args) => interpreter.binary(operator, args.value('x'), args.value('y'), args.span))
  return nativeClass({
    name: 'FloatFunctional',
    qualifiedName: 'torch.ao.nn.quantized.FloatFunctional',
    bases: [moduleClass(interpreter)],
    attributes: named(
      binary('add', '+'),
      binary('add_scalar', '+'),
      binary('mul', '*'),
      binary('mul_scalar', '*'),
      binary('matmul', '@'),
      method('add_relu(self, x, y)', (args) => {
        const sum = interpreter.binary('+', args.value('x'), args.value('y'), args.span)
        return callFunction(interpreter, 'relu', [sum], {}, args.span)
      }),
      method('cat(self, x, dim=0)', (args) => {
        const cat = interpreter.getAttribute(interpreter.importModule('torch'), 'cat')
        const dim: Value = args.passed('dim') ? args.value('dim') : int(0)
        return interpreter.call(cat, [args.value('x'), dim], undefined, args.span)
      }),
    ),
  })
}

function quantization(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) =>
    nativeModule(
      name,
      ['QuantStub', 'DeQuantStub'].map((each) => [each, interpreter.state(`${each}.class`, () => stub(interpreter, each))] as const),
      (other) => interpreter.unknown(`\`${name}.${other}\` is not modelled`),
    )
}

function quantized(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) =>
    nativeModule(name, [['FloatFunctional', interpreter.state('FloatFunctional.class', () => floatFunctional(interpreter))]], (other) =>
      other === 'modules' ? undefined : interpreter.unknown(`\`${name}.${other}\` is not modelled`),
    )
}

export const quantizationModules = [
  ...['torch.quantization', 'torch.ao.quantization'].map((name) => [name, quantization(name)] as const),
  ...['torch.nn.quantized', 'torch.ao.nn.quantized'].map((name) => [name, quantized(name)] as const),
]
