import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { accountOf, subscribe } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Card whose bank requires authentication each time. */
const ASKS_EACH_TIME = '4000002760003184'
const { SCREENSHOTS } = process.env

describeUnless(noBrowser)('Plan changes in the dashboard', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  beforeAll(async () => {
    catalog = changeableCatalog()
    dashboard = await startDashboard({ env: { CATALOG: catalog.path } })
  })
  afterAll(async () => {
    await dashboard.close()
    catalog.remove()
  })

  it('open the page of the bank if it requires a confirmation, and take effect after that', async () => {
    const { server } = dashboard
    const person = await subscribe(server, 'ann@example.com', { plan: 'plus', card: ASKS_EACH_TIME })
    const ann = await dashboard.open('/')
    const { page } = ann
    await ann.signIn('Ann')
    await page.goto(`${server.url}/dashboard/a/${person.accountId}/plans`)
    await page.getByRole('button', { name: 'Upgrade to Individual' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Due today').waitFor()
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await ann.axe()).toEqual([])
      expect(await ann.scrollsSideways()).toBe(false)
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/plan-change-${width}.png` })
    }
    await dialog.getByRole('button', { name: /^Pay .* now$/ }).click()
    await page.waitForURL((url) => url.href.startsWith(server.sandbox.url))
    await ann.pay(ASKS_EACH_TIME)
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await eventually(
      () => accountOf(server, person),
      ({ plan }) => plan.plan.code === 'individual',
    )
    expect(ann.problems).toEqual([])
  })
  it('show the terms that the account has, those that follow, and the cost of a quantity', async () => {
    const { server } = dashboard
    const person = await subscribe(server, 'vera@example.com', { plan: 'plus', quantity: 2 })
    await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
    const vera = await dashboard.open('/')
    const { page } = vera
    await page.goto(`${server.url}/dashboard/plans`)
    await page.getByText('Yearly, save up to 33%', { exact: true }).waitFor()
    await page.goto(`${server.url}/dashboard/`)
    await vera.signIn('Vera')
    const plans = `${server.url}/dashboard/a/${person.accountId}/plans`
    await page.goto(plans)
    const plus = page.getByRole('region', { name: 'Plus', exact: true })
    await plus.getByText('2 servers, $40.00 per month').waitFor()
    await plus.getByText('10 deployments').waitFor()
    await page.getByText('Yearly, save 16%', { exact: true }).waitFor()
    await page.getByText('Yearly, save 16%', { exact: true }).click()
    await plus.getByText('12 deployments').waitFor()

    const ops = await server.token('ops@example.com', { roles: ['admin'] })
    const { data } = await server.graphql(
      'mutation { migratePlan(plan: "plus", key: "terms") { planMigration { id } denial { code } } }',
      {},
      ops,
    )
    expect(data).toHaveProperty('migratePlan.id')
    await page.goto(plans)
    await page.getByText('2 servers, $40.00 per month, $50.00 from February 15, 2026', { exact: true }).waitFor()
    await plus.getByText('$25.00 from February 15, 2026').waitFor()
    await plus.getByText('10 deployments').waitFor()
    const compared = page.getByRole('table', { name: 'Compare plans' })
    await compared.getByRole('row', { name: 'Deployments 1 4 10 50' }).waitFor()
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await vera.axe(), await vera.scrollsSideways()]).toEqual([width, [], false])
    }
    await compared.getByLabel('Column 2').selectOption({ label: 'Basic' })
    await compared.getByRole('row', { name: 'Deployments 10 4' }).waitFor()
    await plus.getByRole('button', { name: 'Keep $20.00' }).click()
    await page.getByText('2 servers, $40.00 per month', { exact: true }).first().waitFor()
    await page.getByText('$25.00 from February 15, 2026').first().waitFor({ state: 'detached' })
    expect(vera.problems).toEqual([])
  })
})
