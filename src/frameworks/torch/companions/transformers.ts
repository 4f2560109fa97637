/** What models that derive from the transformers library need of it where it is not installed: base classes, configs, activations. */

import { asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { bool, none, str, stringDict } from '../../../python/make'
import { type Bound, method, named, native, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { moduleClass } from '../module/module-class'

/** `post_init` and `init_weights` draw every module by the model's own `_init_weights`. */
function initializeWeights(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const draw = interpreter.findAttribute(module, '_init_weights', args.span)
  if (draw === undefined) return none
  interpreter.call(interpreter.getAttribute(module, 'apply', args.span), [draw], undefined, args.span)
  return none
}

const idle = [
  'tie_weights',
  'gradient_checkpointing_enable',
  'gradient_checkpointing_disable',
  'enable_input_require_grads',
  'resize_token_embeddings',
  'save_pretrained',
  'warn_if_padding_and_no_attention_mask',
]

function pretrainedModel(interpreter: Interpreter): ClassValue {
  return interpreter.state('transformers.PreTrainedModel', () =>
    nativeClass({
      name: 'PreTrainedModel',
      qualifiedName: 'transformers.PreTrainedModel',
      bases: [moduleClass(interpreter)],
      attributes: [
        ...named(
          method('__init__(self, config=None, *inputs, **kwargs)', (args) => {
            const module = selfModule(args, interpreter)
            beginModule(interpreter, module)
            module.attributes.set('config', args.value('config'))
            return none
          }),
          method('post_init(self)', initializeWeights),
          method('init_weights(self)', initializeWeights),
          ...idle.map((name) => method(`${name}(self, *args, **kwargs)`, () => none)),
        ),
        [
          'from_pretrained',
          {
            kind: 'classMethod',
            fn: native('from_pretrained(cls, *args, **kwargs)', (args) => interpreter.unknown('trained weights are not read', args.span)),
          },
        ],
      ],
    }),
  )
}

/** What every config says unless told otherwise. */
const configDefaults: readonly (readonly [string, Value])[] = [
  ['output_hidden_states', bool(false)],
  ['output_attentions', bool(false)],
  ['return_dict', bool(true)],
  ['use_return_dict', bool(true)],
  ['use_cache', bool(true)],
  ['is_encoder_decoder', bool(false)],
  ['is_decoder', bool(false)],
  ['add_cross_attention', bool(false)],
  ['tie_word_embeddings', bool(true)],
  ['torchscript', bool(false)],
  ['pad_token_id', none],
  ['bos_token_id', none],
  ['eos_token_id', none],
  ['num_labels', { kind: 'int', value: 2 }],
  ['chunk_size_feed_forward', { kind: 'int', value: 0 }],
  ['problem_type', none],
  ['pruned_heads', stringDict([])],
]

function pretrainedConfig(interpreter: Interpreter): ClassValue {
  return interpreter.state('transformers.PretrainedConfig', () =>
    nativeClass({
      name: 'PretrainedConfig',
      qualifiedName: 'transformers.PretrainedConfig',
      attributes: [
        ...configDefaults,
        ...named(
          method('__init__(self, **kwargs)', (args) => {
            const self = args.value('self')
            if (self.kind === 'instance') for (const [name, value] of args.keywords('kwargs')) self.attributes.set(name, value)
            return none
          }),
          method('to_dict(self)', (args) => {
            const self = args.value('self')
            return stringDict(self.kind === 'instance' ? self.attributes : [])
          }),
        ),
      ],
    }),
  )
}

/** An output class: what it is made of by name, also as items. */
function outputClass(name: string): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `transformers.modeling_outputs.${name}`,
    attributes: named(
      method('__init__(self, **kwargs)', (args) => {
        const self = args.value('self')
        if (self.kind === 'instance') for (const [key, value] of args.keywords('kwargs')) self.attributes.set(key, value)
        return none
      }),
      method('__getitem__(self, index)', (args, interpreter) => {
        const self = args.value('self')
        if (self.kind !== 'instance') return none
        const key = args.string('index')
        const fields = [...self.attributes].filter(([, value]) => value.kind !== 'none')
        const found = key === undefined ? fields[args.number('index') ?? 0]?.[1] : self.attributes.get(key)
        return found ?? interpreter.raise('IndexError', 'tuple index out of range', args.span)
      }),
    ),
  })
}

/** torch.nn's classes by the library's names of activations. */
const activations: readonly (readonly [string, string])[] = [
  ['gelu', 'GELU'],
  ['gelu_python', 'GELU'],
  ['relu', 'ReLU'],
  ['relu6', 'ReLU6'],
  ['sigmoid', 'Sigmoid'],
  ['silu', 'SiLU'],
  ['swish', 'SiLU'],
  ['tanh', 'Tanh'],
  ['mish', 'Mish'],
  ['leaky_relu', 'LeakyReLU'],
]
const tanhGelus = ['gelu_new', 'gelu_fast', 'gelu_pytorch_tanh', 'gelu_accurate', 'gelu_10']

/** `ACT2FN[name]`: a new module each time. */
function activationTable(interpreter: Interpreter): Value {
  const make = (name: string, args: Bound): Value => {
    const nn = interpreter.importModule('torch.nn')
    if (tanhGelus.includes(name))
      return interpreter.call(interpreter.getAttribute(nn, 'GELU'), [], new Map([['approximate', str('tanh')]]), args.span)
    const found = activations.find(([key]) => key === name)
    if (found === undefined) return interpreter.unknown(`the activation ${name} is not modelled`, args.span)
    return interpreter.call(interpreter.getAttribute(nn, found[1]), [], undefined, args.span)
  }
  const cls = nativeClass({
    name: 'ClassInstantier',
    attributes: named(method('__getitem__(self, key)', (args) => make(asString(args.value('key')) ?? '', args))),
  })
  return interpreter.instantiate(cls, null)
}

function transformers(name: string): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) => {
    const outputs = new Map<string, ClassValue>()
    const known: readonly (readonly [string, Value])[] = [
      ['PreTrainedModel', pretrainedModel(interpreter)],
      ['PretrainedConfig', pretrainedConfig(interpreter)],
      ['GenerationMixin', interpreter.state('transformers.GenerationMixin', () => nativeClass({ name: 'GenerationMixin' }))],
      ['ModelOutput', interpreter.state('transformers.ModelOutput', () => outputClass('ModelOutput'))],
      ['ACT2FN', interpreter.state('transformers.ACT2FN', () => activationTable(interpreter))],
      [
        'get_activation',
        native('get_activation(name)', (args) => interpreter.getItem(activationTable(interpreter), args.value('name'), args.span)),
      ],
    ]
    return nativeModule(name, known, (attribute) => {
      if (submodules.includes(attribute)) return undefined
      if (!/Output|OutputWith/.test(attribute))
        return interpreter.unknown(`\`transformers.${attribute}\` was not found: the library is not installed`)
      const made = outputs.get(attribute) ?? outputClass(attribute)
      outputs.set(attribute, made)
      return made
    })
  }
}

const submodules = [
  'modeling_utils',
  'configuration_utils',
  'activations',
  'modeling_outputs',
  'utils',
  'file_utils',
  'pytorch_utils',
  'generation',
]

export const transformersModules = ['transformers', ...submodules.map((name) => `transformers.${name}`)].map(
  (name) => [name, transformers(name)] as const,
)
