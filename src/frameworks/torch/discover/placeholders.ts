/** Values for constructor parameters that the file gives none: named, listed as assumptions, settable. */
import type { Assumption } from '../../../analysis'
import type { Expression, ParameterNode } from '../../../python/ast'
import type { PythonInterpreter } from '../../../python'
import { bool, float, int, list, none, str, tuple } from '../../../python/make'
import { method, nativeClass } from '../../../python/native'
import type { FunctionValue, Value } from '../../../python/values'

export type Sizes = Readonly<Record<string, number>>

type Make = (interpreter: PythonInterpreter) => Value

const layer =
  (name: string): Make =>
  (interpreter) =>
    interpreter.getAttribute(interpreter.importModule('torch.nn'), name)

/** By what parameters are called in models; the first that fits. */
const byName: readonly (readonly [RegExp, Make])[] = [
  [
    /^(num_?classes|n_?classes|nclass(es)?|classes|num_labels|n_labels|class_num|num_outputs|n_actions|num_actions|action_dim|action_size)$/i,
    () => int(10),
  ],
  [/^(growth_rate|k)$/i, () => int(12)],
  [
    /^(in_?channels?|in_?ch(an|ans)?|input_channels?|n_?channels|num_channels|image_channels|img_channels|channels_img|input_nc|nc|in_chans|channels?)$/i,
    () => int(3),
  ],
  [
    /^(out_?channels?|out_?ch|out_planes|planes|output_channels|out_chans|in_planes|inplanes|n_filters|num_filters|n_feat(s)?|nf|ngf|ndf|base_channels|features|width)$/i,
    () => int(64),
  ],
  [/^(output_nc)$/i, () => int(3)],
  [/^(nz|z_?dim|latent_?(dim|size)|noise_dim|n_?latent|z_size)$/i, () => int(100)],
  [
    /^(vocab|vocab_?size|n_?vocab|num_?embeddings|n_?tokens?|num_tokens|ntoken|n_?words|src_vocab(_size)?|(trg|tgt)_vocab(_size)?|input_vocab|output_vocab)$/i,
    () => int(1000),
  ],
  [/^(n_?heads?|num_?heads?|heads|nhead|num_attention_heads)$/i, () => int(8)],
  [
    /^(n_?layers?|num_?layers?|layers|depth|nlayers|num_blocks|n_blocks|num_hidden_layers|num_encoder_layers|num_decoder_layers|n_residual_blocks|num_res_blocks)$/i,
    () => int(2),
  ],
  [/^(img_?size|image_?size|input_resolution|resolution|im_size|size|img_dim)$/i, () => int(32)],
  [/^(patch_?size)$/i, () => int(4)],
  [
    /^(max_?len(gth)?|seq_?len(gth)?|block_size|context_length|max_position_embeddings|n_positions|max_seq_len|n_ctx|window_size|ctx_len|max_sequence_length)$/i,
    () => int(64),
  ],
  [/^(kernel_?size|kernel|ks)$/i, () => int(3)],
  [/^(stride|dilation|groups|scale|reduction_factor)$/i, () => int(1)],
  [/^(padding|pad|pad_idx|padding_idx|src_pad_idx|trg_pad_idx|pad_token_id)$/i, () => int(0)],
  [/^(reduction|ratio|r|expansion|upscale_factor|scale_factor|num_groups)$/i, () => int(4)],
  [/dropout|drop_rate|^(drop|p|p_drop|rate|dropout_rate)$|_p$/i, () => float(0.1)],
  [/^(eps|epsilon)$/i, () => float(1e-5)],
  [/^(alpha|negative_slope|slope)$/i, () => float(0.2)],
  [/^(norm_layer|norm)$/i, layer('BatchNorm2d')],
  [/^(act|activation|act_layer|nonlinearity|activation_fn|act_fn)$/i, (interpreter) => interpreter.call(layer('ReLU')(interpreter), [])],
  [/^(device|dtype)$/i, () => none],
  [/^(bias|use_bias|batch_norm|use_bn|bn|residual)$/i, () => bool(true)],
  [/^(bidirectional|pretrained|use_.*|is_.*|with_.*|has_.*|bilinear|training)$/i, () => bool(false)],
  [/^(hidden_?(dims|sizes|layers|units)|layer_sizes|layer_dims|dims|widths)$/i, () => list([int(256), int(256)])],
  [
    /^(n_?hid(den)?s?|hidden_?(dim|size|units|channels|features|layer)?|d_?hid(den)?|d_?model|model_dim|embed(ding)?_?(dim|size)?|emb_?(dim|size)|n_?embd?|dim|d_k|d_v|ninp|nhid|d_inner|n_units|units|mlp_dim|dim_feedforward|d_ff|dff|feature_dim|feature_size)$/i,
    () => int(256),
  ],
  [
    /^(in_?features?|in_?dim|input_?(dim|size|features|shape)?|n_?in(puts?)?|d_?in|num_?(inputs|features)|n_?features|state_dim|state_size|obs_dim|obs_size|observation_dim|nfeat|ninput|feat_dim)$/i,
    () => int(128),
  ],
  [/^(out_?features?|out_?dim|output_?(dim|size|features)?|n_?out(puts?)?|d_?out|noutput)$/i, () => int(10)],
]

