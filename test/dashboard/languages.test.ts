import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetLanguage } from '@stackgate/client/documents'
import { noBrowser } from '#test/support/browser.js'
import { fillDashboard } from '#test/support/dashboard-data.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { describeUnless } from '#test/support/skip.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

/** Texts that are the same in another language: names, units, and words that it shares with English. */
const SAME_EVERYWHERE = [
  '1 MB',
  '1 ms',
  '2 MB',
  '2 ms',
  'Ann',
  'ID 1',
  'ID 2',
  'Ops',
  'Stackgate',
  'URL',
  'Vera',
  'Webhooks',
]
const SAME: Readonly<Record<'de' | 'es', readonly string[]>> = {
  de: [
    'Agent',
    'Agent offline',
    'Agent online',
    'Code',
    'Community',
    'Container',
    'Deployment 1',
    'Deployment 2',
    'Deployments',
    'Details',
    'Filter',
    'Image',
    'Limit',
    'Logs',
    'Name',
    'Person',
    'Server',
    'Status',
    'Status 1',
    'Status 2',
    'System',
    'Tags',
    'Team',
    'Version 1',
    'Version 2',
    'Website',
  ],
  es: ['Ctrl K', 'Marketplace', 'No', 'Personal', 'Plan', 'Total'],
}

/** Codes that have a text only where it is not the code in small letters. */
const OPTIONAL = /^words\.codes\./

/** A line for a program. */
const COMMAND = /^npx /

/** Texts by their paths. Those of a function are what it returns for one and for two things. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (value === null) return []
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return samplesOf(value as (...values: unknown[]) => string, path)
  return Object.entries(value as object).flatMap(([key, each]) => textsOf(each, path ? `${path}.${key}` : key))
}

/** A function that compares with a number takes one; the others take texts. */
function samplesOf(text: (...values: unknown[]) => string, path: string): [string, string][] {
  const values = /=== 1\b/.test(String(text)) ? [1, 2] : ['1', '2']
  return values.map((value) => [`${path}(${value})`, text(...Array.from({ length: text.length }, () => value))])
}

