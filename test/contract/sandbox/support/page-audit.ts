import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(new URL('./page-audit.browser.mjs', import.meta.url), 'utf8')

/**
 * Returns the accessibility problems of a page: fields without a label, buttons and links without a name, no or several
 * main headings, no language, text with a contrast below 4.5 : 1 to its background.
 */
export function auditPage(page: Page): Promise<string[]> {
  return page.evaluate(`(${SOURCE.slice(SOURCE.indexOf('function'))})()`)
}
