import { readFileSync } from 'node:fs'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { describeUnless } from '#test/support/skip.js'
import { change, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

describeUnless(noBrowser)('Stories of operators in the dashboard', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let ops: DashboardPage
  let ann: Subscriber

  beforeAll(async () => {
    catalog = changeableCatalog()
    dashboard = await startDashboard({ env: { CATALOG: catalog.path } })
    ann = await subscribe(dashboard.server, 'ann@example.com', { plan: 'plus' })
  })
  afterAll(async () => {
    await dashboard.close()
    catalog.remove()
  })
  afterEach(() => ops.close())

  const openAsOps = async (path: string) => {
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops${path}`)
    await ops.live()
    await ops.loaded()
    return ops
  }
  /** No violations in light and dark. */
  const isAccessible = async (name: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await ops.page.emulateMedia({ colorScheme })
      expect([name, colorScheme, await ops.axe()]).toEqual([name, colorScheme, []])
    }
  }

  it('grants what a payment in quarantine paid for, and the account has the act in its audit log', async () => {
    const { server } = dashboard
    const { data } = await server.graphql<{ startSubscription: { id: string; providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "basic" }, key: "quarantined") { checkout { id providerReference } } }`,
      {},
      await server.token('bo@example.com'),
    )
    const { id, providerReference } = data.startSubscription
    const { page, problems } = await openAsOps('/checkouts')
    await page.getByText('No payment is held.').waitFor()
    await server.query(`update checkout set amount_minor = 1 where id = $1`, [id])
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    // The row appears without a reload.
    await page.getByText(/^Expected \$0\.01/).waitFor()
    await ops.act('Grant', page.getByRole('row', { name: /Expected \$0\.01/ }))
    const dialog = page.getByRole('dialog')
    await isAccessible('release a checkout')
    await dialog.getByLabel('Reason').fill('the price was changed')
    await dialog.getByRole('button', { name: 'Grant' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('No payment is held.').waitFor()
    const calls = () =>
      server.query<{ email: string }>(
        `select a.name as email from audit_entry e join account a on a.id = e.account_id where e.action = 'mutation.releaseCheckout'`,
      )
    expect(await eventually(calls, (rows) => rows.length > 0)).toEqual([{ email: 'bo@example.com' }])
    expect(problems).toEqual([])
  })

  it('migrates the subscribers of a plan after a preview', async () => {
    const { server } = dashboard
    const leaving = await subscribe(server, 'leaving@example.com', { plan: 'plus' })
    await change(server, leaving, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })
    await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
    const { page, problems } = await openAsOps('/catalog?plan=plus')
    await page
      .getByText(
        /^1 of 2 subscriptions moves\. 1 is left out, because another change takes effect on \w+ \d+, \d{4}\.$/,
      )
      .waitFor()
    await page.getByRole('region', { name: 'Features that change, as a table' }).getByText('12').waitFor()
    const run = page.getByRole('button', { name: 'Migrate', exact: true })
    expect(await run.isDisabled()).toBe(true)
    await page.getByLabel('Type plus to confirm').fill('plus')
    await run.click()
    await page.waitForURL('**/ops/catalog/migrations/*')
    await page
      .getByText(/^completed$/i)
      .first()
      .waitFor()
    const steps = page.getByRole('region', { name: 'Subscriptions, as a table' })
    await steps.getByText('$20.00').first().waitFor()
    await steps.getByText('$25.00').waitFor()
    await isAccessible('a migration')
    await page.getByRole('link', { name: 'Back to Catalog' }).click()
    await page.getByRole('button', { name: 'Migrations', exact: true }).click()
    await page.getByRole('cell', { name: '2 of 2' }).waitFor()
    expect(problems).toEqual([])
  })

  it('shows how the catalog differs from the provider', async () => {
    const port = dashboard.server.app.context.providers.STRIPE!
    const { products } = await port.listOffers({ business: 'try-direct', meters: false })
    const plus = products.find(({ key }) => key === 'try-direct:plan:plus')!
    await port.changeProduct(plus.externalId, { name: 'Plus!' })
    const { page, problems } = await openAsOps('/catalog?tab=provider')
    const row = page.getByRole('row').filter({ hasText: 'different name' })
    await row.getByRole('cell', { name: 'Plus!', exact: true }).waitFor()
    await row.getByRole('cell', { name: 'Plus', exact: true }).waitFor()
    await port.changeProduct(plus.externalId, { name: 'Plus' })
    await page.reload()
    await page.getByText('The catalog and the provider agree.').waitFor()
    expect(problems).toEqual([])
  })

  it('downloads the figures that it shows', async () => {
    const { page, problems } = await openAsOps('/catalog')
    await ops.follow('Analytics', 'Analytics')
    const table = page.getByRole('region', { name: 'Monthly recurring revenue in USD, as a table' })
    await table.waitFor()
    const names = await table.getByRole('columnheader').allInnerTexts()
    // The newest month is the first row.
    const shown = table.locator('tbody tr').first().getByRole('cell').nth(names.indexOf('MRR'))
    await shown.getByText(/^\$[\d,]+\.\d\d$/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('recurring-revenue.csv')
    const [fields, ...rows] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','))
    const value = (row: readonly string[], name: string) => row[fields!.indexOf(name)]!
    // The file has a row for each plan.
    const lastRows = rows.filter((row) => value(row, 'from') === value(rows.at(-1)!, 'from'))
    const sum = lastRows.reduce((total, row) => total + Number(value(row, 'mrr')), 0)
    expect(await shown.innerText()).toBe(`$${sum.toFixed(2)}`)
    expect(problems).toEqual([])
  })

  it.each([
    ['an account', () => `/accounts/${ann.accountId}`],
    ['an event', async () => `/inbox/${await idOf('inbox_event')}`],
    ['a comparison', async () => `/reconciliation/${await idOf('reconciliation_run')}`],
  ])('has no accessibility violations on the page of %s', async (name, pathOf) => {
    await openAsOps(await pathOf())
    await isAccessible(name)
    expect(await ops.scrollsSideways()).toBe(false)
    expect(ops.problems).toEqual([])
  })

  it('acts on an account by keyboard only', async () => {
    const { page, problems } = await openAsOps('/accounts')
    await page.getByRole('searchbox', { name: 'Search for an account' }).focus()
    await page.keyboard.type('ann@')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'ann@example.com' }).waitFor()
    await ops.tabTo(/^ann@example\.com$/)
    await page.keyboard.press('Enter')
    await page.getByText('Your visit is logged.').waitFor()
    await ops.tabTo(/^Actions$/)
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Grant credits' }).waitFor()
    await isAccessible('acts on an account')
    await ops.focused(/^Grant credits$/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await isAccessible('grant more of a feature')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    // The focus returns to the button of the menu.
    await ops.focused(/^Actions$/)
    expect(problems).toEqual([])
  })

  /** ID of one row of a table. */
  const idOf = async (table: string): Promise<string> => {
    const { server } = dashboard
    if (table === 'reconciliation_run')
      await reconcile(server, await server.token('ops@example.com', { roles: ['admin'] }))
    return (await server.query<{ id: string }>(`select id from ${table} limit 1`))[0]!.id
  }
})