describe('Texts of the dashboard', () => {
  beforeAll(() => {
    // The texts read these of a browser when they are loaded.
    Object.assign(globalThis, { localStorage: { getItem: () => 'en' }, document: { documentElement: {} } })
  })
  const load = async (name: string) => (await import(`../../dashboard/src/words/${name}.js`)) as Record<string, unknown>

  it.each(['de', 'es'] as const)('are all translated: %s', async (language) => {
    const english = new Map(textsOf({ ...(await load('english')) }))
    const translated = new Map(textsOf({ ...(await load(language)) }))
    expect(english.size).toBeGreaterThan(900)
    const paths = (texts: Map<string, string>) => [...texts.keys()].filter((path) => !OPTIONAL.test(path)).toSorted()
    expect(paths(translated)).toEqual(paths(english))
    const same = [...english].filter(([path, text]) => /\p{L}{2}/u.test(text) && translated.get(path) === text)
    const texts = new Set(same.map(([, text]) => text).filter((text) => !COMMAND.test(text)))
    expect([...texts].toSorted()).toEqual([...SAME_EVERYWHERE, ...SAME[language]].toSorted())
    // The name of a button contains what it shows, so that a spoken command finds it.
    const shown = (path: string, texts: Map<string, string>) => texts.get(path.replace(/Named\(.*/, ''))?.toLowerCase()
    const contains = (path: string, texts: Map<string, string>) =>
      !path.includes('Named(') ||
      texts
        .get(path)!
        .toLowerCase()
        .includes(shown(path, texts) ?? '')
    const named = [...english.keys()].filter((path) => contains(path, english) && !contains(path, translated))
    expect(named).toEqual([])
    expect([...translated].filter(([, text]) => !text.trim() || /undefined|\[object/.test(text))).toEqual([])
  })
})

describeUnless(noBrowser)('The language of the dashboard', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let receiver: WebhookReceiver
  let documentation: string
  /** Pages of a customer that have data. */
  let addresses: readonly string[]

  beforeAll(async () => {
    catalog = changeableCatalog()
    receiver = await startWebhookReceiver()
    documentation = mkdtempSync(join(tmpdir(), 'stackgate-docs-'))
    writeFileSync(join(documentation, 'index.html'), '')
    const env = { CATALOG: catalog.path, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', DOCS: documentation }
    dashboard = await startDashboard({ env })
    const { ann } = await fillDashboard(dashboard.server, { catalog, receiver: receiver.url })
    addresses = Object.values(ann)
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
    catalog.remove()
    rmSync(documentation, { recursive: true })
  })

  it('is chosen in a menu by the keyboard, and stays after a reload', async () => {
    const window = await dashboard.open('/')
    const { page } = window
    await window.signIn('Ann')
    await window.loaded()
    await window.tabTo(/^Signed in as ann/)
    await page.keyboard.press('Enter')
    const languages = page.getByRole('group', { name: 'Language' }).getByRole('menuitem')
    await languages.first().waitFor()
    expect(await window.axe()).toEqual([])
    const button = await page.getByRole('button', { name: 'Signed in as ann' }).boundingBox()
    expect(button!.width).toBeGreaterThanOrEqual(32)
    await languages.and(page.locator('[aria-current=true]')).filter({ hasText: 'English' }).waitFor()
    expect(await languages.allTextContents()).toEqual(['English', 'Deutsch', 'Español'])
    const link = page.getByRole('menuitem', { name: 'Documentation' })
    expect(await link.getAttribute('href')).toBe(new URL('/docs/', page.url()).href)
    // The last entry ends the session. The documentation and the languages are above it.
    for (const key of ['ArrowDown', 'End', 'ArrowUp', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key)
    await window.focused(/Deutsch/)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Abrechnung', exact: true }).waitFor()
    await window.loaded()
    await window.follow('Abrechnung', 'Abrechnung')
    for (const isReloaded of [false, true]) {
      if (isReloaded) await page.reload()
      await page.getByRole('heading', { name: 'Nächste Rechnung' }).waitFor()
      await page.getByText('50,00 $', { exact: true }).first().waitFor()
      await page.getByText('Verlängert sich am 15. Februar 2026.').waitFor()
      expect(await page.locator('html').getAttribute('lang')).toBe('de')
    }
    await window.loaded()
    // Another browser of the person follows, wherever it signs in.
    const other = await dashboard.open('/')
    await other.signIn('Ann')
    await other.page.getByRole('link', { name: 'Abrechnung', exact: true }).waitFor()
    expect(other.problems).toEqual([])
    await other.close()
    await page.getByRole('button', { name: 'Angemeldet als ann' }).click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Next invoice' }).waitFor()
    await page.getByText('$50.00', { exact: true }).first().waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(window.problems).toEqual([])
    await window.close()
    // The following windows are in the language of their browser.
    await dashboard.server.graphql(SetLanguage, { language: null }, await dashboard.server.token('ann@example.com'))
  })

  it('is that of the browser for who has chosen none, and English where there are no texts', async () => {
    for (const [locale, heading, language] of [
      ['es-MX', 'Planes', 'es'],
      ['de-AT', 'Tarife', 'de'],
      ['fr-FR', 'Plans', 'en'],
    ] as const) {
      const window = await dashboard.open('/plans', { locale })
      await window.page.getByRole('heading', { name: heading, level: 1, exact: true }).waitFor()
      expect(await window.page.locator('html').getAttribute('lang')).toBe(language)
      await window.close()
    }
  })

  it('is marked as English on the pages of operators, which are not translated', async () => {
    const window = await dashboard.open('/', { locale: 'de-DE' })
    const { page } = window
    await page.getByRole('button', { name: 'Als Ops anmelden' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(await page.locator('main').getAttribute('lang')).toBe('en')
    await window.close()
  })

  it.each([
    ['de-DE', 'Als Ann anmelden'],
    ['es-ES', 'Iniciar sesión como Ann'],
  ])('has place on every page of customers, and every page stays accessible: %s', async (locale, signIn) => {
    const window = await dashboard.open('/', { locale })
    const { page } = window
    await page.getByRole('button', { name: signIn }).click()
    await page.waitForURL(({ pathname }) => !pathname.endsWith('/dashboard/'))
    const found: string[] = []
    for (const address of addresses) {
      await page.goto(`${dashboard.server.url}/dashboard${address}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await window.loaded()
      for (const violation of await window.axe()) found.push(`${address}: ${violation}`)
      for (const width of [1280, 375]) {
        await page.setViewportSize({ width, height: 900 })
        if (await window.scrollsSideways()) found.push(`${address}: scrolls sideways at ${width}`)
      }
      await page.setViewportSize({ width: 1280, height: 900 })
    }
    expect(addresses.length).toBeGreaterThan(15)
    expect(found).toEqual([])
    expect(window.problems).toEqual([])
    await window.close()
  })
})
