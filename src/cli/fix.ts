import { writeFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import type { Document, TextEdit } from '../analysis'
import { fix } from '../analyze'
import { type AnalyzeFlags, analyzeDocument } from './analyze'
import { readDocumentFile } from './document'
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
      const document = readDocumentFile(file)
      const { text, reasons } = await fixedText(document, flags)
      if (text === document.text) reasons.forEach(complain)
      else if (diff) print(createTwoFilesPatch(file, file, document.text, text))
      else {
        writeFileSync(file, text)
        print(`${file}: initialization written`)
      }
    } catch (error) {
      code = 2
      complain(error instanceof Error ? error.message : String(error))
    }
  }
  return code
}

/**
 * Models of one file share lines, so that each is read anew after the one before it was fixed. Of several models of one class the
 * first decides.
 */
async function fixedText(document: Document, flags: AnalyzeFlags): Promise<{ readonly text: string; readonly reasons: readonly string[] }> {
  let { text } = document
  const reasons: string[] = []
  const classes = new Set<string>()
  const { models } = await analyzeDocument(document, flags)
  for (const index of models.keys()) {
    const now = { ...document, text }
    const model = index === 0 ? models[0] : (await analyzeDocument(now, flags)).models[index]
    if (model === undefined) break
    if (model.rootClass !== null && classes.has(model.rootClass.name)) continue
    if (model.rootClass !== null) classes.add(model.rootClass.name)
    const result = fix(now, model, { kind: 'recommended', parameters: null })
    if (result.ok) text = applyEdits(text, result.edits)
    else reasons.push(`${document.file}: ${model.name}: ${result.reason}`)
  }
  return { text, reasons }
}

/** The text with non-overlapping edits carried out. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let done = 0
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(done, start) + newText
    done = end
  }
  return result + text.slice(done)
}
