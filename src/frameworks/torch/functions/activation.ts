/** `F.relu`, `torch.tanh`, `x.sigmoid()`, …: one function for each entry of the activation table. */
import { unknown } from '../../../python/make'
import { type ActivationEntry, activation, activations, elementaryFunctions } from '../functional/activations'
import { affine } from '../functional/arithmetic'
import { prelu } from '../functional/prelu'
import { glu, softmax } from '../functional/softmax'
import { emit } from '../tensor/emit'
import { assign } from '../tensor/write'
import type { TorchFunction } from './declare'

function entryFunction(entry: ActivationEntry): TorchFunction {
  const isLayer = entry.module !== null
  return {
    names: entry.names,
    parameters: entry.parameters === '' ? 'input' : `input, ${entry.parameters}`,
    places: [
      ...(isLayer ? ['functional' as const] : []),
      ...(entry.inTorch ? ['torch' as const, 'special' as const, 'method' as const] : ['method' as const]),
    ],
    listed: isLayer,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      const fn = entry.fn({
        number: (name) => call.number(name),
        boolean: (name) => call.flag(name),
        string: (name) => call.text(name) ?? undefined,
      })
      if (fn === null) return unknown(`the arguments of ${call.name} are not known`, call.span)
      const output = activation(call, input, fn)
      if (entry.parameters.includes('inplace') && call.flag('inplace')) {
        assign(input, output, true)
        return input
      }
      return output
    },
  }
}

const softmaxes: readonly TorchFunction[] = [
  {
    names: ['softmax'],
    parameters: 'input, dim=None, _stacklevel=3, dtype=None',
    places: ['torch', 'functional', 'method', 'special'],
    listed: true,
    body: (call) => softmax(call, call.tensor('input'), call.optionalInteger('dim')),
  },
  {
    names: ['log_softmax'],
    parameters: 'input, dim=None, _stacklevel=3, dtype=None',
    places: ['torch', 'functional', 'method', 'special'],
    listed: true,
    body: (call) => softmax(call, call.tensor('input'), call.optionalInteger('dim'), { log: true, negate: false }),
  },
  {
    names: ['softmin'],
    parameters: 'input, dim=None, _stacklevel=3, dtype=None',
    places: ['functional'],
    listed: true,
    body: (call) => softmax(call, call.tensor('input'), call.optionalInteger('dim'), { log: false, negate: true }),
  },
  {
    names: ['gumbel_softmax'],
    parameters: 'logits, tau=1, hard=False, eps=1e-10, dim=-1',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const logits = call.tensor('logits')
      return emit(call, {
        op: { kind: 'opaque', name: 'gumbel_softmax', reason: 'the moments of gumbel_softmax are not modelled' },
        inputs: [logits],
        output: logits.payload,
      })
    },
  },
  {
    names: ['glu'],
    parameters: 'input, dim=-1',
    places: ['functional'],
    listed: true,
    body: (call) => glu(call, call.tensor('input'), call.integer('dim')),
  },
  {
    names: ['prelu'],
    parameters: 'input, weight',
    places: ['torch', 'functional', 'method'],
    listed: true,
    body: (call) => prelu(call, call.tensor('input'), call.tensor('weight')),
  },
]

export const activationFunctions: readonly TorchFunction[] = [
  ...[...activations, ...elementaryFunctions].map(entryFunction),
  {
    names: ['neg', 'negative'],
    parameters: 'input',
    places: ['torch', 'method'],
    inPlace: true,
    body: (call) => affine(call, call.tensor('input'), -1, 0),
  },
  { names: ['positive'], parameters: 'input', places: ['torch', 'method'], body: (call) => call.tensor('input') },
  ...softmaxes,
]
