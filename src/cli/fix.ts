import { writeFileSync } from 'node:fs'
import { createTwoFilesPatch } from 'diff'
import type { TextEdit } from '../analysis'
import { fix } from '../analyze'
import { type AnalyzeFlags, analyzeFile } from './analyze'
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
      const analysis = await analyzeFile(file, flags)
      let { text } = document
      const reasons: string[] = []
      for (const model of analysis.models) {
        const result = fix(document, model, { kind: 'recommended', parameters: null })
        if (result.ok) {
          text = applyEdits(document.text, result.edits)
          break
        }
        reasons.push(`${file}: ${model.name}: ${result.reason}`)
      }
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