const byAnnotation: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['int', () => int(64)],
  ['float', () => float(0.1)],
  ['bool', () => bool(false)],
  ['str', () => str('')],
  ['Tuple[int, int]', () => tuple([int(32), int(32)])],
])

/** The dotted text of a simple annotation. */
export function annotationText(node: Expression | null): string | null {
  if (node === null) return null
  if (node.kind === 'name') return node.name
  if (node.kind === 'string') return node.value
  if (node.kind === 'attribute') {
    const object = annotationText(node.object)
    return object === null ? null : `${object}.${node.name}`
  }
  return null
}

const configNames = /^(config|cfg|conf|args|opt|opts|options|hparams|hp|params|configs|model_args|model_config|hyperparams|c)$/i

/** Whether a parameter stands for a bundle of settings, by its name and annotation. */
export function isConfig(node: ParameterNode): boolean {
  const annotation = annotationText(node.annotation)
  return configNames.test(node.name) && (annotation === null || !byAnnotation.has(annotation))
}

export interface Placeholders {
  readonly assumptions: readonly Assumption[]
  /** Arguments by name for the parameters that must be given. */
  readonly keyword: ReadonlyMap<string, Value>
}

export function written(value: Value, interpreter: PythonInterpreter): string {
  return value.kind === 'class' ? value.name : interpreter.repr(value)
}

/** An object whose attributes are placeholders by their names, each an assumption once it is asked for. */
export function openConfig(
  interpreter: PythonInterpreter,
  parameter: string,
  sizes: Sizes,
  assumptions: Assumption[],
  node: ParameterNode,
): Value {
  const known = new Map<string, Value>()
  const read = (name: string): Value => {
    const before = known.get(name)
    if (before !== undefined) return before
    const value = placeholder(interpreter, name, null, sizes)
    if (value === null) return interpreter.unknown(`\`${parameter}.${name}\` is not known`, node.span)
    known.set(name, value)
    if (sizes[name] === undefined) assumptions.push(assumption(interpreter, `${parameter}.${name}`, name, value, node))
    return value
  }
  const cls = nativeClass({
    name: parameter,
    attributes: [
      ['__getattr__', method('__getattr__(self, name)', (args) => read(args.string('name') ?? ''))],
      ['__getitem__', method('__getitem__(self, key)', (args) => read(args.string('key') ?? ''))],
      ['get', method('get(self, key, default=None)', (args) => args.value('default'))],
    ],
  })
  return interpreter.instantiate(cls, node.span)
}

export function placeholder(interpreter: PythonInterpreter, name: string, annotation: string | null, sizes: Sizes): Value | null {
  const set = sizes[name]
  if (set !== undefined) return Number.isInteger(set) ? int(set) : float(set)
  const make = byName.find(([pattern]) => pattern.test(name))?.[1] ?? (annotation === null ? undefined : byAnnotation.get(annotation))
  if (make === undefined) return null
  const value = make(interpreter)
  // A name that says a number and an annotation that says another kind: the annotation is right.
  if (annotation === 'float' && value.kind === 'int') return float(Number(value.value))
  if (annotation === 'bool' && value.kind !== 'bool') return bool(false)
  if (annotation === 'str' && value.kind !== 'str') return str('')
  return value
}

function assumption(interpreter: PythonInterpreter, shown: string, setting: string, value: Value, node: ParameterNode): Assumption {
  return { message: `\`${shown}\` is not given in this file: ${written(value, interpreter)} is assumed`, span: node.span, setting }
}

/** A class that an annotation names, when it can be made with its own defaults (a dataclass config). */
function fromAnnotatedClass(interpreter: PythonInterpreter, fn: FunctionValue, annotation: string | null): Value | null {
  if (annotation === null || !/^[\w.]+$/.test(annotation)) return null
  const cls = fn.closure.find(annotation)
  return cls === undefined || cls.kind !== 'class' ? null : interpreter.call(cls, [])
}

/**
 * Arguments for the parameters of `fn` (a constructor, a builder) that have no default. `skip` leading parameters are given already.
 * One that cannot be guessed is Unknown, and so is what depends on it.
 */
export function placeholdersFor(interpreter: PythonInterpreter, fn: FunctionValue, skip: number, sizes: Sizes): Placeholders {
  const assumptions: Assumption[] = []
  const keyword = new Map<string, Value>()
  for (const node of fn.node.parameters.slice(skip)) {
    if (node.kind === 'star' || node.kind === 'doubleStar' || node.kind === 'positionalOnly') continue
    const annotation = annotationText(node.annotation)
    if (node.defaultValue !== null) {
      const set = sizes[node.name]
      if (set !== undefined) keyword.set(node.name, Number.isInteger(set) ? int(set) : float(set))
      continue
    }
    const config = fromAnnotatedClass(interpreter, fn, annotation)
    if (config !== null) {
      keyword.set(node.name, config)
      continue
    }
    if (isConfig(node)) {
      keyword.set(node.name, openConfig(interpreter, node.name, sizes, assumptions, node))
      continue
    }
    const value = placeholder(interpreter, node.name, annotation, sizes)
    if (value === null) {
      keyword.set(node.name, interpreter.unknown(`\`${node.name}\` is not given in this file`, node.span))
      continue
    }
    keyword.set(node.name, value)
    if (sizes[node.name] === undefined) assumptions.push(assumption(interpreter, node.name, node.name, value, node))
  }
  return { assumptions, keyword }
}
