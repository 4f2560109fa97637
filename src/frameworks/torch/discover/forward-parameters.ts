/** What each parameter of a model's `forward` stands for, told by its name. */
import { lookUp } from '../../../python/mro'
import type { ParameterNode } from '../../../python/ast'
import type { InstanceValue } from '../../../python/values'
import { annotationText } from './placeholder'

export type ParameterMeaning = 'data' | 'number' | 'mask' | 'lengths' | 'state' | 'time' | 'label' | 'adjacency' | 'flag'

export interface ForwardParameter {
  readonly name: string
  readonly meaning: ParameterMeaning
  readonly keyword: boolean
  readonly isFirst: boolean
}

const meanings: readonly (readonly [RegExp, ParameterMeaning])[] = [
  [/mask/i, 'mask'],
  [/(^|_)(len|lens|length|lengths|seq_?lens?)$/i, 'lengths'],
  [
    /^(h|h0|c0|hx|hidden|hidden_state|hiddens|state|states|prev_state|prev_hidden|init_state|hc|mems|memory_state|past|past_key_values|cache)$/i,
    'state',
  ],
  [/^(t|time|times|timestep|timesteps|time_step|sigma|noise_level|noise_levels|gamma)$/i, 'time'],
  [/^(y|label|labels|target|targets|cls|classes|class_labels|cond|c)$/i, 'label'],
  [/^(adj|adjacency|a|edge_index|edges|graph|support)$/i, 'adjacency'],
  [/^(start_pos|start|offset|pos|position|cur_pos|step|layer_idx|layer_id|idx)$/i, 'number'],
  [/^(return_|use_|is_|need_|train|training|verbose|debug)/i, 'flag'],
]

function meaningOf({ name, annotation }: ParameterNode, index: number): ParameterMeaning {
  // The first is the data, whatever it is called.
  if (index === 0) return 'data'
  const type = annotationText(annotation)
  if (type === 'int' || type === 'float') return 'number'
  if (type === 'bool') return 'flag'
  return meanings.find(([pattern]) => pattern.test(name))?.[1] ?? 'data'
}

/** Parameters of `forward` that must be given, after self; null when its signature is not to be seen (a layer of the framework's). */
export function requiredParameters(model: InstanceValue): readonly ForwardParameter[] | null {
  const forward = lookUp(model.cls, 'forward')
  if (forward?.kind !== 'function') return null
  const parameters: readonly ParameterNode[] = forward.node.parameters.slice(1)
  const required = parameters.filter(({ kind, defaultValue }) => defaultValue === null && kind !== 'star' && kind !== 'doubleStar')
  // `forward(self, *inputs)` and a first parameter with a default still take the data.
  const listed = required.length > 0 ? required : parameters.filter(({ kind }) => kind !== 'doubleStar').slice(0, 1)
  return listed.map((node, index) => ({
    name: node.name,
    meaning: meaningOf(node, index),
    keyword: node.kind === 'keywordOnly',
    isFirst: index === 0,
  }))
}
