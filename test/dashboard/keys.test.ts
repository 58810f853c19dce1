import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

describeUnless(noBrowser)('Keys and webhooks in the dashboard', () => {
  let dashboard: DashboardServer
  let receiver: WebhookReceiver
  let ann: DashboardPage

  beforeAll(async () => {
    receiver = await startWebhookReceiver()
    dashboard = await startDashboard({ env: { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.page.getByText('Your plan is Free.').waitFor()
  })
  afterAll(async () => {
    await ann.close()
    await dashboard.close()
    await receiver.close()
  })

  it('creates a key whose secret is shown once, and revokes it', async () => {
    const { page, problems } = ann
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByText('No keys yet.').waitFor()
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Name').fill('production')
    await page.getByRole('button', { name: 'Create the key' }).click()
    const dialog = page.getByRole('dialog')
    const secret = await dialog.getByRole('textbox', { name: 'Secret' }).inputValue()
    await page.keyboard.press('Escape')
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'I have stored it' }).click()
    expect(await page.content()).not.toContain(secret)

    const ask = () =>
      dashboard.server.rest('POST', '/api/v1/entitlements/check', { token: secret, body: { feature: 'deployments' } })
    expect((await ask()).status).toBe(200)
    await ann.act('Revoke', page.getByRole('row', { name: 'production' }))
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Revoked').waitFor()
    expect((await ask()).status).toBe(401)
    expect(problems).toEqual([])
  })

  it('creates an endpoint, sends a test, and shows each try', async () => {
    const { page, problems } = ann
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByRole('button', { name: 'New endpoint' }).click()
    await page.getByLabel('URL').fill(`${receiver.url}/hook`)
    await page.getByLabel('Only these').first().click()
    await page.getByLabel('Invoices').check()
    expect(await ann.axe()).toEqual([])
    await page.getByRole('button', { name: 'Create the endpoint' }).click()
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    await page.getByRole('button', { name: 'I have stored it' }).click()
    await page.getByRole('link', { name: `${receiver.url}/hook` }).click()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Status 204').first().waitFor()
    expect(receiver.verified(secret).map(({ type }) => type)).toEqual(['webhook.test'])
    await page.getByText('"type": "webhook.test"').waitFor()
    // The address names the delivery.
    expect(new URL(page.url()).searchParams.get('delivery')).toMatch(/^[a-z]+_/)
    expect(await ann.axe()).toEqual([])
    await page.getByRole('button', { name: 'Send again' }).click()
    await ann.act('Disable', page.getByRole('main'))
    await page.getByText('Disabled', { exact: true }).waitFor()
    await ann.act('Delete', page.getByRole('main'))
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('There is no endpoint yet.').waitFor()
    expect(problems).toEqual([])
  })
})
