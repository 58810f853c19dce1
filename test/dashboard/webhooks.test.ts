import { noBrowser } from '#test/support/browser.js'
import { readViewer } from '#test/support/accounts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'
import { CREATE_ENDPOINT } from '#test/support/webhook-endpoints.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

describeUnless(noBrowser)('Webhook endpoints in the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage
  let receiver: WebhookReceiver

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    receiver = await startWebhookReceiver()
  })
  afterAll(async () => {
    await dashboard.close()
    await receiver.close()
  })
  afterEach(() => window.close())

  it('name the event of each delivery on a phone', async () => {
    const { server } = dashboard
    window = await dashboard.open('/', { width: 375 })
    const { page, problems } = window
    await window.signIn('Ann')
    const token = await server.token('ann@example.com')
    const { data } = await server.graphql<{
      createWebhookEndpoint: { webhookEndpoint: { id: string } }
    }>(CREATE_ENDPOINT, { input: { url: `${receiver.url}/hook`, types: ['*'] }, key: 'phone' }, token)
    const { id } = data.createWebhookEndpoint.webhookEndpoint
    await server.graphql(
      `mutation ($id: ID!, $key: String!) { testWebhookEndpoint(id: $id, key: $key) { denial { code } } }`,
      { id, key: 'test' },
      token,
    )
    await eventually(
      () => server.query(`select id from webhook_delivery where endpoint_id = $1`, [id]),
      (rows) => rows.length === 1,
    )
    const account = (await readViewer(server, token))!.account.id
    await page.goto(`${server.url}/dashboard/a/${account}/webhooks/${id}`)
    await page
      .getByRole('region', { name: 'Deliveries, as a table' })
      .getByText('webhook.test', { exact: true })
      .waitFor()
    await page.getByRole('heading', { level: 1, name: `${receiver.url}/hook` }).waitFor()
    expect(await page.title()).toBe(`${receiver.url}/hook · Stackgate`)
    expect(problems).toEqual([])
  })
})
