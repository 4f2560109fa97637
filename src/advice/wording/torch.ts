import type { Draft, WeightContext } from '../draft'

/** Stands for the parameter's expression in a template. */
export const target = '{target}'

/** `features.0.weight` as code on `root`: `self.features[0].weight`. */
export function attributePath(root: string, name: string): string {
  return name
    .split('.')
    .reduce(
      (path, part) =>
        /^\d+$/.test(part) ? `${path}[${part}]` : /^[A-Za-z_]\w*$/.test(part) ? `${path}.${part}` : `${path}.get_submodule('${part}')`,
      root,
    )
}

/** The model's root in its class's own code; a part of a class stands below that class's. */
export function rootPath(part: string | undefined, root = 'self'): string {
  return part === undefined ? root : attributePath(root, part)
}

export function fillTemplate(template: string, expression: string): string {
  return template.replaceAll(target, expression)
}

/** The `torch.nn.init` call that draws `draft`'s distribution, as a template. */
export function torchInitCall(draft: Draft, context: WeightContext): string {
  const { distribution } = context.options
  const normal = distribution === 'normal'
  const suffix = normal ? 'normal_' : 'uniform_'
  switch (draft.family) {
    case 'he':
    case 'lecun': {
      const nonlinearity = kaimingNonlinearity(draft)
      if (nonlinearity === null || draft.scaledBy !== undefined) return scaledDraw(draft, context, normal)
      if (draft.fan === context.fanIn) return `nn.init.kaiming_${suffix}(${target}, ${nonlinearity})`
      if (draft.fan === context.fanOut) return `nn.init.kaiming_${suffix}(${target}, mode='fan_out', ${nonlinearity})`
      return scaledDraw(draft, context, normal)
    }
    case 'xavier':
      if (draft.mode === 'fan_avg')
        return `nn.init.xavier_${suffix}(${target}${draft.scaledBy === undefined ? '' : `, gain=${Number(draft.gain.toPrecision(4))}`})`
      if (draft.scaledBy !== undefined) return scaledDraw(draft, context, normal)
      return `nn.init.kaiming_${suffix}(${target}, nonlinearity='linear')`
    case 'orthogonal':
      return `nn.init.orthogonal_(${target})`
    case 'zeros':
      return `nn.init.zeros_(${target})`
    case 'ones':
      return `nn.init.ones_(${target})`
    case 'constant':
      return `nn.init.constant_(${target}, ${draft.gain})`
    case 'normal':
    case 'keep':
      return `nn.init.normal_(${target}, std=${Number(draft.gain.toPrecision(4))})`
  }
}

/** Arguments by which `kaiming_*_` knows this gain; null when `calculate_gain` has no name for it. */
function kaimingNonlinearity(draft: Draft): string | null {
  const fn = draft.activation
  if (draft.family === 'lecun') return "nonlinearity='linear'"
  if (fn === null) return null
  if (fn.name === 'relu' || fn.name === 'relu6') return "nonlinearity='relu'"
  if (fn.name === 'leakyRelu') return `a=${fn.slope}, nonlinearity='leaky_relu'`
  return null
}

/**
 * A gain that torch has no name for, written out: std = gain/√fan, with the fan read off the tensor where that is
 * what its shape says, so that one line serves layers of every size.
 */
function scaledDraw(draft: Draft, context: WeightContext, normal: boolean): string {
  if (Math.abs(draft.gain - 1) < 1e-9 && draft.fan === context.fanIn)
    return `nn.init.kaiming_${normal ? 'normal_' : 'uniform_'}(${target}, nonlinearity='linear')`
  const perRow = context.parameter.shape.slice(1).reduce((product, size) => product * size, 1)
  const fan = draft.fan === perRow ? `${target}[0].numel()` : String(draft.fan)
  const std = `${Number(draft.gain.toPrecision(5))} / ${fan} ** 0.5`
  if (normal) return `nn.init.normal_(${target}, std=${std})`
  const bound = `${Number((draft.gain * Math.sqrt(3)).toPrecision(5))} / ${fan} ** 0.5`
  return `nn.init.uniform_(${target}, -${bound}, ${bound})`
}
