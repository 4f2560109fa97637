/** The JSON schema of plain layer specs, made from the kinds of layers that are read; `media/layer-spec.schema.json` is its text. */
import { activationNames } from './activations'
import { initializerNames } from './initializer'
import { layerKinds } from './layers'

type Schema = { readonly [key: string]: unknown }

const count = (description: string): Schema => ({ type: 'integer', minimum: 1, description })
const flag = (description: string): Schema => ({ type: 'boolean', description })
const number = (description: string): Schema => ({ type: 'number', description })
const sizes = (description: string): Schema => ({
  description,
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1 },
  ],
})
const initializer = (description: string): Schema => ({ description, $ref: '#/definitions/initializer' })

const settings: Readonly<Record<string, Schema>> = {
  units: count('Output features.'),
  filters: count('Output channels.'),
  groups: { type: 'integer', minimum: -1, description: 'Groups of channels; −1 in group_norm: one for each channel.' },
  multiplier: count('Output channels for each input channel.'),
  kernel: sizes('Size of the window, one number or one for each axis.'),
  stride: sizes('Step of the window.'),
  dilation: sizes('Distance between the window’s elements.'),
  size: sizes('Size of the window, or factor of upsampling.'),
  padding: {
    description: 'same, valid, causal, or numbers.',
    anyOf: [{ enum: ['same', 'valid', 'causal'] }, { type: 'integer', minimum: 0 }, { type: 'array' }],
  },
  bias: flag('false leaves the bias out.'),
  init: initializer('What the weights are drawn from.'),
  bias_init: initializer('What the bias is drawn from.'),
  recurrent_init: initializer('What the state’s weights are drawn from.'),
  pointwise_init: initializer('What the 1×1 kernel is drawn from.'),
  scale_init: initializer('What the norm’s scale starts at.'),
  shift_init: initializer('What the norm’s shift starts at.'),
  scale: flag('false leaves the norm’s scale out.'),
  center: flag('false leaves the norm’s shift out.'),
  eps: number('Added to the variance.'),
  count: count('Rows of the table.'),
  dim: count('Features of a row.'),
  heads: count('Heads, which divide the features.'),
  causal: flag('Each token sees itself and those before it.'),
  dropout: { type: 'number', minimum: 0, exclusiveMaximum: 1, description: 'Of the attention weights.' },
  rate: { type: 'number', minimum: 0, exclusiveMaximum: 1, description: 'Share that is dropped.' },
  keepdims: flag('Keep the pooled axes with size 1.'),
  shape: { type: 'array', items: { type: 'integer', minimum: -1 }, description: 'Sizes without the batch; −1 for the one that follows.' },
  dims: { type: 'array', items: { type: 'integer', minimum: 1 }, description: 'Order of the axes, the batch left out, from 1.' },
  axis: { type: 'integer', description: 'The axis along which tensors are joined; the batch is 0.' },
  mode: { enum: ['nearest', 'bilinear', 'linear', 'bicubic'], description: 'How sizes between are filled.' },
  bidirectional: flag('A second layer reads from the end.'),
  return_sequences: flag('true: every step; false: the last one.'),
  unit_forget_bias: flag('The forget gate’s bias starts at 1.'),
  reset_after: flag('The reset gate acts after the state’s product.'),
  nonlinearity: { enum: ['tanh', 'relu'], description: 'Of the cell.' },
  slope: number('Slope below 0.'),
  negative_slope: number('Slope below 0.'),
  alpha: number('Slope below 0, or −minimum.'),
  factor: number('Factor.'),
  shift: number('Summand.'),
  activation: { $ref: '#/definitions/activation' },
}

