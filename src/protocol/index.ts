/** What passes between the extension and the panel. */
export { isFromWebview, isPanelState, isToWebview } from './checks'
export * from './messages'
