import { type ConfigurationScope, workspace } from 'vscode'

export type Verbosity = 'off' | 'problems' | 'all'
export type RuleLevel = 'off' | 'information' | 'warning' | 'error'

/** What the user set, for one document. */
export interface Settings {
  readonly enable: boolean
  readonly xavierVariance: 'glorot' | 'lesson'
  readonly distribution: 'normal' | 'uniform'
  /** Second moments from low to high are healthy. */
  readonly healthyZone: readonly [number, number]
  /** Values for sizes that the code leaves open. */
  readonly sizes: Readonly<Record<string, number>>
  readonly inlayHints: Verbosity
  readonly codeLens: boolean
  readonly diagnostics: boolean
  readonly rules: Readonly<Record<string, RuleLevel>>
  readonly hover: boolean
  /** Empty: the Python that the Python extension has selected. */
  readonly python: string
}

export const section = 'initLens'

/** The smallest and largest healthy second moment where the setting is not a pair of positive numbers. */
const defaultZone: readonly [number, number] = [0.1, 10]

/** `null`: the window's. */
export function settingsFor(scope: ConfigurationScope | null): Settings {
  const configuration = workspace.getConfiguration(section, scope)
  return {
    enable: configuration.get('enable', true),
    xavierVariance: configuration.get<Settings['xavierVariance']>('xavierVariance', 'glorot'),
    distribution: configuration.get<Settings['distribution']>('distribution', 'normal'),
    healthyZone: zone(configuration.get('healthyZone')),
    sizes: configuration.get('sizes', {}),
    inlayHints: configuration.get<Verbosity>('inlayHints', 'problems'),
    codeLens: configuration.get('codeLens', true),
    diagnostics: configuration.get('diagnostics', true),
    rules: configuration.get('rules', {}),
    hover: configuration.get('hover', true),
    python: configuration.get('python', ''),
  }
}

function zone(value: unknown): readonly [number, number] {
  if (!Array.isArray(value)) return defaultZone
  const [low, high]: unknown[] = value
  return typeof low === 'number' && typeof high === 'number' && low > 0 && low < high ? [low, high] : defaultZone
}
