import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('Style of @stackgate/react, built by Vite', () => {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    browser = await openBrowser()
    folder = mkdtempSync(join(tmpdir(), 'stackgate-style-'))
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./main.js"></script>')
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  /** The style as an application of its own has it. */
  async function built(own: string): Promise<string> {
    writeFileSync(join(folder, 'own.css'), own)
    const style = join(process.cwd(), 'packages/react/styles.css')
    writeFileSync(join(folder, 'main.js'), `import ${JSON.stringify(style)}\nimport './own.css'\n`)
    const output = join(folder, 'built')
    const vite = ['node_modules/vite/bin/vite.js', 'build', folder, '--outDir', output, '--logLevel', 'silent']
    await promisify(execFile)(process.execPath, [...vite, '--emptyOutDir'])
    const assets = join(output, 'assets')
    const file = readdirSync(assets).find((name) => name.endsWith('.css'))!
    return readFileSync(join(assets, file), 'utf8')
  }

  it.each([
    ['light without a color scheme', '', 'dark', ['rgb(23, 24, 28)', 'rgb(255, 255, 255)']],
    [
      'dark where the page allows it',
      ':root { color-scheme: light dark }',
      'dark',
      ['rgb(240, 241, 244)', 'rgb(22, 23, 27)'],
    ],
    [
      'light where the user prefers it',
      ':root { color-scheme: light dark }',
      'light',
      ['rgb(23, 24, 28)', 'rgb(255, 255, 255)'],
    ],
  ] as const)('is %s', async (_name, own, colorScheme, colors) => {
    const page = await browser.newPage({ colorScheme })
    await page.setContent(`<style>${await built(own)}</style><section class="sg-card">Team</section>`)
    const style = "getComputedStyle(document.querySelector('.sg-card'))"
    const found: unknown = await page.evaluate(`[${style}.color, ${style}.backgroundColor]`)
    expect(found).toEqual(colors)
    await page.close()
  })
})
