import { writeFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import { fix } from '../analyze'
import { type AnalyzeFlags, analyzeDocument } from './analyze'
import { edited, namingFile, readSource, type Source } from './document'
import { filesBelow } from './paths'

/** `fix PATHS…`: writes the recommended initialization into the files; `diff` only shows what would change. Gives the exit code. */
export async function fixCommand(
  paths: readonly string[],
  diff: boolean,
  flags: AnalyzeFlags,
  print: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  let code = 0
  for (const file of filesBelow(paths)) {
    try {
      const before = readSource(file)
      const { source, reasons } = await fixed(before, flags)
      if (source.raw === before.raw) reasons.forEach(complain)
      else if (diff) print(createTwoFilesPatch(file, file, before.raw, source.raw))
      else {
        writeFileSync(file, source.raw)
        print(`${file}: initialization written`)
      }
    } catch (error) {
      code = 2
      complain(namingFile(file, error))
    }
  }
  return code
}

/**
 * Models of one file share lines, so that each is read anew after the one before it was fixed. Of several models of one class the
 * first decides.
 */
async function fixed(before: Source, flags: AnalyzeFlags): Promise<{ readonly source: Source; readonly reasons: readonly string[] }> {
  let source = before
  const reasons: string[] = []
  const classes = new Set<string>()
  const { models } = await analyzeDocument(source.document, flags)
  for (const index of models.keys()) {
    const model = index === 0 ? models[0] : (await analyzeDocument(source.document, flags)).models[index]
    if (model === undefined) break
    const name = model.rootClass?.name ?? (model.whole === undefined ? null : `${model.whole.rootClass.name}.${model.whole.part}`)
    if (name !== null && classes.has(name)) continue
    if (name !== null) classes.add(name)
    const result = fix(source.document, model, { kind: 'recommended', parameters: null })
    const next = result.ok ? edited(source, result.edits) : null
    if (next !== null) source = next
    else reasons.push(`${source.document.file}: ${model.name}: ${result.ok ? 'The change fits into no cell.' : result.reason}`)
  }
  return { source, reasons }
}
