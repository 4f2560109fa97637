import type { Distribution } from '../../graph'
import { target } from './torch'

/** The `torch.nn.init` call that draws a distribution, as a template; null where torch has no call for it. */
export function torchDistributionCall(distribution: Distribution): string | null {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value === 0
        ? `nn.init.zeros_(${target})`
        : distribution.value === 1
          ? `nn.init.ones_(${target})`
          : `nn.init.constant_(${target}, ${number(distribution.value)})`
    case 'normal':
      return distribution.mean === 0
        ? `nn.init.normal_(${target}, std=${number(distribution.std)})`
        : `nn.init.normal_(${target}, mean=${number(distribution.mean)}, std=${number(distribution.std)})`
    case 'uniform':
      return `nn.init.uniform_(${target}, ${number(distribution.low)}, ${number(distribution.high)})`
    case 'truncatedNormal':
      return `nn.init.trunc_normal_(${target}, mean=${number(distribution.mean)}, std=${number(distribution.std)}, a=${number(distribution.low)}, b=${number(distribution.high)})`
    case 'orthogonal':
      return distribution.gain === 1
        ? `nn.init.orthogonal_(${target})`
        : `nn.init.orthogonal_(${target}, gain=${number(distribution.gain)})`
    case 'dirac':
      return distribution.groups === 1 ? `nn.init.dirac_(${target})` : `nn.init.dirac_(${target}, groups=${distribution.groups})`
    case 'eye':
      return `nn.init.eye_(${target})`
    case 'sparse':
      return `nn.init.sparse_(${target}, sparsity=${number(distribution.sparsity)}, std=${number(distribution.std)})`
    case 'deltaOrthogonal':
    case 'affine':
    case 'mixture':
    case 'unknown':
      return null
  }
}

function number(value: number): string {
  return String(Number(value.toPrecision(5)))
}
