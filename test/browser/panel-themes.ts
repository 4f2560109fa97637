/** VS Code's own values of the theme colours that the panel uses, for the four kinds of theme. */
export type ThemeName = 'dark' | 'light' | 'hc-dark' | 'hc-light'
export const themeNames: readonly ThemeName[] = ['dark', 'light', 'hc-dark', 'hc-light']

/** Class of the body in a webview of each theme. */
export const bodyClass: Readonly<Record<ThemeName, string>> = {
  dark: 'vscode-dark', light: 'vscode-light', 'hc-dark': 'vscode-high-contrast', 'hc-light': 'vscode-high-contrast-light',
}

const shared = {
  'font-family': 'system-ui, "Segoe UI", "Liberation Sans", sans-serif', 'font-size': '13px', 'editor-font-family': '"DejaVu Sans Mono", monospace', 'editor-font-size': '13px',
}

const dark = {
  foreground: '#cccccc', descriptionForeground: '#9d9d9d', 'editor-background': '#1f1f1f', 'panel-border': '#2b2b2b', focusBorder: '#0078d4', errorForeground: '#f85149',
  'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-border': '#ffffff12',
  'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c',
  'input-background': '#313131', 'input-foreground': '#cccccc', 'input-border': '#3c3c3c', 'input-placeholderForeground': '#989898', 'inputValidation-errorBorder': '#be1100',
  'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c', 'textLink-foreground': '#4daafc', 'textLink-activeForeground': '#4daafc',
  'list-hoverBackground': '#2a2d2e', 'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff', 'list-inactiveSelectionBackground': '#37373d',
  'charts-orange': '#d18616', 'charts-blue': '#59a4f9', 'charts-purple': '#b180d7', 'charts-green': '#89d185', 'charts-red': '#f14c4c', 'charts-yellow': '#cca700',
  'editorWarning-foreground': '#cca700', 'editorError-foreground': '#f14c4c', 'editorInfo-foreground': '#59a4f9', 'editorHoverWidget-background': '#202020',
  'editorHoverWidget-border': '#454545', 'editorHoverWidget-foreground': '#cccccc', 'badge-background': '#616161', 'badge-foreground': '#f8f8f8', 'editor-lineHighlightBorder': '#282828',
  'icon-foreground': '#cccccc', 'diffEditor-insertedLineBackground': '#9bb95533', 'diffEditor-removedLineBackground': '#ff000033',
}
const light = {
  foreground: '#3b3b3b', descriptionForeground: '#3b3b3b', 'editor-background': '#ffffff', 'panel-border': '#e5e5e5', focusBorder: '#005fb8', errorForeground: '#c00000',
  'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-border': '#0000001a',
  'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc',
  'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-border': '#cecece', 'input-placeholderForeground': '#767676', 'inputValidation-errorBorder': '#be1100',
  'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece', 'textLink-foreground': '#005fb8', 'textLink-activeForeground': '#005fb8',
  'list-hoverBackground': '#f2f2f2', 'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000', 'list-inactiveSelectionBackground': '#e4e6f1',
  'charts-orange': '#d18616', 'charts-blue': '#0063d3', 'charts-purple': '#652d90', 'charts-green': '#388a34', 'charts-red': '#e51400', 'charts-yellow': '#bf8803',
  'editorWarning-foreground': '#bf8803', 'editorError-foreground': '#e51400', 'editorInfo-foreground': '#0063d3', 'editorHoverWidget-background': '#f8f8f8',
  'editorHoverWidget-border': '#c8c8c8', 'editorHoverWidget-foreground': '#3b3b3b', 'badge-background': '#cccccc', 'badge-foreground': '#3b3b3b', 'editor-lineHighlightBorder': '#eeeeee',
  'icon-foreground': '#3b3b3b', 'diffEditor-insertedLineBackground': '#9bb95533', 'diffEditor-removedLineBackground': '#ff000033',
}
const hcDark = {
  foreground: '#ffffff', descriptionForeground: '#ffffffb3', 'editor-background': '#000000', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'panel-border': '#6fc3df',
  focusBorder: '#f38518', errorForeground: '#f48771', 'button-foreground': '#ffffff', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff', 'input-background': '#000000',
  'input-foreground': '#ffffff', 'input-border': '#6fc3df', 'input-placeholderForeground': '#ffffffb3', 'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df',
  'textLink-foreground': '#21a6ff', 'textLink-activeForeground': '#21a6ff', 'charts-orange': '#d18616', 'charts-blue': '#59a4f9', 'charts-purple': '#b180d7', 'charts-green': '#89d185',
  'editorWarning-foreground': '#ffd370', 'editorError-foreground': '#f48771', 'editorInfo-foreground': '#59a4f9', 'editorHoverWidget-background': '#000000', 'editorHoverWidget-border': '#6fc3df',
  'editorHoverWidget-foreground': '#ffffff', 'badge-background': '#000000', 'badge-foreground': '#ffffff', 'editor-lineHighlightBorder': '#f38518', 'icon-foreground': '#ffffff',
}
const hcLight = {
  foreground: '#292929', descriptionForeground: '#292929b3', 'editor-background': '#ffffff', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd', 'panel-border': '#0f4a85',
  focusBorder: '#006bbd', errorForeground: '#b5200d', 'button-foreground': '#ffffff', 'button-background': '#0f4a85', 'button-hoverBackground': '#0f4a85', 'button-border': '#0f4a85',
  'button-secondaryForeground': '#292929', 'button-secondaryBackground': '#ffffff', 'input-background': '#ffffff', 'input-foreground': '#292929', 'input-border': '#0f4a85',
  'input-placeholderForeground': '#292929b3', 'dropdown-background': '#ffffff', 'dropdown-foreground': '#292929', 'dropdown-border': '#0f4a85', 'textLink-foreground': '#0f4a85',
  'textLink-activeForeground': '#0f4a85', 'charts-orange': '#d18616', 'charts-blue': '#0063d3', 'charts-purple': '#652d90', 'charts-green': '#374e06', 'editorWarning-foreground': '#895503',
  'editorError-foreground': '#b5200d', 'editorInfo-foreground': '#0063d3', 'editorHoverWidget-background': '#ffffff', 'editorHoverWidget-border': '#0f4a85', 'editorHoverWidget-foreground': '#292929',
  'badge-background': '#0f4a85', 'badge-foreground': '#ffffff', 'editor-lineHighlightBorder': '#0f4a85', 'icon-foreground': '#292929',
}

const themes: Readonly<Record<ThemeName, Readonly<Record<string, string>>>> = { dark, light, 'hc-dark': hcDark, 'hc-light': hcLight }

/** What VS Code sets on the root element of a webview. */
export function themeVariables(theme: ThemeName): readonly (readonly [string, string])[] {
  return Object.entries({ ...shared, ...themes[theme] }).map(([name, value]) => [`--vscode-${name}`, value] as const)
}
