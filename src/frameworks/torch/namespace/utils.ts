/** `torch.nn.utils`: reparametrizations mark the parameter; gradient clipping does nothing before training. */
import type { Interpreter } from '../../../python/host'
import { bool, none, str } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { BuiltinValue, ModuleValue, Value } from '../../../python/values'
import { isTensor, type ParameterRecord } from '../tensor'
import { nothing, passThrough, unread } from './tolerant'

/** Marks `module.<name>` and gives the module back. `warmUp`: power iterations before the first forward pass makes its own. */
function marking(name: string, kind: NonNullable<ParameterRecord['parametrization']>, warmUp = 0): BuiltinValue {
  return native(`${name}(module, name="weight", n_power_iterations=1, *args, **kwargs)`, (args, interpreter) => {
    const module = args.value('module')
    const weight = interpreter.findAttribute(module, args.string('name') ?? 'weight', args.span)
    if (weight !== undefined && isTensor(weight) && weight.payload.source.kind === 'data') {
      const { parameter } = weight.payload.source.storage
      if (parameter !== null) {
        parameter.parametrization = kind
        const own = args.value('n_power_iterations')
        if (kind === 'spectralNorm') parameter.powerIterations = warmUp + (own.kind === 'int' ? Number(own.value) : 1)
      }
    }
    return module
  })
}

/** `nn.utils.parametrizations.orthogonal(layer)`: the weight is an orthogonal matrix from then on. */
const orthogonal = native('orthogonal(module, name="weight", *args, **kwargs)', (args, interpreter) => {
  const module = args.value('module')
  const weight = interpreter.findAttribute(module, args.string('name') ?? 'weight', args.span)
  if (weight !== undefined)
    interpreter.call(interpreter.getAttribute(interpreter.importModule('torch.nn.init'), 'orthogonal_'), [weight], undefined, args.span)
  return module
})

const marks: readonly (readonly [string, Value])[] = [
  ['weight_norm', marking('weight_norm', 'weightNorm')],
  ['spectral_norm', marking('spectral_norm', 'spectralNorm')],
]

/** `nn.utils.parametrizations.spectral_norm` iterates fifteen times when it is put on. */
const parametrizations: readonly (readonly [string, Value])[] = [
  ['weight_norm', marking('weight_norm', 'weightNorm')],
  ['spectral_norm', marking('spectral_norm', 'spectralNorm', 15)],
]

const common: readonly (readonly [string, Value])[] = [
  ...marks,
  ['remove_weight_norm', passThrough('remove_weight_norm')],
  ['remove_spectral_norm', passThrough('remove_spectral_norm')],
  ['clip_grad_norm_', nothing('clip_grad_norm_')],
  ['clip_grad_norm', nothing('clip_grad_norm')],
  ['clip_grad_value_', nothing('clip_grad_value_')],
  ['parameters_to_vector', unread('parameters_to_vector', 'the parameters as one vector are not followed')],
  ['vector_to_parameters', nothing('vector_to_parameters')],
  [
    'skip_init',
    native('skip_init(module_cls, *args, **kwargs)', (args, interpreter) =>
      interpreter.callWith(args.value('module_cls'), { positional: args.rest('args'), keyword: args.keywords('kwargs'), span: args.span }),
    ),
  ],
]

const submodules = [
  'rnn',
  'parametrizations',
  'parametrize',
  'weight_norm',
  'spectral_norm',
  'clip_grad',
  'fusion',
  'prune',
  'stateless',
] as const

function nnUtilsModule(): ModuleValue {
  return nativeModule('torch.nn.utils', common)
}

/** Packed sequences pass through: every step counts as full. */
const packing: readonly (readonly [string, Value])[] = [
  [
    'pack_padded_sequence',
    native('pack_padded_sequence(input, lengths=None, batch_first=False, enforce_sorted=True)', (args) => args.value('input')),
  ],
  [
    'pad_packed_sequence',
    native('pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None)', (args, interpreter) => ({
      kind: 'tuple',
      items: [args.value('sequence'), interpreter.unknown('the lengths of the sequences are not known', args.span)],
    })),
  ],
  ['pack_sequence', unread('pack_sequence', 'the lengths of the sequences are not known')],
  ['pad_sequence', unread('pad_sequence', 'the lengths of the sequences are not known')],
]

const parametrize: readonly (readonly [string, Value])[] = [
  [
    'register_parametrization',
    native('register_parametrization(module, tensor_name, parametrization, **kwargs)', (args, interpreter) => {
      const module = args.value('module')
      const weight = interpreter.findAttribute(module, args.string('tensor_name') ?? 'weight', args.span)
      if (weight !== undefined && isTensor(weight) && weight.payload.source.kind === 'data') {
        const { parameter } = weight.payload.source.storage
        if (parameter !== null) parameter.parametrization = 'unread'
      }
      interpreter.note({
        kind: 'unread',
        message: "a parametrization of the program's own is not followed: what it makes of the weight is not known",
        span: args.span,
      })
      return module
    }),
  ],
  ['remove_parametrizations', passThrough('remove_parametrizations')],
  ['is_parametrized', native('is_parametrized(*args, **kwargs)', () => bool(false))],
  ['cached', none],
]

const table: Readonly<Record<(typeof submodules)[number], readonly (readonly [string, Value])[]>> = {
  rnn: packing,
  parametrizations: [...parametrizations, ['orthogonal', orthogonal]],
  parametrize,
  weight_norm: common,
  spectral_norm: common,
  clip_grad: common,
  fusion: [],
  prune: [['__name__', str('torch.nn.utils.prune')]],
  stateless: [],
}

/** By dotted name. */
export const nnUtilsModules: readonly (readonly [string, (interpreter: Interpreter) => ModuleValue])[] = [
  ['torch.nn.utils', nnUtilsModule],
  ...submodules.map((name) => [`torch.nn.utils.${name}`, () => nativeModule(`torch.nn.utils.${name}`, table[name])] as const),
]
