/** The networks that Keras ships, which are programs like any other: read from the package where it is installed. */

const applications = /^(?:tensorflow\.|tf_)?keras(?:\.api|\.src|\.api\._v2\.keras)?\.applications(\..+)?$/

/**
 * `keras.applications` and what is below it, under whichever of Keras' names, as the package's own files are named: `keras.applications`
 * re-exports what `keras.src.applications` defines. null for all other modules.
 */
export function shippedNetworks(dotted: string): string | null {
  const match = applications.exec(dotted)
  if (match === null) return null
  const root = dotted.includes('.src.') ? 'keras.src' : dotted.startsWith('tf_keras') ? 'tf_keras' : 'keras'
  return `${root}.applications${match[1] ?? ''}`
}
