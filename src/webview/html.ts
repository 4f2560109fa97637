/** The page that hosts the panel. Pure text: the extension calls it with the addresses its webview may load. */
export interface PanelPage {
  /** `webview.asWebviewUri` of dist/webview.js, dist/webview.css and dist/webview.worker.js. */
  readonly script: string
  readonly style: string
  readonly worker: string
  /** `webview.cspSource`. */
  readonly cspSource: string
  /** Fresh from crypto.getRandomValues for every page. */
  readonly nonce: string
  /** `vscode.env.language`. */
  readonly language: string
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character)

/**
 * The panel's HTML under a policy that allows our script and style sheet and nothing else. The worker's text is fetched from
 * `cspSource` and started from a blob, since a webview's origin differs from its resources'. No inline style or script.
 */
export function panelHtml(page: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.cspSource}`,
    `font-src ${page.cspSource}`,
    'img-src blob: data:',
    'worker-src blob:',
    `connect-src ${page.cspSource}`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(page.style)}">
<title>Init Lens</title>
</head>
<body>
<div id="root" data-worker="${escapeHtml(page.worker)}"></div>
<script nonce="${escapeHtml(page.nonce)}" src="${escapeHtml(page.script)}"></script>
</body>
</html>
`
}
