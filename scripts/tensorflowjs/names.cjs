// How the reader names the weights that the library names otherwise.
const names = {
  kernel: 'weight',
  embeddings: 'weight',
  recurrent_kernel: 'recurrent',
  depthwise_kernel: 'depthwise',
  pointwise_kernel: 'pointwise',
  gamma: 'scale',
  beta: 'shift',
  bias: 'bias',
}

/** `conv2d_Conv2D1/kernel` → `weight`; the backward half of a bidirectional layer is `weight_reverse`. */
function weightName(className, originalName) {
  const parts = originalName.split('/')
  const last = parts.at(-1)
  const own = className === 'DepthwiseConv2D' && last === 'depthwise_kernel' ? 'weight' : (names[last] ?? last)
  return className === 'Bidirectional' && originalName.includes('backward_') ? `${own}_reverse` : own
}

module.exports = { weightName }
