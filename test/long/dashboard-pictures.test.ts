import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { mailFrameOf } from '#services/catalog/definition/brand.js'
import { framedMail } from '#services/kernel/mail/mail-template.js'
import { SECRET_PLACEHOLDER } from '#services/kernel/mail/queue-mail.js'
import { noBrowser } from '../support/browser.js'
import { fillDashboard, type DashboardPaths } from '../support/dashboard-data.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '../support/dashboard-page.js'
import { entitlementService } from '../support/entitlements.js'
import { changeableCatalog, type ChangeableCatalog } from '../support/next-catalog.js'
import { fillDeliveries, fillHistory, fillServer, meteredCatalog, nameEverybody } from '../support/pictured-history.js'
import { SAMPLE_MAILS } from '../support/sample-mails.js'
import { describeUnless } from '../support/skip.js'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js'

/** Folder for the pictures: `PICTURES=docs/images/dashboard` takes those of the repository again. Default: none are taken. */
const PICTURES = process.env['PICTURES']

/** Pages and their own addresses, if they are not those of `fillDashboard`. */
const PAGES = {
  ann: ['home', 'usage', 'plans', 'billing', 'deployment', 'endpoint', 'template-owned'],
  vera: ['vendor-draft'],
  ops: [
    'ops-overview',
    'ops-account',
    'ops-figures',
    'ops-cohorts',
    'ops-catalog-plans',
    'ops-catalog-editor',
    'ops-catalog-review',
    'ops-review',
  ],
} as const
const NAMES = { ann: 'Ann', vera: 'Vera', ops: 'Ops' } as const
const MAILS = ['receipt', 'plan changed', 'payment failed', 'payout', 'invitation']

/** States of pages: what they show of a person when something is missing, denied or open. */
const STATES: readonly State[] = [
  { name: 'past-due', person: 'quinn', path: '' },
  { name: 'new-account', person: 'noa', path: '' },
  {
    name: 'denied',
    person: 'noa',
    path: 'usage',
    uses: { feature: 'ai_credits', amount: 6_000 },
    prepare: async (page) => {
      await page.getByText('Why it is refused, and what lifts it').click()
      await page.waitForTimeout(1_000)
    },
  },
  {
    name: 'plan-change',
    person: 'ann',
    path: 'plans',
    prepare: async (page) => {
      await page.getByRole('button', { name: /Individual$/ }).click()
      await page.getByRole('dialog').getByText('Due today').waitFor()
    },
  },
  {
    name: 'palette',
    person: 'ann',
    path: '',
    prepare: async (page) => {
      await page.keyboard.press('/')
      await page.getByRole('dialog').getByLabel('Go to…').fill('s')
      await page.waitForTimeout(1_000)
    },
  },
  {
    name: 'sandbox',
    person: 'ann',
    path: '',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Sandbox/ }).click()
      await page.waitForTimeout(1_000)
    },
  },
]

