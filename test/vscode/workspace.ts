/** Files and editors for the tests inside VS Code. */
import {
  type CodeAction,
  commands,
  type Hover,
  type MarkdownString,
  type Position,
  Range,
  TabInputWebview,
  type TextDocument,
  Uri,
  type WorkspaceEdit,
  window,
  workspace,
} from 'vscode'

export function folder(): Uri {
  const [first] = workspace.workspaceFolders ?? []
  if (first === undefined) throw new Error('the tests need a workspace folder')
  return first.uri
}

export async function write(name: string, text: string): Promise<Uri> {
  const uri = Uri.joinPath(folder(), name)
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text))
  return uri
}

/** Writes a file and shows it. */
export async function show(name: string, text: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument(await write(name, text))
  await window.showTextDocument(document)
  return document
}

export async function closeAll(): Promise<void> {
  await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  await commands.executeCommand('workbench.action.closeAllEditors')
}

/** Position of the first character of `text`, or of its `nth` occurrence. */
export function positionOf(document: TextDocument, text: string, nth = 0): Position {
  let offset = -1
  for (let i = 0; i <= nth; i++) offset = document.getText().indexOf(text, offset + 1)
  if (offset < 0) throw new Error(`"${text}" is not in ${document.uri.path}`)
  return document.positionAt(offset)
}

/** The hover of ours at a position, as Markdown; empty when there is none. */
export async function hoverAt(document: TextDocument, position: Position): Promise<string> {
  const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, position)
  return hovers
    .flatMap(({ contents }) => contents as MarkdownString[])
    .map(({ value }) => value)
    .join('\n')
}

/** Asks again until `ask` gives a value that is neither null, undefined nor false. */
export async function eventually<T>(
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  what: string,
  milliseconds = 20_000,
): Promise<T> {
  const end = Date.now() + milliseconds
  for (;;) {
    const value = await ask()
    if (value !== null && value !== undefined && value !== false) return value
    if (Date.now() > end) throw new Error(`${what}: waited ${milliseconds} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const mlp = `import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 256)
        self.head = nn.Linear(256, 10)

    def forward(self, x):
        x = self.fc1(x).relu()
        x = self.fc2(x).relu()
        return self.head(x)
`

/** Weights from N(0, 0.01²): the signal dies. */
export const dying = `import torch.nn as nn


class Dying(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(10):
            layers += [nn.Linear(100, 100), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.01)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.body(x)
`

/** The first action at a place that edits and has such a title. */
export function actionAt(
  document: TextDocument,
  position: Position,
  title: RegExp,
): Promise<CodeAction & { readonly edit: WorkspaceEdit }> {
  return eventually(async () => {
    const found = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new Range(position, position),
      undefined,
      // Only those that are resolved have an edit.
      10,
    )
    return found.find((action): action is CodeAction & { edit: WorkspaceEdit } => action.edit !== undefined && title.test(action.title))
  }, `a code action ${title}`)
}

/** Opens the panel of a file; gives its title. */
export async function panelOf(document: TextDocument): Promise<string> {
  const name = document.uri.path.split('/').at(-1) ?? ''
  await window.showTextDocument(document)
  await commands.executeCommand('initLens.openPanel')
  const tabs = () => window.tabGroups.all.flatMap((group) => group.tabs)
  const panel = await eventually(
    () => tabs().find(({ input, label }) => input instanceof TabInputWebview && label.endsWith(name)),
    `the panel of ${name}`,
  )
  return panel.label
}

/** Carries out the first action that edits, of those at a text. */
export async function applyLightBulb(document: TextDocument, text: string): Promise<void> {
  await apply((await actionAt(document, positionOf(document, text), /^Apply the recommended/)).edit)
}

export async function apply(edit: WorkspaceEdit): Promise<void> {
  if (!(await workspace.applyEdit(edit))) throw new Error('the edit was not applied')
}
