import type { Locator } from 'playwright-core'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noBrowser } from '../support/browser.js'
import { fillDashboard, type DashboardPaths } from '../support/dashboard-data.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '../support/dashboard-page.js'
import { movedElements } from '../support/moved-elements.js'
import { changeableCatalog, type ChangeableCatalog } from '../support/next-catalog.js'
import { describeUnless } from '../support/skip.js'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js'

/** Folder for pictures of every page and dialog. Default: none are taken. */
const PICTURES = process.env['PICTURES']

const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
  ['dark', 375],
] as const

const PAGES = {
  ann: [
    'public-plans',
    'market',
    'market-filtered',
    'template',
    'template-owned',
    'vendor-page',
    'home',
    'plans',
    'billing',
    'usage',
    'deployments',
    'deployment',
    'deployment-logs',
    'deployment-commands',
    'deployment-configuration',
    'deployment-settings',
    'team',
    'keys',
    'webhooks',
    'endpoint',
    'settings',
    'activity',
  ],
  vera: ['vendor-templates', 'vendor-draft', 'vendor-submitted', 'vendor-earnings'],
  ops: [
    'ops-overview',
    'ops-accounts',
    'ops-account',
    'ops-inbox',
    'ops-event',
    'ops-dead-letters',
    'ops-checkouts',
    'ops-reconciliation',
    'ops-comparison',
    'ops-invariants',
    'ops-figures',
    'ops-cohorts',
    'ops-catalog',
    'ops-migration',
    'ops-reviews',
    'ops-review',
    'ops-vendors',
    'ops-agents',
    'ops-audit',
  ],
} as const
const NAMES = { ann: 'Ann', vera: 'Vera', ops: 'Ops' } as const
const VISITS = (['ann', 'vera', 'ops'] as const).flatMap((who) => PAGES[who].map((name) => ({ who, name })))

/** `npm run test:long -- dashboard-looks`: every page with data and each of its dialogs; `PICTURES` names a folder for pictures. */
describeUnless(noBrowser)('Every page of the dashboard with data', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let receiver: WebhookReceiver
  let paths: DashboardPaths
  const windows: Partial<Record<keyof typeof NAMES, DashboardPage>> = {}
  /** Texts of menus that were looked at: several pages have the same one. */
  const menus = new Set<string>()

  beforeAll(async () => {
    catalog = changeableCatalog()
    receiver = await startWebhookReceiver()
    dashboard = await startDashboard({ env: { CATALOG: catalog.path, ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    paths = await fillDashboard(dashboard.server, { catalog, receiver: receiver.url })
    for (const who of ['ann', 'vera', 'ops'] as const) {
      const window = await dashboard.open('/', { watchesPlaces: true })
      await window.signIn(NAMES[who])
      await window.page.waitForURL((url) => !url.pathname.endsWith('/dashboard/'))
      windows[who] = window
    }
    if (PICTURES) mkdirSync(PICTURES, { recursive: true })
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
    catalog.remove()
  })

  /** The visible part, and the whole page if it is longer. */
  const picture = async ({ page }: DashboardPage, name: string) => {
    if (!PICTURES) return
    const session = await page.context().newCDPSession(page)
    const { data } = await session.send('Page.captureScreenshot', {
      format: 'webp',
      quality: 60,
      captureBeyondViewport: true,
      ...(await wholePage(page)),
    })
    await session.detach()
    writeFileSync(join(PICTURES, `${name}.webp`), Buffer.from(data, 'base64'))
  }

  /** Violations that axe finds in each look, and looks in which the page scrolls sideways. */
  const violations = async (window: DashboardPage, part: string) => {
    const found: unknown[] = []
    for (const [colorScheme, width] of LOOKS) {
      await window.page.emulateMedia({ colorScheme })
      await window.page.setViewportSize({ width, height: 900 })
      for (const violation of await window.axe()) found.push([part, colorScheme, width, violation])
      if (await window.scrollsSideways()) found.push([part, colorScheme, width, 'scrolls sideways'])
      await picture(window, `${part}-${colorScheme}-${width}`)
    }
    await window.page.setViewportSize({ width: 1280, height: 900 })
    return found
  }

  it.each([1280, 375])('does not move buttons while pages are loading, at %i pixels', async (width) => {
    const moved: unknown[] = []
    for (const { who, name } of VISITS) {
      const window = windows[who]!
      const { page } = window
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${dashboard.server.url}/dashboard${paths[who][name]!}`)
      await window.loaded()
      await page.getByText('Connecting', { exact: true }).waitFor({ state: 'detached' })
      for (const element of await movedElements(page)) moved.push([name, element])
    }
    expect(moved).toEqual([])
  })

  it.each(VISITS)('has no violations on the page $name and in its dialogs', async ({ who, name }) => {
    const window = windows[who]!
    const { page } = window
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(`${dashboard.server.url}/dashboard${paths[who][name]!}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await window.loaded()
    await page.getByText('Connecting', { exact: true }).waitFor({ state: 'detached' })
    const found = await violations(window, name)
    const opened = new Set<string>()
    /** Looks at the dialog of the first opener whose kind was not seen. False if there is none. */
    const lookAtNext = async (openers: Locator): Promise<boolean> => {
      for (const opener of await openers.all()) {
        const label = (await opener.getAttribute('aria-label')) ?? (await opener.innerText())
        const kind = label.split(':')[0]!.trim()
        if (opened.has(kind) || !(await opener.isVisible())) continue
        opened.add(kind)
        await opener.click()
        const dialog = page.getByRole('dialog')
        await dialog.waitFor()
        await window.loaded()
        const part = `${name}--${kind.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
        found.push(...(await violations(window, part)))
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'detached' })
        return true
      }
      return false
    }
    while (await lookAtNext(page.locator('main [aria-haspopup=dialog]:enabled')));
    const menu = page.getByRole('menu')
    for (const button of await page.locator('main [aria-haspopup=menu]').all()) {
      const open = async () => (await button.click(), await menu.waitFor())
      await open()
      const text = await menu.innerText()
      if (!menus.has(text)) {
        found.push(...(await violations(window, `${name}--menu`)))
        while (await lookAtNext(menu.locator('[aria-haspopup=dialog]'))) {
          // The dialog returned the focus to the button of its menu.
          await page.locator('[aria-haspopup=menu]:focus').waitFor()
          await open()
        }
        menus.add(text)
      }
      await page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
    }
    expect(found).toEqual([])
    expect(window.problems).toEqual([])
  })

  it('has no violations on the payment page of the sandbox', async () => {
    const { page } = windows.ann!
    await page.goto(paths.checkout)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await violations(windows.ann!, 'checkout')).toEqual([])
  })
})

async function wholePage(page: DashboardPage['page']) {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  const { width } = page.viewportSize()!
  return { clip: { x: 0, y: 0, width, height: Math.min(height, 2_000), scale: 1 } }
}
