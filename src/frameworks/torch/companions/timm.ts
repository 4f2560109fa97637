/** The few layers and helpers that model files import from timm, for where timm's own source cannot be found. */
import { asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { float, none, stringDict, tuple, unknown } from '../../../python/make'
import { method, native, nativeClass, nativeModule } from '../../../python/native'
import type { BuiltinValue, ClassValue, ModuleValue, Value } from '../../../python/values'
import { dropout } from '../functional/dropout'
import { Call } from '../functions/call'
import { fill } from '../init/fill'
import { requiredFans } from '../init/initializers'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { moduleClass } from '../module/module-class'
import { passThrough } from '../namespace/tolerant'
import { isTensor } from '../tensor'
import { shortNumber } from '../tensor/distribution'

type Entry = readonly [string, Value]

function copies(name: string, n: number): BuiltinValue {
  return native(`${name}(x)`, (args) => {
    const x = args.value('x')
    const items = asItems(x)
    return x.kind === 'unknown' ? x : tuple(items ?? new Array<Value>(n).fill(x))
  })
}

/** Drops whole samples of a residual branch; kept ones are scaled by 1/(1 − rate) unless told otherwise. */
function dropPath(interpreter: Interpreter, span: Call['span'], input: Value, rate: Value, rescale: Value): Value {
  if (input.kind === 'unknown') return input
  if (rate.kind === 'unknown') return rate
  if (!isTensor(input)) return interpreter.unknown('what drop path is given is not known', span)
  const probability = rate.kind === 'int' || rate.kind === 'float' ? Number(rate.value) : 0
  return probability === 0 ? input : dropout({ interpreter, span }, input, probability, 'path', rescale.kind !== 'bool' || rescale.value)
}

function dropPathClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('torch.substitutes.DropPath', () =>
    nativeClass({
      name: 'DropPath',
      qualifiedName: 'timm.layers.DropPath',
      bases: [moduleClass(interpreter)],
      attributes: [
        method('__init__(self, drop_prob=0.0, scale_by_keep=True)', (args, host) => {
          const module = selfModule(args, host)
          beginModule(host, module)
          for (const name of ['drop_prob', 'scale_by_keep']) module.attributes.set(name, args.value(name))
          return none
        }),
        method('forward(self, x)', (args, host) => {
          const { attributes } = selfModule(args, host)
          return dropPath(host, args.span, args.value('x'), attributes.get('drop_prob') ?? none, attributes.get('scale_by_keep') ?? none)
        }),
      ].map((each) => [each.name, each] as const),
    }),
  )
}

/** Variance 1/fan_in by a normal cut at two of its standard deviations, corrected for the cut. */
const lecunNormal = native('lecun_normal_(tensor)', (args, interpreter) => {
  const call = new Call('lecun_normal_', args, interpreter)
  const tensor = call.tensor('tensor')
  const std = Math.sqrt(1 / requiredFans(call, tensor.payload.shape).fanIn) / 0.8796256610342398
  return fill(call, tensor, { kind: 'truncatedNormal', mean: 0, std, low: -2 * std, high: 2 * std }, 'lecun_normal_')
})

/** timm's other cut normal: bounds a and b are in standard deviations. */
const truncNormalTf = native('trunc_normal_tf_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0)', (args, interpreter) => {
  const call = new Call('trunc_normal_tf_', args, interpreter)
  const [mean, std, a, b] = ['mean', 'std', 'a', 'b'].map((name) => call.number(name)) as [number, number, number, number]
  const distribution = { kind: 'truncatedNormal', mean, std, low: mean + a * std, high: mean + b * std } as const
  return fill(call, call.tensor('tensor'), distribution, `trunc_normal_tf_(std=${shortNumber(std)})`)
})

const ntuple = native('to_ntuple(n)', (args) => {
  const n = args.number('n')
  return n === undefined ? unknown('how many copies are wanted is not known', args.span) : copies('parse', n)
})

function layers(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) => {
    const init = interpreter.importModule('torch.nn.init')
    const entries: Entry[] = [
      ['DropPath', dropPathClass(interpreter)],
      [
        'drop_path',
        native('drop_path(x, drop_prob=0.0, training=False, scale_by_keep=True)', (args, host) =>
          args.boolean('training') === false
            ? args.value('x')
            : dropPath(host, args.span, args.value('x'), args.value('drop_prob'), args.value('scale_by_keep')),
        ),
      ],
      ...[1, 2, 3, 4].map((n): Entry => [`to_${n}tuple`, copies(`to_${n}tuple`, n)]),
      ['to_ntuple', ntuple],
      ['trunc_normal_', interpreter.getAttribute(init, 'trunc_normal_')],
      ['trunc_normal_tf_', truncNormalTf],
      ['lecun_normal_', lecunNormal],
    ]
    return nativeModule(name, entries)
  }
}

const statistics: readonly Entry[] = [
  ['IMAGENET_DEFAULT_MEAN', tuple([0.485, 0.456, 0.406].map(float))],
  ['IMAGENET_DEFAULT_STD', tuple([0.229, 0.224, 0.225].map(float))],
  ['IMAGENET_INCEPTION_MEAN', tuple([0.5, 0.5, 0.5].map(float))],
  ['IMAGENET_INCEPTION_STD', tuple([0.5, 0.5, 0.5].map(float))],
]

/** A model's download configuration: the keywords it is given. */
const configuration = native('_cfg(url="", **kwargs)', (args) => stringDict(args.keywords('kwargs')))

/** By dotted name. */
export const timmModules: readonly (readonly [string, (interpreter: Interpreter) => ModuleValue])[] = [
  ...[
    'timm.layers',
    'timm.models.layers',
    'timm.layers.drop',
    'timm.models.layers.drop',
    'timm.layers.helpers',
    'timm.layers.weight_init',
    'timm.models.layers.weight_init',
  ].map((name) => [name, layers(name)] as const),
  ['timm.models.registry', () => nativeModule('timm.models.registry', [['register_model', passThrough('register_model')]])],
  ['timm.models.vision_transformer', () => nativeModule('timm.models.vision_transformer', [['_cfg', configuration]])],
  ['timm.data', () => nativeModule('timm.data', statistics)],
  ['timm.data.constants', () => nativeModule('timm.data.constants', statistics)],
]
