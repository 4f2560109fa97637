/** Values for the fields of a linen module that must be given: named, listed as assumptions, settable. */
import type { Assumption } from '../../../analysis'
import { PythonError, type PythonInterpreter } from '../../../python'
import { bool, float, int, none, str, tuple } from '../../../python/make'
import type { ClassValue, Value } from '../../../python/values'
import { openConfig } from '../../torch/discover/configs'
import { assumption, placeholder, type Sizes } from '../../torch/discover/placeholder'
import { partialClass } from './partials'

export interface FieldArguments {
  readonly keyword: ReadonlyMap<string, Value>
  readonly assumptions: readonly Assumption[]
}

interface OpenField {
  readonly name: string
  readonly type: Value
  readonly span: Assumption['span']
}

/** Fields without a default, in order. */
function openFields(interpreter: PythonInterpreter, cls: ClassValue): readonly OpenField[] {
  const dataclasses = interpreter.importModule('dataclasses')
  const fields = interpreter.call(interpreter.getAttribute(dataclasses, 'fields'), [cls])
  const missing = interpreter.findAttribute(dataclasses, 'MISSING')
  return (interpreter.items(fields) ?? []).flatMap((field): OpenField[] => {
    if (field.kind !== 'instance') return []
    const isOpen = field.attributes.get('default') === missing && field.attributes.get('default_factory') === missing
    const name = field.attributes.get('name')
    return isOpen && name?.kind === 'str' ? [{ name: name.value, type: field.attributes.get('type') ?? none, span: cls.span }] : []
  })
}

function layerOf(interpreter: PythonInterpreter, name: string): Value {
  return interpreter.getAttribute(interpreter.importModule('flax.linen'), name)
}

/** Fields that take a layer, a function or an initializer, by how they are called. */
const makers: readonly (readonly [RegExp, (interpreter: PythonInterpreter) => Value])[] = [
  [/^(conv|conv_layer|conv_fn)$/, (interpreter) => layerOf(interpreter, 'Conv')],
  [/^(dense|dense_layer|linear)$/, (interpreter) => layerOf(interpreter, 'Dense')],
  [
    /^(norm|norm_layer|norm_fn|bn|batch_norm|norm_cls)$/,
    (interpreter) => partialClass(interpreter, layerOf(interpreter, 'BatchNorm'), [['use_running_average', bool(false)]]),
  ],
  [/^(act|activation|act_fn|activation_fn|act_func|nonlinearity|act_layer)$/, (interpreter) => layerOf(interpreter, 'relu')],
  [
    /(kernel|bias|embedding|scale|w|b)_init(ializer)?$/,
    (interpreter) => interpreter.call(interpreter.getAttribute(layerOf(interpreter, 'initializers'), 'lecun_normal'), []),
  ],
]

/** Settings of a patch embedding: `patches.size`. */
const patches = /^patch(es)?$/

const flags: readonly (readonly [RegExp, boolean])[] = [
  [/^(is_?)?train(ing)?$/, true],
  [/^deterministic$/, false],
]

function typeName(interpreter: PythonInterpreter, type: Value): string {
  if (type.kind === 'str') return type.value
  return type.kind === 'class' ? type.name : type.kind === 'none' ? '' : interpreter.repr(type)
}

const configNames = /^(config|cfg|conf|args|hparams|hps|params|options|opts|settings)$/i
const configClasses = /(config|configuration|cfg|args|hparams|hyperparameters|options|settings)$/i

/** A class of settings that can be made with what it says itself. */
function configuration(interpreter: PythonInterpreter, type: Value, sizes: Sizes, depth: number): Value | null {
  if (type.kind !== 'class' || type.span === null || depth > 2) return null
  const isData = interpreter.findAttribute(type, '__dataclass_fields__')
  if (isData?.kind !== 'dict' && !configClasses.test(type.name)) return null
  const keyword = isData?.kind === 'dict' ? fieldArguments(interpreter, type, new Set(), 0, sizes, depth + 1).keyword : new Map()
  try {
    const made = interpreter.call(type, [], keyword, type.span)
    return made.kind === 'instance' ? made : null
  } catch (error) {
    if (error instanceof PythonError) return null
    throw error
  }
}

