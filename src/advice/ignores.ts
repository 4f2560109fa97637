import type { Finding } from '../analysis'

/**
 * Comments that silence findings: `# init-lens: ignore` for every rule on its own line or the line below,
 * `# init-lens: ignore[signal-vanishes, deep-sigmoid]` for some, `# init-lens: ignore-file` for the whole file. In scripts they start with `//`.
 */
export function withoutIgnored<T extends Finding>(findings: readonly T[], file: string, text: string): readonly T[] {
  if (!text.includes('init-lens:')) return findings
  const ignores = text.split('\n').flatMap((line, index) => {
    const match = /(?:#|\/\/)\s*init-lens:\s*ignore(-file)?(?:\[([^\]]*)\])?/.exec(line)
    if (match === null) return []
    const rules = match[2] === undefined ? null : match[2].split(',').map((rule) => rule.trim())
    const alone = /^\s*(?:#|\/\/)/.test(line)
    return [{ line: index + 1, wholeFile: match[1] !== undefined, alone, rules }]
  })
  return findings.filter(
    (finding) =>
      !ignores.some(({ line, wholeFile, alone, rules }) => {
        const speaks = rules === null || rules.includes(finding.rule)
        const here = finding.span?.file === file && (finding.span.line === line || (alone && finding.span.line === line + 1))
        return speaks && (wholeFile || here)
      }),
  )
}