interface State {
  readonly name: string
  readonly person: string
  /** Address below the account. */
  readonly path: string
  /** Use before the picture. */
  readonly uses?: { readonly feature: string; readonly amount: number }
  /** Acts before the picture. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

const SCHEMES = ['light', 'dark'] as const
const WIDTHS = [1280, 375] as const

/** Pixels of a page that a picture shows. */
const MAX_HEIGHT = 3_200

/** Long pages: the pixels that are shown of them, and the region with which they begin. */
const PARTS: Readonly<Record<string, Part>> = {
  endpoint: { height: 1_100 },
  // A window shows dialogs and banners at its edges.
  'state-past-due': { height: 900 },
  'state-plan-change': { height: 900 },
  'state-palette': { height: 900 },
  'ops-catalog-editor': { height: 1_300 },
  'ops-catalog-review': { height: 1_100, region: 'Changes, as a table' },
}

interface Part {
  readonly height: number
  readonly region?: string
}

describeUnless(noBrowser)('Pictures of the dashboard after months of use', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let receiver: WebhookReceiver
  let paths: DashboardPaths
  const windows: Partial<Record<keyof typeof NAMES, DashboardPage>> = {}

  beforeAll(async () => {
    catalog = changeableCatalog(meteredCatalog())
    receiver = await startWebhookReceiver()
    dashboard = await startDashboard({ env: { CATALOG: catalog.path, ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    const { server } = dashboard
    const { ann, later, useUntilNow } = await fillHistory(server)
    paths = await fillDashboard(server, { catalog, receiver: receiver.url, ann, later })
    await useUntilNow()
    await fillServer(server, paths)
    await fillDeliveries(server, paths)
    await nameEverybody(server)
    for (const who of ['ann', 'vera', 'ops'] as const) {
      const window = await dashboard.open('/')
      await window.signIn(NAMES[who])
      windows[who] = window
    }
    if (PICTURES) mkdirSync(PICTURES, { recursive: true })
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
    catalog.remove()
  })

  const addressOf = (who: keyof typeof PAGES, name: string): string =>
    ({
      endpoint: `${paths.ann['endpoint']}?range=7d`,
      usage: `${paths.ann['usage']}?range=90d&by=MODEL`,
      'ops-catalog-plans': '/ops/catalog',
      'ops-catalog-editor': '/ops/catalog?tab=editor',
      'ops-catalog-review': '/ops/catalog?tab=editor',
    })[name] ?? paths[who][name]!

  /** Acts before a picture. */
  const PREPARED: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    deployment: () => paths.deployment.agent.wait(1),
    'ops-catalog-editor': choosePlus,
    'ops-catalog-review': async (page) => {
      await choosePlus(page)
      await page.locator('[name="plans.plus.prices.month"]').fill('29.00')
      await page.getByRole('button', { name: 'Review changes' }).click()
      await page.getByRole('region', { name: 'Changes, as a table' }).waitFor()
      await page.waitForTimeout(1_000)
    },
  }

  it.each((['ann', 'vera', 'ops'] as const).flatMap((who) => PAGES[who].map((name) => ({ who, name }))))(
    'shows $name',
    async ({ who, name }) => {
      expect(await pictures(windows[who]!, { name, path: addressOf(who, name), prepare: PREPARED[name] })).toEqual([])
    },
  )

  it.each(STATES)('shows the state $name', async ({ name, person, path, uses, prepare }) => {
    const { server } = dashboard
    const email = `${person}@example.com`
    const token = await server.token(email)
    const { data } = await server.graphql<{ viewer: { account: { id: string } } }>(
      `{ viewer { account { id } } }`,
      {},
      token,
    )
    const { id } = data.viewer.account
    if (uses) await (await entitlementService(server)).consume({ accountId: id, ...uses })
    await nameEverybody(server)
    const window = await dashboard.open('/')
    const session = JSON.stringify({ token, email, roles: [] })
    await window.page.evaluate(`sessionStorage.setItem('stackgate.sandbox-session', ${JSON.stringify(session)})`)
    expect(await pictures(window, { name: `state-${name}`, path: `/a/${id}/${path}`, prepare })).toEqual([])
    await window.close()
  })

  interface Pictured {
    readonly name: string
    /** Address below `/dashboard`. */
    readonly path: string
    readonly prepare: ((page: Page) => Promise<unknown>) | undefined
  }

  /** Takes pictures of a page in all looks. Each width has a load of its own. Returns what is wrong: what scrolls sideways, and errors. */
  async function pictures(window: DashboardPage, { name, path, prepare }: Pictured): Promise<unknown[]> {
    const { page } = window
    const sideways: unknown[] = []
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(`${dashboard.server.url}/dashboard${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await window.loaded()
      await prepare?.(page)
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await window.loaded()
        if (await window.scrollsSideways()) sideways.push([name, width])
        await picture(page, `${name.replace('-owned', '')}-${colorScheme}-${width}`, PARTS[name])
      }
    }
    return [...sideways, ...window.problems]
  }

  it('shows the payment page of the sandbox', async () => {
    const { page } = windows.ann!
    await page.goto(paths.checkout)
    for (const width of WIDTHS)
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        await picture(page, `checkout-${colorScheme}-${width}`)
      }
    expect(windows.ann!.problems).toEqual([])
  })

  it.each(MAILS)('shows the mail "%s"', async (name) => {
    const mail = SAMPLE_MAILS.find((each) => each.name === name)!.write('EN')
    const page = await dashboard.browser.newPage()
    const { html } = framedMail(mail, mailFrameOf(dashboard.server.app.context.catalog.current().brand))
    await page.setContent(html.replaceAll(SECRET_PLACEHOLDER, 'k7Qm2xR9vT'))
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: 680, height: 200 })
      await picture(page, `mail-${name.replaceAll(' ', '-')}-${colorScheme}`)
    }
    expect(await page.title()).toBe(mail.subject)
    await page.close()
  })
})

async function choosePlus(page: Page): Promise<void> {
  const entries = page.getByRole('navigation', { name: 'Entries of the catalog' })
  // A phone has a select in place of the list.
  if (page.viewportSize()!.width < 768) await entries.getByLabel('Entry', { exact: true }).selectOption('Plus')
  else await entries.getByRole('button', { name: /^Plus$/ }).click()
}

interface Scrolled {
  readonly closest: (selector: string) => Scrolled
  readonly scrollIntoView: (options: { readonly behavior: 'instant' }) => void
}
const toTop = (element: unknown) => (element as Scrolled).closest('section').scrollIntoView({ behavior: 'instant' })

/** The whole page in a window of its height: what stays at an edge of the window does not cross the text. */
async function picture(page: Page, name: string, part?: Part): Promise<void> {
  const { width, height: least } = page.viewportSize()!
  for (const _ of [1, 2]) {
    const height = await page.evaluate<number>('document.documentElement.scrollHeight')
    await page.setViewportSize({ width, height: Math.min(Math.max(height, least), part?.height ?? MAX_HEIGHT) })
    await page.waitForTimeout(300)
  }
  if (part?.region) await page.getByRole('region', { name: part.region }).evaluate(toTop)
  else await page.evaluate('scrollTo(0, 0)')
  await page.waitForTimeout(300)
  if (!PICTURES) return
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 60 })
  await session.detach()
  writeFileSync(join(PICTURES, `${name}.webp`), Buffer.from(data, 'base64'))
}
