import { SetTerms } from '@stackgate/client/documents'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Timeline of an account in the dashboard', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage
  let ann: Subscriber

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    const { server } = dashboard
    ann = await subscribe(server, 'ann@example.com', { plan: 'scale' })
    await override('an outage of two hours')
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
    await ops.page.goto(`${server.url}/dashboard/ops/accounts/${ann.accountId}?tab=timeline`)
    await ops.loaded()
  })
  afterAll(() => dashboard.close())

  /** An operator grants more of a feature, for a reason. */
  const override = async (reason: string) => {
    const { server } = dashboard
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const input = { accountId: ann.accountId, feature: 'ai_credits', amount: 500, reason }
    const { data } = await server.graphql(SetTerms, { input, key: reason.replaceAll(' ', '-') }, operator)
    expect(data).toMatchObject({ setTerms: { id: ann.accountId } })
  }
  const timeline = () => ops.page.getByRole('region', { name: 'Timeline' })
  const entries = () => timeline().getByRole('listitem')
  const ofType = (type: string) => timeline().locator(`[data-type="${type}"]`)

  it('has days, the reasons of operators and the data of each event, and is accessible', async () => {
    const { page, problems } = ops
    const day = timeline().getByRole('region', { name: 'January 15, 2026' })
    await day.locator('[data-type="subscription.activated"]').waitFor()
    const [newest] = await entries().allInnerTexts()
    expect(newest).toContain(': an outage of two hours')
    expect(newest).toMatch(/^ops@example.com granted /)
    await timeline()
      .getByText(/^Stripe confirmed the payment of /)
      .first()
      .waitFor()
    expect(await timeline().getByText('override.set').count()).toBe(0)
    await entries().first().locator('summary').click()
    await entries().first().getByRole('region', { name: 'Data' }).getByText('an outage of two hours').waitFor()
    await entries().first().getByText('override.set').waitFor()
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 375]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        const looks = [colorScheme, width, await ops.axe(), await ops.scrollsSideways()]
        expect(looks).toEqual([colorScheme, width, [], false])
        if (!SCREENSHOTS) continue
        await page.screenshot({ path: `${SCREENSHOTS}/timeline-${colorScheme}-${width}.png`, fullPage: true })
      }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(problems).toEqual([])
  })

  it('shows the events of one kind, which the address keeps', async () => {
    const { page, problems } = ops
    const choose = (kind: string) => timeline().getByText(kind, { exact: true }).click()
    await choose('Support')
    await ofType('subscription.activated').waitFor({ state: 'detached' })
    await ofType('override.set').first().waitFor()
    expect(new URL(page.url()).searchParams.get('kind')).toBe('support')
    expect(await entries().count()).toBe(await ofType('override.set').count())
    await page.reload()
    await ofType('override.set').first().waitFor()
    expect(await ofType('subscription.activated').count()).toBe(0)
    await choose('People')
    await timeline().getByText('Nothing of this kind has happened.').waitFor()
    await choose('Money')
    await ofType('purchase.paid').waitFor()
    await choose('All')
    await ofType('subscription.activated').waitFor()
    expect(new URL(page.url()).searchParams.get('kind')).toBeNull()
    expect(problems).toEqual([])
  })

  it('names members to customers, and only the kind of others', async () => {
    const { server } = dashboard
    const customer = await dashboard.open('/')
    await customer.signIn('Ann')
    await customer.page.goto(`${server.url}/dashboard/a/${ann.accountId}/activity`)
    await customer.loaded()
    const row = (text: RegExp) => customer.page.getByRole('row', { name: text })
    await row(/An operator or a former member granted.*an outage of two hours/)
      .first()
      .waitFor()
    await row(/Stripe confirmed the payment/)
      .first()
      .waitFor()
    expect(await customer.page.getByText('ops@example.com').count()).toBe(0)
    expect([await customer.axe(), customer.problems]).toEqual([[], []])
    if (SCREENSHOTS) await customer.page.screenshot({ path: `${SCREENSHOTS}/activity.png` })
    await customer.close()
  })

  it('has a new event without a reload', async () => {
    await override('a gift')
    await timeline().getByText(': a gift').first().waitFor()
    expect(ops.problems).toEqual([])
  })
})
