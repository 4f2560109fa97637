/** What a function's parameter is taken to be where nothing in the file says it, by its name. */
import type { Assumption } from '../../analysis'
import type { Span } from '../../graph'
import { ArrayValue, isUnknown, shown, Unknown, type Value } from '../../javascript'

export type Sizes = Readonly<Record<string, number>>

/** Images, sequences, features. */
const inputs: readonly (readonly number[])[] = [[32, 32, 3], [16, 32], [32]]
export const inputVariants = inputs.length

/** Names in snake_case; the first that fits. */
const byName: readonly (readonly [RegExp, (variant: number) => Value])[] = [
  [/^(?:input|image|img|in|data)_?shape$|^shape$/, (variant) => new ArrayValue([...(inputs[variant] ?? [])])],
  [
    /^(?:num|n|number_of|output)_?(?:classes|labels|categories|actions|outputs)$|^(?:classes|output_(?:size|dim|units)|action_(?:size|dim)|num_output)$/,
    () => 10,
  ],
  [/(?:^|_)(?:vocab|vocabulary|char_set|alphabet|dictionary|num_words|max_words|num_tokens|tokens)(?:_?(?:size|len|length))?$/, () => 1000],
  [
    /(?:^|_)(?:seq|sequence|max|sample|input|output|time|look_?back|window)_?(?:len|length|steps|size)$|^(?:lookback|time_steps|timesteps|num_time_steps|num_frames)$|_len$|_length$/,
    () => 16,
  ],
  [/^(?:digits)$/, () => 2],
  [/^(?:height|width|h|w|size|image_size|img_size|image_(?:height|width)|input_(?:height|width))$/, () => 32],
  [/(?:^|_)channels?$/, () => 3],
  [/^(?:latent|noise|z|code)_?(?:dim|dims|size)$/, () => 100],
  [/(?:^|_)(?:embedding|embed|emb)_?(?:dim|dims|size)$/, () => 64],
  [/^(?:filters|num_filters|units|num_units|lstm_units|rnn_units|gru_units|dense_units|neurons|num_neurons|nodes)$/, () => 64],
  [/^(?:hidden|inner|intermediate)(?:_(?:layer|units|size|dim|neurons|nodes|layer_size))*$|^(?:d_model|original_dim)$/, () => 128],
  [/^(?:layers|num_(?:hidden_)?layers|depth|num_blocks)$/, () => 2],
  [/^(?:(?:hidden|lstm)_layers?_sizes?|layer_sizes|hidden_layers|hidden_sizes|lstm_layer_sizes?)$/, () => new ArrayValue([64, 64])],
  [/^(?:kernel_size|kernel)$/, () => 3],
  [/^(?:strides?|pool_size)$/, () => 2],
  [/dropout|^rate$|drop_rate/, () => 0.2],
  [/learning_rate|^lr$/, () => 0.001],
  [/(?:^|_)activation$/, () => 'relu'],
  [/^(?:num|n)_(?:features|inputs)$|^(?:input_(?:size|dim|units|features)|features|state_size|num_input)$/, () => 32],
  [/^(?:epochs|batch_size|batches)$/, () => 8],
  [/^(?:num|n)_\w+$/, () => 4],
]

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

/** Gives values for what is open, and remembers what it gave. */
export class Placeholders {
  readonly assumptions: Assumption[] = []
  private readonly told = new Set<string>()

  constructor(
    private readonly sizes: Sizes,
    private readonly variant = 0,
  ) {}

  /** null where the name says nothing. */
  private named(name: string): Value {
    const set = this.sizes[name]
    if (set !== undefined) return set
    const own = snakeCase(name)
    return byName.find(([pattern]) => pattern.test(own))?.[1](this.variant) ?? null
  }

  /** A parameter of a function; an Unknown whose members are placeholders too where its name says nothing. */
  parameter(name: string, span: Span, choice: Value): Value {
    const value = choice === undefined ? this.named(name) : choice
    if (value !== null) {
      this.tell(name, value, span)
      return value
    }
    return this.open(`${name} is not given in this file`, name, span)
  }

  /** What is not known for a reason, whose members are placeholders where their names say something. */
  open(reason: string, name: string, span: Span): Unknown {
    return new Unknown(reason, span, name, (member) => {
      const own = this.named(member)
      if (own === null) return new Unknown(`${name}.${member} is not known: ${reason}`, span, member)
      this.tell(member, own, span)
      return own
    })
  }

  private tell(name: string, value: Value, span: Span): void {
    if (this.told.has(name) || isUnknown(value)) return
    this.told.add(name)
    const setting = typeof value === 'number' ? name : null
    this.assumptions.push({ message: `\`${name}\` is not given in this file: ${shown(value)} is assumed`, span, setting })
  }
}
