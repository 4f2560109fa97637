/** Methods of linen's modules: `init`, `apply`, `param`, … */
import { asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { bool, dict, none, tuple } from '../../../python/make'
import { type Bound, method, nativeClass } from '../../../python/native'
import type { BuiltinValue, InstanceValue, UnknownValue, Value } from '../../../python/values'
import { isModule } from '../../torch/module/registry'
import { isTensor } from '../../torch/tensor'
import { parameterFrom } from '../../torch/tensor/parameter'
import { asSized } from './shapes'
import { jaxFans } from '../initializers/draw'
import { keyValue } from '../jax/keys'
import { keep } from './scope'
import { linenState, scopeOf } from './state'

function selfModule(args: Bound, interpreter: Interpreter): InstanceValue {
  const self = args.value('self')
  if (isModule(self)) return self
  return interpreter.raise('TypeError', `a module is expected, not ${interpreter.typeOf(self).name}`, args.span)
}

const hidden = 'parameters are drawn when the model is run'

function variables(interpreter: Interpreter, args: Bound): UnknownValue {
  return interpreter.unknown(hidden, args.span)
}

/** What the file feeds to the model is its input; what comes of it has a shape. */
function told(args: Bound, interpreter: Interpreter, isInit: boolean): void {
  const module = selfModule(args, interpreter)
  const { told: known, run } = linenState(interpreter)
  if (run !== null || (known.get(module)?.isInit === true && !isInit)) return
  known.set(module, { positional: args.rest('args'), keyword: args.keywords('kwargs'), method: args.value('method'), isInit })
}

/** `self.param(name, init, *args)`: drawn once in each scope. */
function param(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const { run } = linenState(interpreter)
  const name = args.string('name')
  if (run === null || name === undefined) return interpreter.unknown(hidden, args.span)
  const scope = scopeOf(interpreter, run, module)
  const known = scope.parameters.get(name)
  if (known !== undefined) return known
  const init = args.value('init_fn')
  const drawn = interpreter.callWith(init, {
    positional: [keyValue(interpreter), ...args.rest('init_args')],
    keyword: args.keywords('init_kwargs'),
    span: args.span,
  })
  if (!isTensor(drawn)) return drawn
  const made = parameterFrom({ interpreter, span: module.span ?? args.span }, drawn, true)
  const { source, shape } = made.payload
  if (source.kind === 'data') {
    source.storage.initializer = { ...source.storage.initializer, origin: 'written', span: args.span }
    if (source.storage.parameter !== null) {
      if (shape.length < 2) source.storage.parameter.role = 'free'
      source.storage.parameter.fans = shape.length < 2 ? null : jaxFans(shape)
    }
  }
  keep(run, scope, name, made)
  return made
}

const variableClass = nativeClass({ name: 'Variable', qualifiedName: 'flax.linen.Variable' })

/** State beside the parameters: what its initializer gives. */
function variable(args: Bound, interpreter: Interpreter): Value {
  const init = args.value('init_fn')
  const given = { positional: args.rest('init_args'), keyword: args.keywords('init_kwargs'), span: args.span }
  const value = init.kind === 'none' ? none : interpreter.callWith(init, given)
  return { kind: 'instance', cls: variableClass, attributes: new Map([['value', value]]), payload: null, span: args.span }
}

function asked(args: Bound): boolean {
  const mutable = args.value('mutable')
  return !(mutable.kind === 'bool' && !mutable.value) && mutable.kind !== 'none' && asItems(mutable)?.length !== 0
}

const call = '*args, method=None, mutable=False, capture_intermediates=False, rngs=None, **kwargs'

export const linenMethods: readonly BuiltinValue[] = [
  method(`init(self, rngs=None, ${call.replace(', rngs=None', '')})`, (args, interpreter) => {
    told(args, interpreter, true)
    return variables(interpreter, args)
  }),
  method(`lazy_init(self, rngs=None, ${call.replace(', rngs=None', '')})`, (args, interpreter) => {
    told(args, interpreter, true)
    return variables(interpreter, args)
  }),
  method(`init_with_output(self, rngs=None, ${call.replace(', rngs=None', '')})`, (args, interpreter) => {
    told(args, interpreter, true)
    return tuple([asSized(interpreter, selfModule(args, interpreter), args), variables(interpreter, args)])
  }),
  method(`apply(self, variables=None, ${call})`, (args, interpreter) => {
    told(args, interpreter, false)
    const result = asSized(interpreter, selfModule(args, interpreter), args)
    return asked(args) ? tuple([result, variables(interpreter, args)]) : result
  }),
  method('tabulate(self, rngs=None, *args, **kwargs)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    const { told: known } = linenState(interpreter)
    const options = new Set([
      'depth',
      'show_repeated',
      'mutable',
      'console_kwargs',
      'table_kwargs',
      'column_kwargs',
      'compute_flops',
      'compute_vjp_flops',
    ])
    const keyword = new Map([...args.keywords('kwargs')].filter(([name]) => !options.has(name)))
    if (!known.has(module)) known.set(module, { positional: args.rest('args'), keyword, method: none, isInit: true })
    return interpreter.unknown('a table of the model is not read', args.span)
  }),
  method('bind(self, variables=None, *args, **kwargs)', (args) => args.value('self')),
  method('unbind(self)', (args, interpreter) => tuple([args.value('self'), variables(interpreter, args)])),
  method('clone(self, *args, **kwargs)', (args) => args.value('self')),
  method('copy(self, **kwargs)', (args) => args.value('self')),
  method('param(self, name, init_fn, *init_args, unbox=True, **init_kwargs)', param),
  method('variable(self, col, name, init_fn=None, *init_args, unbox=True, **init_kwargs)', variable),
  method('make_rng(self, name="params")', (_, interpreter) => keyValue(interpreter)),
  method('has_rng(self, name)', () => bool(true)),
  method('has_variable(self, col, name)', () => bool(false)),
  method('get_variable(self, col, name, default=None)', (args) => args.value('default')),
  method('put_variable(self, col, name, value)', () => none),
  method('sow(self, col, name, value, **kwargs)', () => bool(false)),
  method('perturb(self, name, value, collection="perturbations")', (args) => args.value('value')),
  method('is_initializing(self)', () => bool(false)),
  method('is_mutable_collection(self, col)', () => bool(true)),
  method('variables(self)', () => dict()),
  method('__post_init__(self)', () => none),
]
