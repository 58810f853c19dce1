import { Account, CreateAccountSession, LinkAccount, UpsertAccount } from '@stackgate/client/documents'
import { noBrowser } from '#test/support/browser.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { subscribe } from '#test/support/subscribers.js'
import { deliverEvent } from '#test/support/webhook-events.js'
import { insertDeadLetters } from '#test/support/dead-letters.js'
import { chargeAtStripe, postToStripe } from '#test/support/money-runs.js'
import { person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

/** Pages of operators, by the last part of their address. Each group is a test, which starts on a page that is live. */
const GROUPS = [
  ['', '/accounts', '/inbox', '/dead-letters'],
  ['/checkouts', '/reconciliation', '/invariants', '/figures'],
  ['/catalog', '/usage-batches', '/usage-comparisons', '/reviews', '/vendors', '/agents', '/audit'],
]

const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const

describeUnless(noBrowser)('Operators in the dashboard', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    await buyPlan(dashboard.server, await dashboard.server.token('ann@example.com'), 'plus')
    await insertDeadLetters(dashboard.server)
  })
  afterAll(() => dashboard.close())
  afterEach(() => ops.close())

  /** A window in which Ops has signed in and opened a page. */
  const openAsOps = async (path: string) => {
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops${path}`)
    await ops.live()
    await ops.loaded()
    return ops
  }

  const screenshot = async (name: string) => {
    if (SCREENSHOTS) await ops.page.screenshot({ path: `${SCREENSHOTS}/${name}.png` })
  }

  it('lists the sessions of browsers of a customer, and revokes one and all', async () => {
    const { server } = dashboard
    const key = await server.serviceKey(['accounts:write', 'entitlements:read'])
    const session = { account: 'customer:browsers', permissions: ['ENTITLEMENTS_READ'] as const }
    for (let count = 0; count < 3; count++) await server.graphql(CreateAccountSession, session, key)
    const { data } = await server.graphql(Account, { account: 'customer:browsers' }, key)
    const { page, problems } = await openAsOps(`/accounts/${data.account!.id}?tab=integrations`)
    const rows = page.getByRole('table', { name: 'Account sessions' }).locator('tbody tr')
    await rows.nth(2).getByText('entitlements read').waitFor()
    await ops.act('Revoke', rows.first())
    await rows.nth(2).waitFor({ state: 'detached' })
    await ops.act('Revoke all sessions')
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke all sessions' }).click()
    await page.getByText('No browser of a customer has a session.').waitFor()
    expect(problems).toEqual([])
  })

  it('shows the profile and the linked user of a customer that an application created', async () => {
    const { server } = dashboard
    const key = await server.serviceKey(['accounts:write'])
    const input = {
      name: 'Acme',
      billingEmail: 'bills@acme.example',
      timeZone: 'Asia/Tokyo',
      metadata: { segment: 'gold' },
    }
    const made = await server.graphql(UpsertAccount, { account: 'customer:acme-1', input }, key)
    expect(made.errors).toBeUndefined()
    const linda = await person(server, 'linda@example.com')
    const linked = await server.graphql(LinkAccount, { account: 'customer:acme-1', user: linda.userId }, key)
    expect([linked.errors, linked.data.linkAccount]).toMatchObject([undefined, { name: 'Acme' }])

    const { page, problems } = await openAsOps('/accounts')
    await page.getByRole('searchbox', { name: 'Search for an account' }).fill('Acme')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Acme' }).first().click()
    await page.getByRole('button', { name: 'People', exact: true }).click()
    const profile = page.getByRole('region', { name: 'Profile' })
    for (const text of ['bills@acme.example', 'Asia/Tokyo', 'That of the catalog', 'segment', 'gold'])
      await profile.getByText(text, { exact: true }).waitFor()
    await page.getByRole('region', { name: 'Members' }).getByText('linda@example.com').first().waitFor()
    expect(problems).toEqual([])
  })

  it('finds an account by the start of its address, grants more and refunds a payment, each with a reason', async () => {
    const { page, problems } = await openAsOps('/accounts')
    await page.getByRole('searchbox', { name: 'Search for an account' }).fill('ann@')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /ann/i }).first().click()
    await page.getByText('Your visit is logged.').waitFor()

    await ops.act('Grant more of a feature')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Additional amount').fill('321')
    await dialog.getByLabel('Until').fill('2031-01-01')
    await dialog.getByLabel('Reason').fill('an apology')
    await dialog.getByRole('button', { name: 'Grant more of a feature' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Entitlements and usage', exact: true }).click()
    await page.getByText('Granted: an apology').waitFor()
    const [given] = await dashboard.server.query<{ until: Date }>(
      `select until from entitlement_override where reason = 'an apology'`,
    )
    expect(given?.until.toISOString()).toBe('2031-01-01T00:00:00.000Z')

    await page.getByRole('button', { name: 'Money', exact: true }).click()
    await ops.act('Refund', page.getByRole('table', { name: 'Purchases' }))
    await dialog.getByLabel('Amount in USD').fill('1.50')
    await dialog.getByLabel('Reason').fill('too much')
    await dialog.getByRole('button', { name: 'Refund' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('partially refunded').waitFor()
    await page.getByRole('cell', { name: '$1.50' }).waitFor()

    await page.getByRole('button', { name: 'Audit log' }).click()
    await page.getByText('an apology').first().waitFor()
    await screenshot('account')
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByText('too much').first().waitFor()
    expect(problems).toEqual([])
  })

  it('gives a plan free of charge, which the customer sees with its end, and ends it', async () => {
    const { page, problems } = await openAsOps('/accounts')
    await page.getByRole('searchbox', { name: 'Search for an account' }).fill('ann@')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /ann/i }).first().click()
    await page.getByText('Your visit is logged.').waitFor()
    await ops.act('Comp a plan')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Until').fill('2031-01-01')
    await dialog.getByLabel('Reason').fill('a partner')
    // The first plan of the list is below the paid one.
    await dialog.getByRole('button', { name: 'Comp a plan' }).click()
    await dialog.getByText('does not stop payments').waitFor()
    await dialog.getByLabel('Plan').selectOption('individual')
    await page.setViewportSize({ width: 375, height: 800 })
    expect(await ops.axe()).toEqual([])
    await screenshot('comp-dialog-375')
    await page.setViewportSize({ width: 1280, height: 800 })
    await dialog.getByRole('button', { name: 'Comp a plan' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(/Until .*2031; .* follows/).waitFor()
    await page.getByText('a partner').first().waitFor()
    await screenshot('comped-account')

    const ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.page.getByText(/Free of charge until .*2031/).waitFor()
    if (SCREENSHOTS) await ann.page.screenshot({ path: `${SCREENSHOTS}/comped-plans.png` })

    await ops.act('End the complimentary plan')
    await dialog.getByLabel('Reason').fill('no partner any more')
    await dialog.getByRole('button', { name: 'End the complimentary plan' }).click()
    await dialog.waitFor({ state: 'detached' })
    await ann.page.getByText(/Free of charge until/).waitFor({ state: 'detached' })
    expect([...problems, ...ann.problems]).toEqual([])
    await ann.close()
  })

  it('extends a trial after a preview of the first charge', async () => {
    const { server } = dashboard
    const tim = await subscribe(server, 'tim@example.com', { plan: 'plus' })
    const inDays = (days: number) => new Date(server.app.context.clock.now().getTime() + days * 86_400_000)
    const dayIn = (days: number) => inDays(days).toISOString().slice(0, 10)
    await postToStripe(server, `subscriptions/${tim.externalId}`, {
      trial_end: String(Math.floor(inDays(10).getTime() / 1000)),
      proration_behavior: 'none',
    })
    const { page, problems } = await openAsOps('/accounts')
    await page.getByRole('searchbox', { name: 'Search for an account' }).fill('tim@')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /tim/i }).first().click()
    await ops.act('Extend the trial')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('waits for a review')
    await dialog.getByLabel('New end of the trial').fill(dayIn(5))
    await dialog.getByText('trialEndsAt must be after the end of the trial').waitFor()
    await dialog.getByLabel('New end of the trial').fill(dayIn(20))
    await dialog.getByText(/are charged then/).waitFor()
    expect(await ops.axe()).toEqual([])
    await screenshot('trial-dialog')
    await dialog.getByRole('button', { name: 'Extend the trial' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(/Trial until/).waitFor()
    expect(problems).toEqual([])
  })

  it('tries a dead letter again, discards another with a reason, and shows a dead event as it arrives', async () => {
    const { page, problems } = await openAsOps('/dead-letters')
    const rows = page.locator('tbody tr')
    await rows.filter({ hasText: 'Webhooks to endpoints' }).first().waitFor()
    const before = await rows.count()
    await ops.act('Discard', rows.filter({ hasText: 'Webhooks to endpoints' }))
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('the receiver is gone')
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await dialog.waitFor({ state: 'detached' })
    await ops.act('Try again', rows.filter({ hasText: 'mail' }).first())
    await rows.nth(before - 2).waitFor({ state: 'detached' })

    // A test of an endpoint without a receiver fails again at once, which the row and a toast say.
    const { server } = dashboard
    const { data, errors } = await server.graphql<{ createWebhookEndpoint: { id: string } }>(
      `mutation { createWebhookEndpoint(key: "again", input: { url: "https://hooks.invalid/", types: ["*"] }) { webhookEndpoint { id } denial { message } } }`,
      {},
      await server.token('ann@example.com'),
    )
    expect(errors).toBeUndefined()
    const tested = await server.graphql(
      `mutation ($id: ID!) { testWebhookEndpoint(id: $id, key: "again") { denial { message } } }`,
      { id: data.createWebhookEndpoint.id },
      await server.token('ann@example.com'),
    )
    expect(tested.errors).toBeUndefined()
    const row = rows.filter({ hasText: 'hooks.invalid' })
    await eventually(
      async () => (await page.reload(), await ops.loaded(), row.count()),
      (count) => count === 1,
    )
    await ops.act('Try again', row)
    const again = /^Failed again: .+, attempt 2$/
    await row.getByText(again).waitFor()
    await page.locator('.mantine-Notification-root').getByText(again).waitFor()
    expect(await ops.axe()).toEqual([])
    await screenshot('dead-letter-again')

    await ops.follow('Provider events', 'Provider events')
    await deliverEvent(dashboard.server, {
      id: 'evt_of_nobody',
      object: 'event',
      type: 'customer.subscription.deleted',
      created: 1_790_000_000,
      livemode: false,
      data: { object: { id: 'sub_of_nobody', object: 'subscription' } },
    })
    await page.getByRole('link', { name: 'customer.subscription.deleted' }).click()
    await page.getByText('evt_of_nobody').first().waitFor()
    await page.getByRole('button', { name: 'Replay' }).waitFor()
    expect(problems).toEqual([])
  })

  it('counts on the overview what failed, and lists every received event, without a reload', async () => {
    const { page, problems } = await openAsOps('')
    const row = page.getByRole('listitem').filter({ hasText: /provider events? failed/ })
    const before = Number(/\d+/.exec(await row.innerText())![0])
    const deliver = (id: string, type: string, object: object) =>
      deliverEvent(dashboard.server, {
        id,
        object: 'event',
        type,
        created: 1_790_000_000,
        livemode: false,
        data: { object },
      })
    await deliver('evt_overview', 'customer.subscription.updated', { id: 'sub_unknown', object: 'subscription' })
    await row.filter({ hasText: `${before + 1} provider events failed` }).waitFor()
    await ops.follow('Provider events', 'Provider events')
    await ops.live()
    await deliver('evt_ignored', 'customer.tax_id.created', { id: 'txi_unknown', object: 'tax_id' })
    await page.getByRole('link', { name: 'customer.tax_id.created' }).waitFor()
    expect(problems).toEqual([])
  })

  it('shows how much work waits in each queue, for how long, and its dead letters', async () => {
    const { server } = dashboard
    await server.query(
      `insert into broker_message (id, routing_key, body, available_at)
       values ('obx_00000000000000000000000009', 'deployment.started', '{}', now() - interval '150 minutes')`,
    )
    const { page, problems } = await openAsOps('/dead-letters')
    const queue = page.getByRole('region', { name: 'Queues, as a table' }).getByRole('row')
    const cells = (await queue.filter({ hasText: 'Messages for installers' }).innerText()).split(/\s*\t\s*/)
    expect(cells.slice(1)).toEqual(['1', '2 hours', '1'])
    await page.getByRole('link', { name: 'Failed jobs of Messages for installers: 1' }).click()
    await page.waitForURL(/queue=/)
    expect(new URL(page.url()).searchParams.get('queue')).toBe('BROKER')
    await ops.loaded()
    expect(await page.getByRole('table', { name: 'Failed jobs' }).locator('tbody tr').count()).toBe(1)
    expect(problems).toEqual([])
  })

  it('compares with the provider, and heals one difference with a reason', async () => {
    const { server } = dashboard
    const { customerId } = await subscribe(server, 'foreign@example.com', { plan: 'basic' })
    await chargeAtStripe(server, customerId)
    const { page, problems } = await openAsOps('/reconciliation')
    await page.getByRole('button', { name: 'Compare now' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Compare now' }).click()
    const payment = page.locator('tbody tr').filter({ hasText: 'missing purchase' })
    await ops.act('Refund', payment)
    await dialog.getByLabel('Reason').fill('it was not ordered')
    await dialog.getByRole('button', { name: 'Refund' }).click()
    await dialog.waitFor({ state: 'detached' })
    await payment.getByText('repaired').waitFor()
    await page.getByRole('link', { name: 'Back to Reconciliation' }).click()
    await page.getByRole('cell', { name: 'finished' }).first().waitFor()
    expect(problems).toEqual([])
  })

  it('is absent without the right', async () => {
    ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ann')
    await page.waitForURL('**/plans')
    await ops.live()
    expect(await page.getByRole('link', { name: 'Failed jobs' }).count()).toBe(0)
    await page.goto(`${dashboard.server.url}/dashboard/ops/audit`)
    await page.getByText('These pages are for operators.').waitFor()
    expect(await ops.axe()).toEqual([])
    expect(problems).toEqual([])
  })

  it.each(GROUPS)('has no accessibility violations on %s in light, dark and at 375 pixels', async (...paths) => {
    const { page, problems } = await openAsOps(paths[0]!)
    for (const path of paths) {
      await page.goto(`${dashboard.server.url}/dashboard/ops${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await ops.loaded()
      for (const [colorScheme, width] of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        expect([path, colorScheme, width, await ops.axe()]).toEqual([path, colorScheme, width, []])
        expect([path, width, await ops.scrollsSideways()]).toEqual([path, width, false])
        await screenshot(`ops${path.replaceAll(/\W/g, '-')}-${colorScheme}-${width}`)
      }
    }
    expect(problems).toEqual([])
  })
})
