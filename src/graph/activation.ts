/** Elementwise nonlinearities, with the numbers that fix them. Names follow the field, not one framework. */
export type ActivationFunction =
  | {
      readonly name:
        | 'identity'
        | 'relu'
        | 'sigmoid'
        | 'tanh'
        | 'gelu'
        | 'geluTanh'
        | 'silu'
        | 'mish'
        | 'selu'
        | 'softsign'
        | 'tanhshrink'
        | 'logSigmoid'
        | 'hardSwish'
        | 'hardSigmoid'
        | 'relu6'
        | 'exp'
        | 'log'
        | 'abs'
        | 'square'
        | 'sqrt'
        | 'rsqrt'
        | 'reciprocal'
        | 'sin'
        | 'cos'
        | 'erf'
        | 'sign'
        | 'step'
    }
  /** slope below 0. `learned`: PReLU, the slope is a parameter drawn at this value. */
  | { readonly name: 'leakyRelu'; readonly slope: number; readonly learned: boolean }
  /** Slope uniform in [lower, upper] for each element (RReLU, train mode). */
  | { readonly name: 'randomLeakyRelu'; readonly lower: number; readonly upper: number }
  | { readonly name: 'elu' | 'celu'; readonly alpha: number }
  | { readonly name: 'softplus'; readonly beta: number; readonly threshold: number }
  | { readonly name: 'hardTanh'; readonly low: number; readonly high: number }
  | { readonly name: 'hardShrink' | 'softShrink'; readonly lambda: number }
  | { readonly name: 'threshold'; readonly threshold: number; readonly value: number }
  /** Keras' hard_sigmoid and other piecewise-linear clips: clip(slope·x + shift, low, high). */
  | { readonly name: 'clippedLinear'; readonly slope: number; readonly shift: number; readonly low: number; readonly high: number }
  /** x·sigmoid(beta·x). */
  | { readonly name: 'quickGelu'; readonly beta: number }

export type ActivationName = ActivationFunction['name']
