import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { requestDeployment } from '#test/support/deployments.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('The marketplace in the dashboard', () => {
  let dashboard: DashboardServer
  let window: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    await requestDeployment(server, await server.token('ann@example.com'))
  })
  afterAll(() => dashboard.close())
  afterEach(() => window.close())

  it('shows visitors every template with its price or plan on the way to signing in', async () => {
    window = await dashboard.open('/market')
    const { page, problems } = window
    await page.getByText('8 templates, 8 shown').waitFor()
    const paid = page.getByRole('article', { name: 'AI Agent Stack' })
    await paid.getByRole('link', { name: 'Sign in to buy for $99.99' }).waitFor()
    await page.getByRole('article', { name: 'Ghost' }).getByRole('link', { name: 'Sign in to choose Basic' }).waitFor()
    await paid.getByRole('link', { name: 'AI Agent Stack', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'AI Agent Stack' }).waitFor()
    await page.getByRole('link', { name: 'by TryDirect' }).click()
    await page.getByRole('heading', { level: 1, name: 'TryDirect' }).waitFor()
    await page
      .getByRole('article', { name: 'Static Site' })
      .getByRole('link', { name: /Sign in to deploy/ })
      .click()
    await window.signIn('Ann')
    await page.getByRole('heading', { level: 1, name: 'Static Site' }).waitFor()
    expect(problems).toEqual([])
  })

  it('keeps the filters in the address', async () => {
    window = await dashboard.open('/market?category=cms&price=free')
    const { page, problems } = window
    await page.getByText('3 templates, 3 shown').waitFor()
    await page.getByLabel('Search').fill('nothing like it')
    await page.getByText('No template matches “nothing like it”.').waitFor()
    expect(new URL(page.url()).searchParams.get('search')).toBe('nothing like it')
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByText('8 templates, 8 shown').waitFor()
    await page.getByRole('article', { name: 'n8n' }).getByRole('button', { name: 'workflows' }).click()
    await page.getByText('1 template', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('1 template', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove the tag workflows' }).click()
    await page.getByText('8 templates, 8 shown').waitFor()
    expect(problems).toEqual([])
  })

  it('buys what a template needs, by keyboard only, and continues with the deployment', async () => {
    window = await dashboard.open('/market/ghost')
    const { page, problems } = window
    await page.getByRole('link', { name: /Sign in to choose Basic/ }).press('Enter')
    await page.getByRole('button', { name: 'Sign in as Ann' }).press('Enter')
    await page.getByText(/requires 'basic' plan or higher/).waitFor()
    await page.getByLabel('Name of the deployment').fill('My blog')
    await page.getByRole('button', { name: /Basic/ }).first().press('Enter')
    await window.pay('4242424242424242')
    await page.waitForURL(/\/deployments\/deployment_/)
    const { data } = await dashboard.server.graphql<{ account: { deployments: { nodes: { name: string }[] } } }>(
      `{ account { deployments(first: 5) { nodes { name } } } }`,
      {},
      await dashboard.server.token('ann@example.com'),
    )
    expect(data.account.deployments.nodes).toContainEqual({ name: 'My blog' })
    expect(problems).toEqual([])
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)(
    'has no accessibility violations in %s at %i pixels, and nothing scrolls sideways',
    async (colorScheme, width) => {
      window = await dashboard.open('/market', { colorScheme, width })
      const { page, problems } = window
      const check = async (name: string) => {
        await window.loaded()
        if (process.env['PICTURES'])
          await page.screenshot({ path: `/tmp/market-${name}-${colorScheme}-${width}.png`, fullPage: true })
        expect([name, await window.axe()]).toEqual([name, []])
        expect([name, await window.scrollsSideways()]).toEqual([name, false])
      }
      await page.getByText('8 templates, 8 shown').waitFor()
      await check('visitor')
      await page.getByRole('link', { name: 'AI Agent Stack', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'AI Agent Stack' }).waitFor()
      await check('template-visitor')
      await page.getByRole('link', { name: 'Sign in to buy for $99.99' }).click()
      await window.signIn('Ann')
      await page.getByRole('alert').waitFor()
      await check('template')
      await window.follow('by TryDirect', 'TryDirect')
      await page.getByText('8 templates, 8 shown').waitFor()
      await check('vendor')
      await window.follow('Back to Marketplace', 'Marketplace')
      await page.getByText('8 templates, 8 shown').waitFor()
      await check('list')
      expect(problems).toEqual([])
    },
  )
})
