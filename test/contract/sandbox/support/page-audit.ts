import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(new URL('./page-audit.browser.mjs', import.meta.url), 'utf8')

/**
 * What keeps people from using a page: fields without a label, buttons and links without a name, no or several main
 * headings, no language, text with too little contrast (below 4.5 : 1) against what is behind it.
 */
export function auditPage(page: Page): Promise<string[]> {
  return page.evaluate(`(${SOURCE.slice(SOURCE.indexOf('function'))})()`)
}
