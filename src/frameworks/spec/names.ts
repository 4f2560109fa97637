/** `HeNormal`, `heNormal`, `he-normal` → `he_normal`; `Conv2DTranspose` → `conv2d_transpose`. */
export function plainName(name: string): string {
  return name
    .replace(/(\d)D(?![a-z])/g, '$1d')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toLowerCase()
}

/** The same for layers and activations, whose acronyms have a spelling of their own: `LeakyReLU`, `PReLU`, `ELU`. */
export function layerName(name: string): string {
  const known: Readonly<Record<string, string>> = { PReLU: 'prelu', SiLU: 'silu', RMSNormalization: 'rms_normalization' }
  return plainName(known[name] ?? name.replace(/ReLU/g, 'Relu').replace(/ELU$/, 'elu'))
}

/** `kernel_size` → `kernelSize`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
