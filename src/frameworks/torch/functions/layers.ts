/** Linear maps, convolutions, embeddings, norms and dropouts as functions. */
import type { DropoutOp } from '../../../graph'
import { unknown } from '../../../python/make'
import type { Value } from '../../../python/values'
import { bothSides, convolve, convolveTransposed } from '../functional/conv'
import { dropout } from '../functional/dropout'
import { type BagMode, embedding, embeddingBag } from '../functional/embedding'
import { bilinear, linear } from '../functional/linear'
import { batchNorm, groupNorm, instanceNorm, layerNorm, localResponseNorm, normalize } from '../functional/norm'
import { emit } from '../tensor/emit'
import { assign } from '../tensor/write'
import type { Call } from './call'
import type { TorchFunction } from './declare'

const places = ['functional'] as const
const both = ['torch', 'functional'] as const

function convolution(rank: number): TorchFunction {
  return {
    names: [`conv${rank}d`],
    parameters: 'input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1',
    places: both,
    listed: true,
    body: (call) => {
      const named = call.text('padding')
      return convolve(call, call.tensor('input'), call.tensor('weight'), call.optionalTensor('bias'), {
        stride: call.integers('stride'),
        padding: named === 'same' || named === 'valid' ? named : bothSides(call.integers('padding')),
        dilation: call.integers('dilation'),
        groups: call.integer('groups'),
        paddingMode: 'zeros',
      })
    },
  }
}

function transposed(rank: number): TorchFunction {
  return {
    names: [`conv_transpose${rank}d`],
    parameters: 'input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1',
    places: both,
    listed: true,
    body: (call) =>
      convolveTransposed(call, call.tensor('input'), call.tensor('weight'), call.optionalTensor('bias'), {
        stride: call.integers('stride'),
        padding: call.integers('padding'),
        outputPadding: call.integers('output_padding'),
        dilation: call.integers('dilation'),
        groups: call.integer('groups'),
      }),
  }
}

function dropping(names: readonly string[], variant: DropoutOp['variant'], rate = 0.5): TorchFunction {
  return {
    names,
    parameters: `input, p=${rate}, training=True, inplace=False`,
    places: [...both],
    listed: true,
    tolerates: ['p', 'training'],
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      const training = call.interpreter.truth(call.value('training'), call.span)
      if (training === false) return input
      const p = call.value('p')
      const unknownArgument = p.kind === 'unknown' ? p : call.value('training')
      const output =
        unknownArgument.kind === 'unknown'
          ? emit(call, { op: { kind: 'opaque', name: call.name, reason: unknownArgument.reason }, inputs: [input], output: input.payload })
          : dropout(call, input, call.number('p'), variant)
      if (!call.flag('inplace')) return output
      assign(input, output, true)
      return input
    },
  }
}

function bagMode(call: Call): BagMode | null {
  const mode = call.text('mode')
  return mode === 'sum' || mode === 'mean' || mode === 'max' ? mode : null
}

export const layerFunctions: readonly TorchFunction[] = [
  {
    names: ['linear'],
    parameters: 'input, weight, bias=None',
    places,
    listed: true,
    body: (call) => linear(call, call.tensor('input'), call.tensor('weight'), call.optionalTensor('bias')),
  },
  {
    names: ['bilinear'],
    parameters: 'input1, input2, weight, bias=None',
    places: both,
    listed: true,
    body: (call) => bilinear(call, call.tensor('input1'), call.tensor('input2'), call.tensor('weight'), call.optionalTensor('bias')),
  },
  convolution(1),
  convolution(2),
  convolution(3),
  transposed(1),
  transposed(2),
  transposed(3),
  {
    names: ['embedding'],
    parameters: 'input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False',
    places,
    listed: true,
    body: (call) => embedding(call, call.tensor('input'), call.tensor('weight'), call.optionalInteger('padding_idx')),
  },
  {
    names: ['embedding_bag'],
    parameters:
      "input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode='mean', sparse=False, per_sample_weights=None, include_last_offset=False, padding_idx=None",
    places,
    listed: true,
    body: (call): Value => {
      const mode = bagMode(call)
      if (mode === null) return unknown('the mode of embedding_bag is not known', call.span)
      const offsets = call.optionalTensor('offsets')
      const bags = offsets === null ? null : (offsets.payload.shape[0] ?? 1) - (call.flag('include_last_offset') ? 1 : 0)
      return embeddingBag(call, call.tensor('input'), call.tensor('weight'), bags, mode, call.optionalInteger('padding_idx'))
    },
  },
  {
    names: ['batch_norm'],
    parameters: 'input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05',
    places: both,
    listed: true,
    tolerates: ['running_mean', 'running_var', 'momentum'],
    body: (call) =>
      batchNorm(
        call,
        call.tensor('input'),
        call.optionalTensor('weight'),
        call.optionalTensor('bias'),
        call.number('eps'),
        call.flag('training'),
      ),
  },
  {
    names: ['layer_norm'],
    parameters: 'input, normalized_shape, weight=None, bias=None, eps=1e-05',
    places: both,
    listed: true,
    body: (call) =>
      layerNorm(
        call,
        call.tensor('input'),
        call.integers('normalized_shape'),
        call.optionalTensor('weight'),
        call.optionalTensor('bias'),
        call.number('eps'),
      ),
  },
  {
    names: ['rms_norm'],
    parameters: 'input, normalized_shape, weight=None, eps=None',
    places: both,
    listed: true,
    // Without eps torch takes the type's own: float32's 2⁻²³.
    body: (call) =>
      layerNorm(
        call,
        call.tensor('input'),
        call.integers('normalized_shape'),
        call.optionalTensor('weight'),
        null,
        call.optionalNumber('eps') ?? 2 ** -23,
        false,
      ),
  },
  {
    names: ['group_norm'],
    parameters: 'input, num_groups, weight=None, bias=None, eps=1e-05',
    places: both,
    listed: true,
    body: (call) =>
      groupNorm(
        call,
        call.tensor('input'),
        call.integer('num_groups'),
        call.optionalTensor('weight'),
        call.optionalTensor('bias'),
        call.number('eps'),
      ),
  },
  {
    names: ['instance_norm'],
    parameters: 'input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05',
    places: both,
    listed: true,
    tolerates: ['running_mean', 'running_var', 'momentum'],
    body: (call) =>
      instanceNorm(call, call.tensor('input'), call.optionalTensor('weight'), call.optionalTensor('bias'), call.number('eps')),
  },
  {
    names: ['local_response_norm'],
    parameters: 'input, size, alpha=0.0001, beta=0.75, k=1.0',
    places,
    listed: true,
    body: (call) =>
      localResponseNorm(call, call.tensor('input'), call.integer('size'), call.number('alpha'), call.number('beta'), call.number('k')),
  },
  {
    names: ['normalize'],
    parameters: 'input, p=2.0, dim=1, eps=1e-12',
    places,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      return normalize(call, input, call.number('p'), call.axis('dim', input), call.number('eps'))
    },
  },
  dropping(['dropout'], 'element'),
  dropping(['alpha_dropout', 'feature_alpha_dropout'], 'alpha'),
  dropping(['dropout1d', 'dropout2d', 'dropout3d', 'feature_dropout'], 'channel'),
]
