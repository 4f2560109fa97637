/** `torch.distributions`: samples as noise, all else unknown. */
import type { Interpreter } from '../../../python/host'
import { none, unknown } from '../../../python/make'
import { method, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, InstanceValue, ModuleValue, Value } from '../../../python/values'
import { add, multiply } from '../functional/arithmetic'
import { operandOf } from '../functions/call'
import { isTensor } from '../tensor'
import { emit } from '../tensor/emit'
import { drawnTensor } from '../tensor/make'

/** What is not declared of a distribution is unknown. */
const fallback = method('__getattr__(self, name)', (args, interpreter) =>
  interpreter.unknown(`${args.string('name')} of a distribution is not modelled`, args.span),
)

function instanceOf(value: Value): InstanceValue | null {
  return value.kind === 'instance' ? value : null
}

/** loc + scale·ε with fresh ε ~ N(0, 1). */
const sampleNormal = (name: string) =>
  method(`${name}(self, sample_shape=None)`, (args, interpreter) => {
    const self = instanceOf(args.value('self'))
    const [loc, scale] = ['loc', 'scale'].map((each) => self?.attributes.get(each))
    if (loc?.kind === 'unknown') return loc
    if (scale?.kind === 'unknown') return scale
    if (loc === undefined || scale === undefined || args.value('sample_shape').kind !== 'none')
      return unknown('what a distribution samples is not known', args.span)
    const [center, spread] = [operandOf(loc), operandOf(scale)]
    const shaped = [loc, scale].find(isTensor)
    if (center === null || spread === null) return unknown('what a distribution samples is not known', args.span)
    const at = { interpreter, span: args.span }
    const noise = drawnTensor(at, shaped?.payload.shape ?? [], { kind: 'normal', mean: 0, std: 1 }, 'randn')
    return add(at, center, multiply(at, spread, noise))
  })

function normalClass(): ClassValue {
  return nativeClass({
    name: 'Normal',
    qualifiedName: 'torch.distributions.Normal',
    attributes: [
      method('__init__(self, loc, scale, validate_args=None)', (args) => {
        const self = instanceOf(args.value('self'))
        for (const name of ['loc', 'scale']) self?.attributes.set(name, args.value(name))
        self?.attributes.set('mean', args.value('loc'))
        self?.attributes.set('stddev', args.value('scale'))
        return none
      }),
      sampleNormal('rsample'),
      sampleNormal('sample'),
      fallback,
    ].map((each) => [each.name, each] as const),
  })
}

/** Class indices drawn by probabilities or logits [..., classes]. */
function categoricalClass(name: string, keepsAxis: boolean): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `torch.distributions.${name}`,
    attributes: [
      method('__init__(self, probs=None, logits=None, validate_args=None)', (args) => {
        const self = instanceOf(args.value('self'))
        for (const each of ['probs', 'logits']) self?.attributes.set(each, args.value(each))
        return none
      }),
      method('sample(self, sample_shape=None)', (args, interpreter) => {
        const self = instanceOf(args.value('self'))
        const scores = ['probs', 'logits'].map((each) => self?.attributes.get(each)).find((value) => value !== undefined && isTensor(value))
        if (scores === undefined || !isTensor(scores)) return unknown('what a distribution samples is not known', args.span)
        const { shape } = scores.payload
        return emit(
          { interpreter, span: args.span },
          {
            op: { kind: 'opaque', name: 'sample', reason: `what ${name} samples is not modelled` },
            inputs: [scores],
            output: { shape: keepsAxis ? shape : shape.slice(0, -1), dtype: keepsAxis ? 'float' : 'int' },
          },
        )
      }),
      fallback,
    ].map((each) => [each.name, each] as const),
  })
}

function otherClass(name: string): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `torch.distributions.${name}`,
    attributes: [method('__init__(self, *args, **kwargs)', () => none), fallback].map((each) => [each.name, each] as const),
  })
}

function distributions(name: string): (interpreter: Interpreter) => ModuleValue {
  return () =>
    nativeModule(
      name,
      [
        ['Normal', normalClass()],
        ['Categorical', categoricalClass('Categorical', false)],
        ['Bernoulli', categoricalClass('Bernoulli', true)],
      ],
      (attribute) => {
        if (/^[A-Z]/.test(attribute)) return otherClass(attribute)
        return attribute === 'kl_divergence'
          ? method('kl_divergence(*args)', (args) => unknown('kl_divergence is not modelled', args.span))
          : undefined
      },
    )
}

export const distributionModules = [
  'torch.distributions',
  ...['normal', 'categorical', 'bernoulli', 'kl', 'distribution'].map((each) => `torch.distributions.${each}`),
].map((name) => [name, distributions(name)] as const)
