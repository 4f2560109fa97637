import { attention } from '../functional/attention'
import type { TorchFunction } from './declare'

export const attentionFunctions: readonly TorchFunction[] = [
  {
    names: ['scaled_dot_product_attention'],
    parameters: 'query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False', places: ['functional'], listed: true,
    body: (call) => attention(call, call.tensor('query'), call.tensor('key'), call.tensor('value'), {
      mask: call.optionalTensor('attn_mask'),
      dropout: call.number('dropout_p'),
      causal: call.flag('is_causal'),
      scale: call.optionalNumber('scale'),
    }),
  },
]
