/** Modes, devices, state dicts and hooks of a module: what of them matters before training, which is little. */
import type { Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { bool, dict, none, str, stringDict } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, InstanceValue, Value } from '../../../python/values'
import { isTensor } from '../tensor'
import { keptElements } from '../tensor/elements'
import { apply } from './apply'
import { selfModule } from './attributes'
import { childrenOf, entriesOf, namedMembers, namedModules, qualify } from './registry'

/** Returns the module as it is: where it lives and in which precision does not change how it is drawn. */
const unchanged = [
  'cuda(self, device=None)',
  'cpu(self)',
  'ipu(self, device=None)',
  'xpu(self, device=None)',
  'to(self, *args, **kwargs)',
  'to_empty(self, *, device=None, recurse=True)',
  'type(self, dst_type)',
  'float(self)',
  'double(self)',
  'half(self)',
  'bfloat16(self)',
  'share_memory(self)',
  '_apply(self, fn, recurse=True)',
].map((signature) => method(signature, (args) => args.value('self')))

/** Do nothing here: hooks do not run, gradients are not kept. */
const ignored = [
  'zero_grad(self, set_to_none=True)',
  'set_extra_state(self, state)',
  'compile(self, *args, **kwargs)',
  '__setstate__(self, state)',
].map((signature) => method(signature, () => none))

const hooks = [
  'register_forward_hook',
  'register_forward_pre_hook',
  'register_backward_hook',
  'register_full_backward_hook',
  'register_full_backward_pre_hook',
  'register_state_dict_pre_hook',
  'register_load_state_dict_post_hook',
  'register_load_state_dict_pre_hook',
  '_register_load_state_dict_pre_hook',
  '_register_state_dict_hook',
].map((name) =>
  method(`${name}(self, hook, *args, **kwargs)`, (args, interpreter) => {
    interpreter.note({ kind: 'assumption', message: `${name} is not followed: the hook does not run here`, span: args.span })
    return interpreter.unknown(`the handle that ${name} returns is not followed`, args.span)
  }),
)

function train(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const mode = args.value('mode')
  interpreter.setAttribute(module, 'training', mode, args.span)
  for (const [, child] of childrenOf(module)) interpreter.call(interpreter.getAttribute(child, 'train'), [mode], undefined, args.span)
  return module
}

function evaluate(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  return interpreter.call(interpreter.getAttribute(module, 'train'), [bool(false)], undefined, args.span)
}

function requireGradient(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const trainable = interpreter.truth(args.value('requires_grad'), args.span) ?? true
  for (const [, parameter] of namedMembers(module, '_parameters')) {
    if (isTensor(parameter) && parameter.payload.source.kind === 'data' && parameter.payload.source.storage.parameter !== null) {
      parameter.payload.source.storage.parameter.trainable = trainable
    }
  }
  return module
}

/** Module by module: its parameters, then its buffers. */
function state(root: InstanceValue, prefix: string): readonly (readonly [string, Value])[] {
  return namedModules(root, '', false).flatMap(([path, module]) =>
    (['_parameters', '_buffers'] as const).flatMap((registry) =>
      entriesOf(module, registry).map(([name, value]) => [`${prefix}${qualify(path, name)}`, value] as const),
    ),
  )
}

function stateDict(args: Bound, interpreter: Interpreter): Value {
  return stringDict(state(selfModule(args, interpreter), args.string('prefix') ?? ''))
}

/** Where the program asks for it: a library's builder of pretrained models loads weights deep inside. */
function toldAt({ span }: Bound, { frames }: Interpreter): Span | null {
  const outermost = frames.find(({ callSpan }) => callSpan !== null)?.callSpan ?? span
  return outermost?.file === span?.file ? span : outermost
}

/** Weights of another module of this file are taken over; weights from elsewhere are not known, so the initialization before them is kept. */
function loadStateDict(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const given = args.value('state_dict')
  const keys = dict([
    [str('missing_keys'), none],
    [str('unexpected_keys'), none],
  ])
  if (given.kind !== 'dict') {
    interpreter.note({
      kind: 'assumption',
      message: 'load_state_dict takes weights that are not known here: the initialization before it is shown',
      span: toldAt(args, interpreter),
    })
    return keys
  }
  for (const [name, value] of state(module, '')) {
    const source = given.entries.get(str(name))
    if (source === undefined || !isTensor(source) || !isTensor(value)) continue
    if (source.payload.source.kind !== 'data' || value.payload.source.kind !== 'data') continue
    const { storage } = value.payload.source
    storage.initializer = source.payload.source.storage.initializer
    storage.elements = keptElements(source.payload.source.storage)
  }
  return keys
}

function represent(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const inner = childrenOf(module).map(([name, child]) => `\n  (${name}): ${interpreter.repr(child).replaceAll('\n', '\n  ')}`)
  return str(inner.length === 0 ? `${module.cls.name}()` : `${module.cls.name}(${inner.join('')}\n)`)
}

export const stateMethods: readonly BuiltinValue[] = [
  ...unchanged,
  ...ignored,
  ...hooks,
  method('train(self, mode=True)', train),
  method('eval(self)', evaluate),
  method('requires_grad_(self, requires_grad=True)', requireGradient),
  method('apply(self, fn)', apply),
  method('state_dict(self, destination=None, prefix="", keep_vars=False)', stateDict),
  method('load_state_dict(self, state_dict, strict=True, assign=False)', loadStateDict),
  method('get_extra_state(self)', () => none),
  method('extra_repr(self)', () => str('')),
  method('_get_name(self)', (args, interpreter) => str(selfModule(args, interpreter).cls.name)),
  method('__repr__(self)', represent),
]
