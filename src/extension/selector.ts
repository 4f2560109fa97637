import type { DocumentFilter } from 'vscode'

/** Documents that features are offered in: Python files, wherever they are kept, and the cells of notebooks. */
export const selector: readonly DocumentFilter[] = [{ language: 'python' }, { language: 'python', notebookType: 'jupyter-notebook' }]
