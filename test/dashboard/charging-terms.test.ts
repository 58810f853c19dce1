import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

// A plan of `ai-platform` has a price for use beyond its allowance.
describeUnless(noBrowser)('Taxes and invoicing of an account in the dashboard', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage
  let ann: Subscriber

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    ann = await subscribe(dashboard.server, 'ann@example.com', { plan: 'scale' })
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/accounts/${ann.accountId}?tab=money`)
    await ops.loaded()
  })
  afterAll(() => dashboard.close())

  const panel = () => ops.page.getByRole('region', { name: 'Taxes and invoicing' })
  const dialog = () => ops.page.getByRole('dialog')
  const open = async (act: string) => {
    await ops.act(act)
    await dialog().waitFor()
  }
  const confirm = async (act: string, reason: string) => {
    await dialog().getByLabel('Reason').fill(reason)
    await dialog().getByRole('button', { name: act }).click()
  }
  const isDone = async (sentence: string) => {
    await dialog().waitFor({ state: 'detached' })
    await ops.page.getByText(sentence).last().waitFor()
  }
  /** No violations in light and dark, and on a phone nothing that scrolls sideways. */
  const looksRight = async (name: string) => {
    const { page } = ops
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 375]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        expect([name, colorScheme, width, await ops.axe(), await ops.scrollsSideways()]).toEqual([
          name,
          colorScheme,
          width,
          [],
          false,
        ])
        if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}-${width}.png` })
      }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  /** The acts of operators: changes at the provider have no reason. */
  const auditOf = (action: string) =>
    dashboard.server.query<{ details: object }>(
      `select details from audit_entry where account_id = $1 and action = $2 and details ? 'reason' order by id`,
      [ann.accountId, action],
    )

  it('exempts an account from taxes, and charges them again', async () => {
    await panel().getByText('Charged as calculated').waitFor()
    await open('Change taxes')
    const run = dialog().getByRole('button', { name: 'Change taxes' })
    expect(await run.isDisabled()).toBe(true)
    await dialog().getByLabel('Taxes').selectOption('Not charged: exempt')
    await looksRight('taxes')
    await confirm('Change taxes', 'Certificate 7')
    await isDone('The taxes of the account are changed.')
    await panel().getByText('Not charged: exempt').waitFor()

    await open('Change taxes')
    await dialog().getByLabel('Taxes').selectOption('Charged as calculated')
    await confirm('Change taxes', 'The certificate has ended')
    await isDone('The taxes of the account are changed.')
    await panel().getByText('Charged as calculated').waitFor()
    expect((await auditOf('invoice.details_changed')).map(({ details }) => details)).toEqual([
      { fields: ['taxExemption'], reason: 'Certificate 7' },
      { fields: ['taxExemption'], reason: 'The certificate has ended' },
    ])
    expect(ops.problems).toEqual([])
  })

  it('lets an account pay by invoice, records a payment, and charges it again', async () => {
    await panel().getByText('Charged automatically').waitFor()
    await open('Change payment')
    const run = dialog().getByRole('button', { name: 'Change payment' })
    expect(await run.isDisabled()).toBe(true)
    await dialog().getByLabel('Payment of plans').selectOption('By invoice, with the plan from the start')
    await dialog().getByLabel('Days until the due date').fill('14')
    await looksRight('payment')
    await confirm('Change payment', 'Contract 12')
    await isDone('The payment of plans is changed.')
    await panel().getByText('By invoice, with the plan from the start, within 14 days').waitFor()
    const [subscription] = await dashboard.server.query<{ days_until_due: number }>(
      'select days_until_due from billing_subscription where account_id = $1',
      [ann.accountId],
    )
    expect(subscription).toEqual({ days_until_due: 14 })

    const now = dashboard.server.app.context.clock.now()
    await dashboard.server.advanceTo(new Date(now.getTime() + 32 * 86_400_000).toISOString())
    await ops.page.reload()
    await ops.loaded()
    const invoices = ops.page.getByRole('region', { name: 'Invoices' })
    const unpaid = invoices.getByRole('row', { name: 'open' })
    await ops.act('Record payment', unpaid.first())
    await dialog().waitFor()
    await looksRight('record-payment')
    await confirm('Record payment', 'Transfer 4711')
    await dialog().waitFor({ state: 'detached' })
    await unpaid.waitFor({ state: 'detached' })
    expect((await auditOf('invoice.payment_recorded')).map(({ details }) => details)).toMatchObject([
      { reason: 'Transfer 4711' },
    ])

    await open('Change payment')
    await dialog().getByLabel('Payment of plans').selectOption('Charged automatically')
    await confirm('Change payment', 'The contract has ended')
    await isDone('The payment of plans is changed.')
    await panel().getByText('Charged automatically').waitFor()
    expect(ops.problems).toEqual([])
  })

  it('sets the threshold of an account, says why one is refused, and returns to that of the plan', async () => {
    await panel().getByText('Invoiced when its window ends').waitFor()
    await open('Change threshold')
    await dialog().getByLabel('Cost in USD').fill('0.10')
    await confirm('Change threshold', 'A new customer')
    await dialog().getByRole('alert').waitFor()
    await dialog().getByText('smallest charge', { exact: false }).waitFor()
    await looksRight('threshold')
    await dialog().getByLabel('Cost in USD').fill('250')
    await dialog().getByRole('button', { name: 'Change threshold' }).click()
    await isDone('The threshold of the account is changed.')
    await panel().getByText('Invoiced when it reaches $250.00').waitFor()

    await open('Change threshold')
    await dialog().getByLabel('Threshold').selectOption('Amount of the plan')
    expect(await dialog().getByLabel('Cost in USD').count()).toBe(0)
    await confirm('Change threshold', 'It has paid for a year')
    await isDone('The threshold of the account is changed.')
    await panel().getByText('Invoiced when its window ends').waitFor()
    await ops.loaded()
    await looksRight('charging-terms')
    expect((await auditOf('overage.threshold_set')).map(({ details }) => details)).toEqual([
      { before: null, after: { amountMinor: 25_000, currency: 'USD' }, reason: 'A new customer' },
      { before: { amountMinor: 25_000, currency: 'USD' }, after: null, reason: 'It has paid for a year' },
    ])
    expect(ops.problems).toEqual([])
  })
})
