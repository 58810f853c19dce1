import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { dashboardRoutes, isOfRoute } from '#test/support/dashboard-routes.js'
import { movedElements } from '#test/support/moved-elements.js'
import { interceptOperations } from '#test/support/intercepted-operations.js'
import { joinAccount, person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'
import { readViewer } from '#test/support/accounts.js'
import { eventually } from '#test/support/test-server.js'

/** A page below its area, what it shows without data, and a mark if it then reads nothing that could fail. */
type PageRow = readonly [path: string, empty: RegExp, reads?: 'nothing']

const NO_ID = '00000000000000000000000000'
const MISSING = /There is nothing here, or not for this account/

const ACCOUNT: readonly PageRow[] = [
  ['plans', /Your plan is Free/],
  ['billing', /There is no subscription yet[^]*No invoices or payments yet/],
  ['usage', /0 of 1/],
  ['deployments', /No deployments yet/],
  ['deployments/deployment_none', MISSING],
  ['team', /You are the only member[^]*No invitation is open/],
  ['keys', /No keys yet/],
  ['webhooks', /There is no endpoint yet/],
  [`webhooks/whe_${NO_ID}`, MISSING],
  ['settings', /Start an export/],
  ['activity', /Nothing has happened yet/],
]

const VENDOR: readonly PageRow[] = [
  ['', /Write your first template/],
  [`/templates/tpl_${NO_ID}`, /There is no such template/],
  ['/earnings', /You have no profile yet/, 'nothing'],
]

const OPS: readonly PageRow[] = [
  ['', /All clear[^]*There is no subscription yet[^]*This server is healthy/],
  ['/accounts?search=none', /No account was found/],
  [`/accounts/acc_${NO_ID}`, MISSING],
  ['/inbox', /No event has this state/],
  [`/inbox/whk_${NO_ID}`, /There is no such event/],
  ['/dead-letters', /No job has failed/],
  ['/checkouts', /No payment is held/],
  // The server compares with each provider after its start.
  ['/reconciliation', /Nothing has been compared yet|finished|running/i],
  [`/reconciliation/rec_${NO_ID}`, /There is no such comparison/],
  ['/invariants', /The first check has not ended yet|holds/],
  ['/figures', /There is nothing in this range/],
  ['/figures?tab=journal', /There is nothing in this range/],
  ['/catalog', /Compare plans[^]*Versions of plans/],
  ['/catalog?tab=migrations', /Choose a plan|Preview a migration/],
  ['/catalog?tab=packages', /Plan as a package/],
  ['/catalog?tab=features', /Limit of objects/],
  [`/catalog/migrations/pmg_${NO_ID}`, /There is no such migration/],
  ['/usage-batches', /No batch has been opened yet/],
  [`/usage-batches/ubt_${NO_ID}`, /There is no such batch/],
  ['/price-lists', /No list has proposed a change yet/],
  [`/price-lists/prl_${NO_ID}`, /There is no such price list/],
  ['/usage-comparisons', /No comparison has been started yet/],
  [`/usage-comparisons/ucp_${NO_ID}`, /There is no such comparison/],
  ['/reviews', /No template waits for a review/],
  [`/reviews/tpl_${NO_ID}`, /There is no such template/],
  ['/vendors?query=none', /No vendor matches/],
  ['/agents', /Agents/],
  ['/audit?search=nothing-has-this-text', /No entry matches/],
]

const PUBLIC: readonly PageRow[] = [
  ['/plans', /Free/],
  ['/market?search=nothing-has-this-name', /No template matches/],
  ['/market/nothing-has-this-name', /There is no such template in the marketplace/],
  [`/market/vendors/vnd_${NO_ID}`, /There is no such vendor/],
  ['/invitations', /invitation/i],
]

/** Rows of all areas, with the whole addresses. */
const ROWS: readonly PageRow[] = [
  ...PUBLIC,
  ...ACCOUNT.map(([path, ...row]): PageRow => [`/a/acc_${NO_ID}/${path}`, ...row]),
  ...VENDOR.map(([path, ...row]): PageRow => [`/vendor${path}`, ...row]),
  ...OPS.map(([path, ...row]): PageRow => [`/ops${path}`, ...row]),
]
/** Pages that read nothing, or nothing without a payment: other tests visit them. */
const WITHOUT_STATES: readonly string[] = ['/', '/return', '/a/$account']

/** A page has fewer panels that fail. */
const MAX_PANELS = 10

/** Some pages read again by themselves: the button can be gone. */
const TRY_AGAIN = `[...document.querySelectorAll('main button')].find(({ textContent }) => textContent === 'Try again')?.click()`

/** Pages of an account that members may not read. */
const FOR_MANAGERS: readonly string[] = ['keys', 'webhooks', `webhooks/whe_${NO_ID}`]

/** Text that no page may show. */
const BROKEN = /undefined|NaN|\[object|Invalid Date/

describeUnless(noBrowser)('States of every page of the dashboard', () => {
  let dashboard: DashboardServer
  const windows: Partial<Record<Person, DashboardPage>> = {}
  let accounts: Readonly<Record<'ann' | 'ops', string>>

  beforeAll(async () => {
    dashboard = await startDashboard()
    for (const person of PERSONS) {
      const window = await dashboard.open('/')
      await window.signIn(person)
      await window.page.waitForURL(LANDING[person])
      windows[person] = window
    }
    const { server } = dashboard
    const own = async (email: string) => (await readViewer(server, await server.token(email)))!.account.id
    accounts = { ann: await own('ann@example.com'), ops: await own('ops@example.com') }
  })
  afterAll(() => dashboard.close())
  afterEach(() => {
    for (const window of Object.values(windows)) expect(window.problems).toEqual([])
  })

  const areas: readonly Area[] = [
    { name: 'account', person: 'Ann', base: () => `/a/${accounts.ann}/`, rows: ACCOUNT },
    { name: 'vendor', person: 'Vera', base: () => '/vendor', rows: VENDOR },
    { name: 'operations', person: 'Ops', base: () => '/ops', rows: OPS },
    { name: 'public', person: 'Ann', base: () => '', rows: PUBLIC },
  ]
  const goTo = async ({ page }: DashboardPage, path: string) => {
    await page.goto(`${dashboard.server.url}/dashboard${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  const textOf = ({ page }: DashboardPage) => page.locator('main').innerText()

  it('has a row for every route', () => {
    for (const route of dashboardRoutes()) {
      const isListed = ROWS.some(([row]) => isOfRoute(row, route))
      expect([route, isListed || WITHOUT_STATES.includes(route)]).toEqual([route, true])
    }
  })

  it('does not move buttons while the header is loading', async () => {
    const visitor = await dashboard.open('/', { watchesPlaces: true })
    await visitor.loaded()
    await visitor.page.getByRole('button', { name: /^Sandbox/ }).waitFor()
    expect(await movedElements(visitor.page)).toEqual([])
    await visitor.close()
  })

  it.each(areas)('shows $name pages loading, failed, read again, and without data', async ({ person, base, rows }) => {
    const window = windows[person]!
    const { page } = window
    const failure = page.getByText('This could not be read.')
    for (const [index, [path, empty, reads]] of rows.entries()) {
      const operations = await interceptOperations(page)
      await goTo(window, base() + path)
      if (reads !== 'nothing') await page.getByLabel('Loading').first().waitFor()
      operations.fail()
      if (reads !== 'nothing') await failure.first().waitFor()
      // Panels fail one after the other.
      await window.loaded()
      if (index === 0) expect([path, await window.axe()]).toEqual([path, []])
      expect([path, await page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1])
      await operations.end()
      let tries = 0
      for (let left = await failure.count(); left > 0; left = await failure.count()) {
        if (++tries > MAX_PANELS) throw new Error(await textOf(window))
        await page.evaluate(TRY_AGAIN)
        await failure.nth(left - 1).waitFor({ state: 'detached' })
      }
      await window.loaded()
      const text = await eventually(
        () => textOf(window),
        (shown) => empty.test(shown),
      )
      expect([path, text]).toEqual([path, expect.stringMatching(empty)])
      expect([path, text]).toEqual([path, expect.not.stringMatching(BROKEN)])
    }
  })

  it.each([
    ['account', () => ACCOUNT.map(([path]) => `/a/${accounts.ops}/${path}`), 'This account is not yours'],
    ['vendor', () => VENDOR.map(([path]) => `/vendor${path}`), 'These pages are for vendors.'],
    ['operations', () => OPS.map(([path]) => `/ops${path}`), 'These pages are for operators.'],
  ])('shows nothing of %s pages to a person who may not see them', async (_, pathsOf, sentence) => {
    const window = windows.Ann!
    for (const path of pathsOf()) {
      await goTo(window, path)
      await window.page.locator('main').getByText(sentence).waitFor()
      expect([path, await window.page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1])
    }
    expect(await window.axe()).toEqual([])
  })

  it('says on pages of an account what is not for members', async () => {
    const { server } = dashboard
    const member = await joinAccount(server, await person(server, 'ann@example.com'), 'member@example.com')
    const window = await dashboard.open('/')
    const { page } = window
    await page.getByText('Somebody else').click()
    await page.getByLabel('Email address').fill(member.email)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await window.live()
    for (const [path, empty] of ACCOUNT) {
      await goTo(window, `/a/${accounts.ann}/${path}`)
      await window.loaded()
      const text = await textOf(window)
      expect([path, text.includes('You have no access to this.')]).toEqual([path, FOR_MANAGERS.includes(path)])
      if (FOR_MANAGERS.includes(path)) expect([path, text]).toEqual([path, expect.not.stringMatching(empty)])
      expect([path, text]).toEqual([path, expect.not.stringMatching(/This could not be read/)])
      expect([path, text]).toEqual([path, expect.not.stringMatching(BROKEN)])
    }
    expect(window.problems).toEqual([])
    await window.close()
  })
})

type Person = 'Ann' | 'Vera' | 'Ops'
const PERSONS: readonly Person[] = ['Ann', 'Vera', 'Ops']
/** Pages after signing in. */
const LANDING: Readonly<Record<Person, string>> = { Ann: '**/plans', Vera: '**/vendor', Ops: '**/ops' }

interface Area {
  readonly name: string
  readonly person: Person
  readonly base: () => string
  readonly rows: readonly PageRow[]
}
