import * as tf from '@tensorflow/tfjs'

/** Both halves of a centred signal side by side. */
class Rectifiers extends tf.layers.Layer {
  computeOutputShape(inputShape) {
    return [inputShape[0], 2 * inputShape[1]]
  }

  call(inputs) {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs
      const centred = tf.sub(x, x.mean(1).expandDims(1))
      return tf.concat([centred.relu(), centred.neg().relu()], 1)
    })
  }

  static get className() {
    return 'Rectifiers'
  }
}

/** x·W·scale + b, gated by a sigmoid. */
class Gated extends tf.layers.Layer {
  constructor(config) {
    super(config)
    this.units = config.units
  }

  build(inputShape) {
    const features = inputShape[inputShape.length - 1]
    this.kernel = this.addWeight('kernel', [features, this.units], 'float32', tf.initializers.heNormal({}))
    this.gate = this.addWeight('gate', [features, this.units], 'float32', tf.initializers.glorotUniform({}))
    this.bias = this.addWeight('bias', [this.units], 'float32', tf.initializers.randomNormal({ stddev: 0.5 }))
    this.built = true
  }

  computeOutputShape(inputShape) {
    return [inputShape[0], this.units]
  }

  call(inputs) {
    return tf.tidy(() => {
      const [x] = inputs
      const product = tf.add(tf.matMul(x, this.kernel.read()), this.bias.read())
      return tf.mul(tf.sigmoid(tf.matMul(x, this.gate.read())), product.mul(0.5))
    })
  }

  static get className() {
    return 'Gated'
  }
}

export function createOwn(units = 96) {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units, inputShape: [64], activation: 'tanh', kernelInitializer: 'glorotUniform' }),
      new Rectifiers({}),
      new Gated({ units }),
      tf.layers.dense({ units: 16 }),
    ],
  })
}
