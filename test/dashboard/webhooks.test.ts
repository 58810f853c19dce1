import { noBrowser } from '#test/support/browser.js'
import { readViewer } from '#test/support/accounts.js'
import { movedElements, watchPlaces } from '#test/support/moved-elements.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'
import { CREATE_ENDPOINT } from '#test/support/webhook-endpoints.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

/** Events of a purchase, some of which follow the provider's own messages. */
const PURCHASE = ['checkout.started', 'subscription.activated', 'purchase.paid', 'checkout.completed']

describeUnless(noBrowser)('Webhook endpoints in the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage
  let receiver: WebhookReceiver

  let token: string
  let account: string
  let endpoint: string

  /** An endpoint with events of a purchase, a test event that it took, and one that it did not take. */
  beforeAll(async () => {
    dashboard = await startDashboard({ env: { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    receiver = await startWebhookReceiver()
    const { server } = dashboard
    token = await server.token('ann@example.com')
    account = (await readViewer(server, token))!.account.id
    const { data } = await server.graphql<{
      createWebhookEndpoint: { webhookEndpoint: { id: string } }
    }>(CREATE_ENDPOINT, { input: { url: `${receiver.url}/hook`, types: ['*'] }, key: 'hook' }, token)
    endpoint = data.createWebhookEndpoint.webhookEndpoint.id
    await subscribe(server, 'ann@example.com', { plan: 'plus' })
    // No event of the purchase comes between the two test events.
    await eventually(
      () => server.query<{ type: string }>(`select type from webhook_delivery where state = 'DELIVERED'`),
      (rows) => PURCHASE.every((event) => rows.some(({ type }) => type === event)),
    )
    await sendTest(204, 'DELIVERED')
    await sendTest(500, 'DEAD')
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
  })
  afterEach(() => window.close())

  /** Sends a test event, to which the endpoint responds with a status. */
  const sendTest = async (status: number, state: string) => {
    const { server } = dashboard
    receiver.answer = () => ({ status, ...(status === 204 ? {} : { body: 'The queue is full.' }) })
    const { data } = await server.graphql<{ testWebhookEndpoint: { id: string } }>(
      `mutation ($id: ID!, $key: String!) { testWebhookEndpoint(id: $id, key: $key) { webhookDelivery { id } denial { code } } }`,
      { id: endpoint, key: `test-${status}` },
      token,
    )
    const { id } = data.testWebhookEndpoint
    await eventually(
      () => server.query(`select id from webhook_delivery where id = $1 and state = $2`, [id, state]),
      (rows) => rows.length === 1,
    )
    receiver.answer = () => ({ status: 204 })
  }
  const openEndpoint = async (width: number) => {
    window = await dashboard.open('/', { width })
    await window.signIn('Ann')
    await watchPlaces(window.page)
    await window.page.goto(`${dashboard.server.url}/dashboard/a/${account}/webhooks/${endpoint}`)
    await window.page.getByRole('heading', { level: 1, name: `${receiver.url}/hook` }).waitFor()
    await window.loaded()
    return window.page
  }
  const rowsOf = () => window.page.getByRole('list', { name: 'Deliveries' }).getByRole('link')
  /** Event and state of the delivery at the right. */
  const detail = (name: string) => window.page.getByRole('region', { name, exact: true })
  const looksRight = async (name: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await window.page.emulateMedia({ colorScheme })
      expect([name, colorScheme, await window.axe(), await window.scrollsSideways()]).toEqual([
        name,
        colorScheme,
        [],
        false,
      ])
      if (SCREENSHOTS)
        await window.page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}.png`, fullPage: true })
    }
  }

  it('show a delivery with its attempts and its request next to the list, by mouse and by keyboard', async () => {
    const page = await openEndpoint(1280)
    expect(await page.title()).toBe(`${receiver.url}/hook · Stackgate`)
    await page.getByText(/^\d+(\.\d)?% delivered · 1 failed/).waitFor()
    // The newest one is shown without a choice.
    const test = detail('webhook.test')
    await test.getByText('Status 500').first().waitFor()
    await test.getByText('Failed', { exact: true }).waitFor()
    await test.getByText('webhook-id').waitFor()
    await test.getByText('"type": "webhook.test"', { exact: false }).waitFor()
    await test.getByText('The queue is full.').waitFor()
    await looksRight('endpoint-1280')

    await rowsOf().first().focus()
    await page.keyboard.press('ArrowDown')
    await test.getByText('Status 204').first().waitFor()
    await test.getByText('The response had no body.').waitFor()
    await window.focused(/^webhook\.testDelivered/)
    const chosen = new URL(page.url()).searchParams.get('delivery')
    expect(chosen).toMatch(/^whd_/)
    await page.keyboard.press('ArrowDown')
    await test.waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowUp')
    await test.getByText('Status 204').first().waitFor()
    expect(await page.locator('.split-rows [aria-current]').count()).toBe(1)
    await page.reload()
    await detail('webhook.test').getByText('Status 204').first().waitFor()
    expect(new URL(page.url()).searchParams.get('delivery')).toBe(chosen)
    expect(window.problems).toEqual([])
  })

  it('have a chart of what was delivered, what failed and how long the responses took', async () => {
    const page = await openEndpoint(1280)
    const history = detail('Deliveries over time')
    await history.getByText(/^\d+(\.\d)?% delivered · 1 failed · p95 [\d,]+ ms$/).waitFor()
    const chart = history.getByRole('slider', { name: /^Deliveries over time\./ })
    await chart.focus()
    await page.keyboard.press('End')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/, so far, Delivered \d+, Failed 1, Total \d+$/)
    await history.locator('.chart-legend').first().getByText('Failed').click()
    await eventually(
      () => chart.locator('[data-series=red] rect').count(),
      (bars) => bars === 0,
    )
    await history.getByLabel('Range').selectOption('30d')
    await page.waitForURL(/range=30d/)
    await window.loaded()
    await history.getByRole('slider', { name: /^Response time \(p95\)\./ }).waitFor()
    await looksRight('endpoint-history')
    expect(window.problems).toEqual([])
  })

  it('are filtered by state and event, and sent again', async () => {
    const page = await openEndpoint(1280)
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Events').selectOption('Subscriptions')
    await page.getByRole('link', { name: /^subscription\.activated/ }).waitFor()
    await window.loaded()
    for (const text of await rowsOf().allInnerTexts()) expect(text).toMatch(/^subscription\./)
    await page.getByRole('form', { name: 'Filter' }).getByLabel('State').selectOption('Waiting')
    await page.getByText('No delivery matches.').waitFor()
    await page.getByRole('button', { name: /Subscriptions/ }).click()
    await page.getByRole('form', { name: 'Filter' }).getByLabel('State').selectOption('Failed')
    await rowsOf().first().waitFor()
    expect(await rowsOf().count()).toBe(1)
    expect(new URL(page.url()).search).toBe('?state=DEAD')
    await rowsOf().first().click()
    await detail('webhook.test').getByRole('button', { name: 'Send again' }).click()
    // It leaves the list of failed ones, and stays at the right.
    await page.getByText('No delivery matches.').waitFor()
    await detail('webhook.test').getByText('Status 204').first().waitFor()
    await detail('webhook.test').getByText('Delivered', { exact: true }).waitFor()
    const attempts = await detail('webhook.test').getByRole('listitem').allInnerTexts()
    expect(attempts.map((text) => text.split('\n')[0])).toEqual(['Status 204', 'Status 500'])
    expect(window.problems).toEqual([])
  })

  it('are selected and sent again together', async () => {
    const page = await openEndpoint(1280)
    const list = page.getByRole('region', { name: 'Deliveries', exact: true })
    const boxes = list.getByRole('checkbox', { name: /^Select webhook\.test, / })
    for (const box of await boxes.all()) await box.check()
    const bar = page.getByRole('group', { name: 'Selected rows' })
    await bar.getByText('2 selected').waitFor()
    await bar.getByRole('button', { name: 'Clear' }).click()
    await bar.waitFor({ state: 'detached' })
    await boxes.first().check()
    await boxes.nth(1).check()
    await looksRight('endpoint-selected')
    const arrived = receiver.received.length
    await bar.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('Send again: 2 done').waitFor()
    await bar.waitFor({ state: 'detached' })
    await eventually(
      () => Promise.resolve(receiver.received.length),
      (count) => count === arrived + 2,
    )
    expect(window.problems).toEqual([])
  })

  it('show the list or one delivery on a phone', async () => {
    const page = await openEndpoint(375)
    expect(await movedElements(page)).toEqual([])
    await page.getByRole('list', { name: 'Deliveries' }).getByText('webhook.test').first().waitFor()
    expect(await detail('webhook.test').isVisible()).toBe(false)
    await looksRight('endpoint-list-375')
    await rowsOf().first().click()
    await detail('webhook.test').waitFor()
    await window.focused(/^All deliveries$/)
    expect(await page.getByRole('list', { name: 'Deliveries' }).isVisible()).toBe(false)
    await window.loaded()
    await looksRight('endpoint-delivery-375')
    await page.getByRole('button', { name: 'All deliveries' }).click()
    await rowsOf().first().waitFor()
    await window.focused(/^webhook\.test/)
    expect(window.problems).toEqual([])
  })
})
