/** Every command of the extension. The first group is in package.json; the links in hovers, lenses and hints call the second. */
export const commandIds = {
  recommend: 'initLens.recommend',
  openPanel: 'initLens.openPanel',
  openPanelPinned: 'initLens.openPanelPinned',
  applyModel: 'initLens.applyModel',
  showLog: 'initLens.showLog',

  reveal: 'initLens.reveal',
  focusLayer: 'initLens.focusLayer',
  applyEdit: 'initLens.applyEdit',
  setAssumption: 'initLens.setAssumption',
} as const

/** Address of a command with its arguments, for links in Markdown. */
export function commandLink(command: string, ...args: readonly unknown[]): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify(args))}`
}