function settingsOf(interpreter: PythonInterpreter, entries: readonly (readonly [string, Value])[]): Value {
  const cls = interpreter.getAttribute(interpreter.importModule('ml_collections'), 'ConfigDict')
  return interpreter.call(cls, [], new Map(entries))
}

/** The field as a parameter, which settings that are not given are asked of by name. */
function openSettings(interpreter: PythonInterpreter, { name, span }: OpenField, sizes: Sizes, assumptions: Assumption[]): Value | null {
  if (!configNames.test(name) || span === null) return null
  return openConfig(interpreter, name, sizes, assumptions, { kind: 'positional', name, annotation: null, defaultValue: null, span })
}

/** Several sizes, by names in the plural. */
const plurals: readonly (readonly [RegExp, Value])[] = [
  [/^(depths|stage_sizes|stages|block_sizes|num_blocks_per_stage|blocks_per_stage|layers_per_block|n_blocks)$/, tuple([int(2), int(2)])],
  [/(dims|widths|channels|features|filters|layers|sizes|hiddens)$/, tuple([int(64), int(64)])],
]

function fieldValue(
  interpreter: PythonInterpreter,
  field: OpenField,
  sizes: Sizes,
  assumptions: Assumption[],
  depth: number,
): Value | null {
  const { name, type } = field
  const flag = flags.find(([pattern]) => pattern.test(name))
  if (flag !== undefined) return bool(flag[1])
  const maker = makers.find(([pattern]) => pattern.test(name))
  if (maker !== undefined) return maker[1](interpreter)
  const config = configuration(interpreter, type, sizes, depth)
  if (config !== null) return config
  if (patches.test(name) && typeName(interpreter, type) !== 'int') return settingsOf(interpreter, [['size', tuple([int(4), int(4)])]])
  const settings = openSettings(interpreter, field, sizes, assumptions)
  if (settings !== null) return settings
  const text = typeName(interpreter, type)
  const sequence = /^(typing\.)?(Sequence|Tuple|List|Iterable|tuple|list)\b/.test(text)
  const plural = text === 'int' ? undefined : plurals.find(([pattern], index) => (sequence || index === 0) && pattern.test(name))
  if (plural !== undefined) return plural[1]
  if (sequence && /int/.test(text))
    return /kernel|stride|window|patch|padding|dilation/.test(name) ? tuple([int(3), int(3)]) : tuple([int(64), int(64)])
  const guessed = placeholder(interpreter, name, text, sizes)
  if (guessed !== null && !(guessed.kind === 'instance' || guessed.kind === 'class')) return guessed
  if (text === 'int') return int(64)
  if (text === 'float') return float(0.1)
  if (text === 'bool') return bool(false)
  return text === 'str' ? str('') : null
}

/** Arguments by name for the fields that have no default and are not given; `skip` leading ones are given by position. */
export function fieldArguments(
  interpreter: PythonInterpreter,
  cls: ClassValue,
  given: ReadonlySet<string>,
  skip: number,
  sizes: Sizes,
  depth = 0,
): FieldArguments {
  const keyword = new Map<string, Value>()
  const assumptions: Assumption[] = []
  for (const field of openFields(interpreter, cls).slice(skip)) {
    if (given.has(field.name)) continue
    const value = fieldValue(interpreter, field, sizes, assumptions, depth)
    if (value === null) {
      keyword.set(field.name, interpreter.unknown(`\`${field.name}\` is not given in this file`, field.span))
      continue
    }
    keyword.set(field.name, value)
    if (sizes[field.name] === undefined) assumptions.push(assumption(interpreter, field.name, field.name, value, field))
  }
  for (const [name, size] of Object.entries(sizes)) {
    const isField = interpreter.findAttribute(cls, '__dataclass_fields__')
    if (!keyword.has(name) && !given.has(name) && isField?.kind === 'dict' && isField.entries.has(str(name)))
      keyword.set(name, Number.isInteger(size) ? int(size) : float(size))
  }
  return { keyword, assumptions }
}
