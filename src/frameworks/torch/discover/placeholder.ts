/** What a constructor's parameter is assumed to be, by its name and annotation. */
import type { Assumption } from '../../../analysis'
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import type { Expression } from '../../../python/ast'
import { bool, float, int, list, none, str, tuple } from '../../../python/make'
import type { Value } from '../../../python/values'

export type Sizes = Readonly<Record<string, number>>

type Make = (interpreter: PythonInterpreter) => Value

const torchLayer =
  (name: string): Make =>
  (interpreter) =>
    interpreter.getAttribute(interpreter.importModule('torch.nn'), name)

const isTorch = (interpreter: PythonInterpreter): boolean => interpreter.options.nativeModules?.has('torch.nn') === true

const normLayer: Make = (interpreter) => (isTorch(interpreter) ? torchLayer('BatchNorm2d')(interpreter) : none)

/** An object in PyTorch; elsewhere activations go by their names. */
const activation: Make = (interpreter) => (isTorch(interpreter) ? interpreter.call(torchLayer('ReLU')(interpreter), []) : str('relu'))

/** By what parameters are called in models; the first that fits. */
const byName: readonly (readonly [RegExp, Make])[] = [
  [
    /^(num_?classes|n_?classes|nclass(es)?|classes|num_labels|n_labels|class_num|num_outputs|n_actions|num_actions|action_dim|action_size)$/i,
    () => int(10),
  ],
  [/^(growth_rate|k)$/i, () => int(12)],
  [
    /^(in|in_?channels?|in_?ch(an|ans|s)?|c_?in|c1|ch_in|n_?i|inp|in_c|input_channels?|n_?channels|num_channels|image_channels|img_channels|channels_img|input_nc|nc|in_chans|channels?)$/i,
    () => int(3),
  ],
  [
    /^(out|out_?channels?|out_?chs?|c_?out|c2|ch_out|oup|out_c|out_planes|planes|output_channels|out_chans|in_planes|inplanes|n_filters|num_filters|nb_filters?|filters?|n_feat(s)?|nf|ngf|ndf|base_channels|features|width)$/i,
    () => int(64),
  ],
  [/^(output_nc)$/i, () => int(3)],
  [/^(nz|z_?dim|latent_?(dim|size)|noise_dim|n_?latent|z_size)$/i, () => int(100)],
  [
    /^(vocab|vocab(ulary)?_?size|n_?vocab|num_?embeddings|n_?tokens?|num_tokens|ntoken|n_?words|src_vocab(_size)?|(trg|tgt)_vocab(_size)?|(input|output|source|target)_vocab(ulary)?(_size)?)$/i,
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
  [/^(kernel_?sizes?|kernels?|ks)$/i, () => int(3)],
  [/^(stride|dilation|groups|scale|reduction_factor)$/i, () => int(1)],
  [/^(padding|pad|pad_idx|padding_idx|src_pad_idx|trg_pad_idx|pad_token_id)$/i, () => int(0)],
  [/^(reduction|ratio|r|expansion|upscale_factor|scale_factor|num_groups)$/i, () => int(4)],
  [/dropout|drop_rate|^(drop|p|p_drop|rate|dropout_rate)$|_p$/i, () => float(0.1)],
  [/^(eps|epsilon)$/i, () => float(1e-5)],
  [/^(alpha|negative_slope|slope)$/i, () => float(0.2)],
  [/^(norm_layer|norm)$/i, normLayer],
  [/^(act|activation|act_layer|nonlinearity|activation_fn|act_fn)$/i, activation],
  [/^(max_action|action_bound|action_scale|max_val|temperature|temp|tau|beta|sigma|std|gain|weight|w0|omega|omega_0)$/i, () => float(1)],
  [/^(input_?shape|img_?shape|image_?shape|in_?shape|shape|input_?dims)$/i, () => tuple([int(3), int(64), int(64)])],
  [/^(num_downs|n_downs)$/i, () => int(7)],
  [/^(device|dtype)$/i, () => none],
  [/^(bias|use_bias|batch_norm|use_bn|bn|residual)$/i, () => bool(true)],
  [/^(bidirectional|pretrained|use_.*|is_.*|with_.*|has_.*|bilinear|training)$/i, () => bool(false)],
  [/^(hidden_?(dims|sizes|layers|units)|layer_sizes|layer_dims|dims|widths)$/i, () => list([int(256), int(256)])],
  [
    /^((\w+_)?(n|num)_?hid(den)?s?|(key|query|value)_?(dim|size)|hidden_?(dim|size|units|channels|features|layer)?|d_?hid(den)?|d_?model|model_dim|embed(ding)?_?(dim|size)?|emb_?(dim|size)|n_?embd?|dim|d_k|d_v|ninp|nhid|d_inner|n_units|units|mlp_dim|mlp_hidden_dim|intermediate_(dim|size)|ffn?_(dim|hidden)|dim_feedforward|d_ff|dff|feature_dim|feature_size)$/i,
    () => int(256),
  ],
  [
    /^(in_?features?|in_?dim|input_?(dim|size|features)?|n_?in(puts?)?|d_?in|num_?(inputs|features)|n_?features|state_dim|state_size|obs_dim|obs_size|observation_dim|nfeat|ninput|feat_dim)$/i,
    () => int(128),
  ],
  [/^(out_?features?|out_?dim|output_?(dim|size|features)?|n_?out(puts?)?|d_?out|noutput)$/i, () => int(10)],
  [/^(backbone_name|arch(itecture)?|encoder_name|base_model)$/i, () => str('resnet50')],
  [/^(lr|learning_rate)$/i, () => float(0.001)],
  [/^\w+_(dim|size|width|units|features|channels)$/i, () => int(64)],
  [/^(n|num)_\w+$/i, () => int(4)],
  [/^n$/, () => int(2)],
]

export const byAnnotation: ReadonlyMap<string, Make> = new Map<string, Make>([
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

export function written(value: Value, interpreter: PythonInterpreter): string {
  if (value.kind === 'class' || value.kind === 'builtin') return value.name
  return value.kind === 'instance' && value.payload === null ? `${value.cls.name}()` : interpreter.repr(value)
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

/** What is set for a name is a number. */
const isNumber = ({ kind }: Value): boolean => kind === 'int' || kind === 'float' || kind === 'bool'

/** What is assumed where a file gives nothing; `setting` is the name that sets another number, where a number can be in its place. */
export function assumption(
  interpreter: PythonInterpreter,
  shown: string,
  setting: string,
  value: Value,
  { span }: { readonly span: Span | null },
): Assumption {
  const message = `\`${shown}\` is not given in this file: ${written(value, interpreter)} is assumed`
  return { message, span, setting: isNumber(value) ? setting : null }
}
