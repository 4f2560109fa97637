import type { ActivationFunction } from '../graph'

/** As people write it. */
const display: Readonly<Record<ActivationFunction['name'], string>> = {
  identity: 'identity',
  relu: 'ReLU',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  gelu: 'GELU',
  geluTanh: 'GELU (tanh form)',
  silu: 'SiLU',
  mish: 'Mish',
  selu: 'SELU',
  softsign: 'softsign',
  tanhshrink: 'Tanhshrink',
  logSigmoid: 'LogSigmoid',
  hardSwish: 'Hardswish',
  hardSigmoid: 'Hardsigmoid',
  relu6: 'ReLU6',
  exp: 'exp',
  log: 'log',
  abs: 'abs',
  square: 'square',
  sqrt: 'sqrt',
  rsqrt: '1/sqrt',
  reciprocal: '1/x',
  sin: 'sin',
  cos: 'cos',
  erf: 'erf',
  sign: 'sign',
  step: 'step',
  leakyRelu: 'Leaky ReLU',
  randomLeakyRelu: 'RReLU',
  elu: 'ELU',
  celu: 'CELU',
  softplus: 'Softplus',
  hardTanh: 'Hardtanh',
  hardShrink: 'Hardshrink',
  softShrink: 'Softshrink',
  threshold: 'Threshold',
  clippedLinear: 'hard sigmoid',
  quickGelu: 'QuickGELU',
}

export function activationDisplayName(fn: ActivationFunction): string {
  if (fn.name === 'leakyRelu' && fn.learned) return 'PReLU'
  return display[fn.name]
}

/** The name that frameworks give it in code and that our JSON carries: `relu`, `leaky_relu`. */
export function activationCodeName(fn: ActivationFunction): string {
  switch (fn.name) {
    case 'leakyRelu':
      return fn.learned ? 'prelu' : 'leaky_relu'
    case 'randomLeakyRelu':
      return 'rrelu'
    case 'geluTanh':
      return 'gelu_tanh'
    default:
      return fn.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  }
}
