import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { newDeployment } from '#test/support/deployments.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

describeUnless(noBrowser)('The sandbox bar', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.page.getByText('Your plan is Free.').waitFor()
  })
  afterAll(async () => {
    await ann.close()
    await dashboard.close()
  })

  it('pays an open checkout, and shows the renewal a month later without a reload', async () => {
    const { page, problems } = ann
    const account = /\/a\/([^/]+)/.exec(page.url())![1]!
    const token = await dashboard.server.token('ann@example.com')
    await dashboard.server.graphql(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "bar") { denial { code } } }`,
      {},
      token,
    )
    await page.getByRole('link', { name: 'Billing' }).click()
    await ann.live()
    await page.getByRole('button', { name: /^Sandbox/ }).click()
    await page.getByRole('button', { name: 'Decline $20.00' }).click()
    await page.getByText('The card was declined.').waitFor()
    await page.getByRole('button', { name: 'Pay $20.00' }).click()
    await page.getByText('The payment succeeded.').waitFor()
    await page.getByText('Renews on February 15, 2026.').waitFor()
    expect(await ann.axe()).toEqual([])
    await page.getByRole('button', { name: 'To the next renewal' }).click()
    await page.getByText('Renews on March 15, 2026.').waitFor()
    await page.getByText('It is February 15, 2026.').waitFor()
    expect(page.url()).toContain(account)
    expect(problems).toEqual([])
  })

  it('fails the next payment, disputes one, and breaks the deliveries', async () => {
    const { page, problems } = ann
    await page.getByRole('button', { name: 'Fail the next payment of this account' }).click()
    await page.getByText('The next payment of this account fails.').waitFor()
    await page.getByText('1 fault is active.').waitFor()
    await page.getByRole('button', { name: 'Deliver twice' }).click()
    await page.getByText('The next deliveries arrive twice.').waitFor()
    await page.getByRole('button', { name: '+1 month' }).click()
    await page.getByText('$20.00 for Plus is overdue.').waitFor()
    await page.getByRole('button', { name: 'Remove all faults' }).click()
    await page.getByText('No fault is active.').waitFor()
    await page.getByRole('button', { name: 'Provider down' }).click()
    await page.getByText('Every call of the provider fails.').waitFor()
    await page.getByRole('button', { name: 'Remove all faults' }).click()
    await page.getByText('All faults are removed.').waitFor()
    await page.getByRole('button', { name: 'Deliver in another order' }).click()
    await page.getByText('The next deliveries arrive in another order.').waitFor()
    await page.getByRole('button', { name: 'Remove all faults' }).click()
    await page
      .getByRole('button', { name: /^Again:/ })
      .first()
      .click()
    await page.getByText('It was delivered again.').waitFor()
    await page.getByRole('button', { name: 'Dispute $20.00' }).first().click()
    await page.getByText('The payment is disputed.').waitFor()
    expect(problems).toEqual([])
  })

  it.each([
    ['dark', 1280],
    ['light', 375],
  ] as const)('is accessible in %s at %i pixels', async (colorScheme, width) => {
    const { page } = ann
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    expect(await ann.axe()).toEqual([])
    expect(await ann.scrollsSideways()).toBe(false)
  })

  it('starts an agent that executes commands, for who has the enrollment token', async () => {
    const { server } = dashboard
    const { owner, hash, enrolmentToken } = await newDeployment(server)
    const post = (body: object, headers: Record<string, string> = {}) =>
      fetch(`${server.url}/dashboard/sandbox/agent`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: server.url, ...headers },
        body: JSON.stringify(body),
      })
    expect((await post({ deploymentHash: hash, enrolmentToken }, { origin: 'https://evil.example' })).status).toBe(404)
    expect((await post({ deploymentHash: hash, enrolmentToken: 'enr_wrong' })).status).toBeGreaterThanOrEqual(400)
    expect((await post({ deploymentHash: hash, enrolmentToken })).status).toBe(201)
    const { data } = await server.graphql<{ enqueueCommand: { id: string } }>(
      `mutation ($hash: ID!) {
        enqueueCommand(deploymentId: $hash, command: { listContainers: {} }, key: "l") { command { id } denial { message } }
      }`,
      { hash },
      owner,
    )
    const read = async () =>
      (
        await server.graphql<{ node: { status: string; typedResult: { containers?: { name: string }[] } | null } }>(
          `query ($id: ID!) { node(id: $id) { ... on Command { status typedResult { ... on ListContainersResult { containers { name } } } } } }`,
          { id: data.enqueueCommand.id },
          owner,
        )
      ).data.node
    const done = await eventually(read, ({ status }) => status === 'SUCCEEDED')
    expect(done.typedResult?.containers).toHaveLength(3)
    expect(await (await post({ deploymentHash: hash, stop: true })).json()).toEqual({ stopped: true })
  })
})
