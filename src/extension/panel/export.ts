import { env, Uri, window, workspace } from 'vscode'
import type { DoneMessage, FromWebview } from '../../protocol'

type ExportRequest = Extract<FromWebview, { readonly type: 'export' }>

const filters: Readonly<Record<ExportRequest['format'], { readonly name: string; readonly extension: string }>> = {
  markdown: { name: 'Markdown', extension: 'md' },
  latex: { name: 'LaTeX', extension: 'tex' },
  csv: { name: 'CSV', extension: 'csv' },
  json: { name: 'JSON', extension: 'json' },
  svg: { name: 'SVG', extension: 'svg' },
  png: { name: 'PNG', extension: 'png' },
}

/** Puts what the panel made on the clipboard or, by a dialog, into a file beside `beside`. */
export async function saveExport(request: ExportRequest, beside: Uri | null): Promise<DoneMessage> {
  const done = (ok: boolean, message: string): DoneMessage => ({ type: 'done', id: request.id, ok, message })
  const { name, extension } = filters[request.format]
  if (request.copy) {
    await env.clipboard.writeText(request.content)
    return done(true, `Copied as ${name}.`)
  }
  const folder = beside === null || beside.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(beside, '..')
  const target = await window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, request.fileName) }),
    filters: { [name]: [extension] },
  })
  if (target === undefined) return done(false, 'Not saved.')
  try {
    await workspace.fs.writeFile(target, bytesOf(request))
  } catch (error) {
    return done(false, `Not saved: ${error instanceof Error ? error.message : String(error)}`)
  }
  return done(true, `Saved ${target.path.split('/').at(-1)}.`)
}

function bytesOf({ format, content }: ExportRequest): Uint8Array {
  return format === 'png' ? Uint8Array.from(atob(content), (character) => character.charCodeAt(0)) : new TextEncoder().encode(content)
}