const common: Readonly<Record<string, Schema>> = {
  type: {
    enum: ['block', ...layerKinds.flatMap(({ type, aliases }) => [type, ...(aliases ?? [])])],
    description: 'The kind of layer.',
  },
  name: { type: 'string', description: 'The name that other layers refer to it by.' },
  description: { type: 'string' },
  from: {
    description: 'What it reads: a name, or a list for layers that join. Without it, the layer above.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  },
  residual: {
    description: 'true adds the layer’s own input to its result, a name that layer’s result; before the activation.',
    anyOf: [{ type: 'boolean' }, { type: 'string' }],
  },
  activation: { $ref: '#/definitions/activation' },
  trainable: flag('false: the weights stay as they are drawn.'),
}

const blockOnly: Readonly<Record<string, Schema>> = {
  layers: { type: 'array', items: { $ref: '#/definitions/layer' }, minItems: 1, description: 'Layers, one behind the other.' },
  repeat: count('How many of these blocks stand one behind the other.'),
  shortcut: { type: 'array', items: { $ref: '#/definitions/layer' }, minItems: 1, description: 'Layers on the way around the block.' },
}

const required: Readonly<Record<string, readonly string[]>> = {
  dense: ['units'],
  embedding: ['count', 'dim'],
  attention: ['heads'],
  lstm: ['units'],
  gru: ['units'],
  rnn: ['units'],
}

function ownSettings(
  types: readonly string[],
  own: Readonly<Record<string, Schema>>,
  needed: readonly string[],
  without: readonly string[] = [],
): Schema {
  const names = [...Object.keys(common).filter((name) => !without.includes(name)), ...Object.keys(own)]
  return {
    // A condition turned round: what another type need not have.
    if: { properties: { type: { not: { enum: types } } } },
    else: { properties: own, propertyNames: { enum: names }, ...(needed.length === 0 ? {} : { required: needed }) },
  }
}

const shapeSchema: Schema = { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, maxItems: 6 }

const inputSchema: Schema = {
  description: 'Sizes without the batch; N(0, 1) unless a distribution is named.',
  anyOf: [
    { type: 'integer', minimum: 1 },
    shapeSchema,
    {
      type: 'object',
      required: ['shape'],
      additionalProperties: false,
      properties: {
        shape: shapeSchema,
        distribution: { enum: ['normal', 'uniform', 'tokens'] },
        mean: number('Of a normal.'),
        std: number('Of a normal.'),
        low: number('Of a uniform.'),
        high: number('Of a uniform.'),
        below: count('Tokens are whole numbers from 0 to below this.'),
      },
    },
  ],
}

/** The schema, draft 7, as VS Code's JSON and YAML support read it. */
export function layerSpecSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Layer spec',
    description: 'The layers of a neural network, for Init Lens.',
    type: 'object',
    required: ['layers'],
    anyOf: [{ required: ['input'] }, { required: ['inputs'] }],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      name: { type: 'string' },
      description: { type: 'string' },
      framework: {
        enum: ['pytorch', 'keras', 'flax', 'tensorflowjs'],
        description: 'Whose defaults draw what no init says, and who counts the fans.',
      },
      layout: { enum: ['channels_first', 'channels_last'], default: 'channels_first', description: 'Where the channels stand.' },
      batch: count('Samples in a batch.'),
      input: inputSchema,
      inputs: { type: 'object', additionalProperties: inputSchema, minProperties: 1, description: 'Several inputs by name.' },
      layers: blockOnly['layers'],
      outputs: {
        description: 'Names of layers; without it, the last one.',
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      },
    },
    definitions: {
      initializer: {
        anyOf: [
          { enum: [...initializerNames] },
          {
            type: 'object',
            properties: {
              name: { enum: [...initializerNames] },
              variance: { type: 'number', minimum: 0 },
              mean: number('Of a normal.'),
              std: { type: 'number', minimum: 0 },
              low: number('Of a uniform.'),
              high: number('Of a uniform.'),
              bound: number('Half width of a uniform around 0.'),
              value: number('Of a constant.'),
              gain: number('Factor on the standard deviation instead of the scheme’s own.'),
              scale: { type: 'number', minimum: 0, description: 'Of variance_scaling: the numerator.' },
              mode: { enum: ['fan_in', 'fan_out', 'fan_avg'] },
              distribution: { enum: ['truncated_normal', 'untruncated_normal', 'normal', 'uniform'] },
            },
            additionalProperties: false,
          },
        ],
      },
      activation: {
        description: 'What the layer applies to its result.',
        anyOf: [
          { enum: [...activationNames] },
          {
            type: 'object',
            required: ['name'],
            properties: {
              name: { enum: [...activationNames] },
              slope: number('Slope below 0.'),
              alpha: number('Slope below 0, or −minimum.'),
            },
          },
        ],
      },
      layer: {
        type: 'object',
        required: ['type'],
        properties: common,
        allOf: [
          ownSettings(['block'], blockOnly, ['layers'], ['trainable']),
          ...layerKinds.map((kind) =>
            ownSettings(
              [kind.type, ...(kind.aliases ?? [])],
              Object.fromEntries(kind.settings.map((name) => [name, settings[name] ?? {}])),
              required[kind.type] ?? (kind.settings.includes('filters') ? ['filters', 'kernel'] : []),
            ),
          ),
        ],
      },
    },
  }
}
