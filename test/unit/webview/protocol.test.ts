import assert from 'node:assert/strict'
import { isFromWebview, isPanelState, isToWebview } from '../../../src/protocol'
import { panelHtml } from '../../../src/webview/html'

const span = { file: 'a.py', start: 0, end: 1, line: 1, column: 0 }

describe('messages are checked on arrival', () => {
  it('takes well-formed requests', () => {
    assert.ok(isFromWebview({ type: 'ready' }))
    assert.ok(isFromWebview({ type: 'reveal', span, preserveFocus: true }))
    assert.ok(isFromWebview({ type: 'apply', id: 1, version: 2, edit: { kind: 'parameters', parameters: [0, 3] } }))
    assert.ok(isFromWebview({ type: 'setInput', input: [{ shape: [8, 3], distribution: { kind: 'normal', mean: 0, std: 1 } }] }))
    assert.ok(isFromWebview({ type: 'setInput', input: null }))
  })

  it('refuses what is missing a field, mistyped or unheard of', () => {
    for (const message of [
      null,
      'ready',
      {},
      { type: 'toString' },
      { type: '__proto__' },
      { type: 'reveal', span: { ...span, line: '1' }, preserveFocus: true },
      { type: 'apply', id: 1, version: 2, edit: { kind: 'everything' } },
      { type: 'apply', id: 1, edit: { kind: 'recommended' } },
      { type: 'export', id: 1, format: 'exe', copy: false, fileName: 'x', content: '' },
      { type: 'setSize', name: 'hidden', value: Number.NaN },
    ])
      assert.equal(isFromWebview(message), false, JSON.stringify(message))
  })

  it('checks what the extension sends as well', () => {
    assert.ok(isToWebview({ type: 'stale', version: 3 }))
    assert.ok(isToWebview({ type: 'measureError', message: 'no torch', detail: null, action: 'chooseInterpreter' }))
    assert.equal(isToWebview({ type: 'analysis', file: 'a.py' }), false)
    assert.equal(
      isToWebview({
        type: 'preview',
        id: 1,
        hunks: [{ file: 'a.py', beforeLine: 1, afterLine: 1, lines: [{ kind: 'moved', text: '' }] }],
        reason: null,
      }),
      false,
    )
  })

  it('refuses a state of another version', () => {
    assert.ok(
      isPanelState({ file: 'a.py', model: null, options: { modelExpression: null, input: null, sizes: {} }, pinned: false, tried: {} }),
    )
    assert.equal(isPanelState({ file: 'a.py' }), false)
    assert.equal(isPanelState(undefined), false)
  })
})

describe('the page', () => {
  it('names its nonce, escapes addresses and carries no inline style', () => {
    const html = panelHtml({
      script: 'https://x/a.js?b&c',
      style: 'https://x/"s.css',
      worker: 'https://x/w.js',
      cspSource: 'https://x',
      nonce: 'abc',
      language: 'en',
    })
    assert.match(html, /script-src &#39;nonce-abc&#39;/)
    assert.match(html, /<script nonce="abc" src="https:\/\/x\/a\.js\?b&amp;c">/)
    assert.match(html, /https:\/\/x\/&quot;s\.css/)
    assert.doesNotMatch(html, /style=|<style|unsafe-inline|unsafe-eval/)
  })
})
