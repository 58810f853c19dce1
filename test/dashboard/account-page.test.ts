import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { movedElements } from '#test/support/moved-elements.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('The page of an account for operators', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage
  let ann: Subscriber

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    const { server } = dashboard
    ann = await subscribe(server, 'ann@example.com', { plan: 'scale' })
    ops = await dashboard.open('/', { watchesPlaces: true })
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
  })
  afterAll(() => dashboard.close())

  const open = async (search = '') => {
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/accounts/${ann.accountId}${search}`)
    await ops.loaded()
  }

  it.each([1280, 375])('does not move buttons while it is loading, at %i pixels', async (width) => {
    await ops.page.setViewportSize({ width, height: 900 })
    for (const search of ['', '?tab=now']) {
      await open(search)
      await ops.page.getByText('Connecting', { exact: true }).waitFor({ state: 'detached' })
      expect(await movedElements(ops.page)).toEqual([])
    }
  })

  it('begins with what the account is and pays, and with its use and its latest events', async () => {
    const { page, problems } = ops
    await page.setViewportSize({ width: 1280, height: 900 })
    await open()
    const lines = async (group: string) =>
      (await page.getByRole('region', { name: group, exact: true }).innerText()).split(/\s*\n\s*/)
    const figures = await page.locator('.account-figures').innerText()
    expect(figures.split(/\s*\n\s*/)).toEqual([
      'MRR',
      '$200.00',
      'Lifetime paid',
      '$200.00',
      'Customer since',
      'Jan 15, 2026',
    ])
    expect(await lines('Payment')).toEqual(expect.arrayContaining(['Provider', 'Stripe']))
    expect(await lines('Members')).toEqual(['Members', 'All (1)', 'ann@example.com'])
    await page.getByRole('region', { name: 'Latest events' }).locator('[data-type="subscription.activated"]').waitFor()
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 375]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        const looks = [colorScheme, width, await ops.axe(), await ops.scrollsSideways()]
        expect(looks).toEqual([colorScheme, width, [], false])
        if (!SCREENSHOTS) continue
        await page.screenshot({ path: `${SCREENSHOTS}/account-${colorScheme}-${width}.png`, fullPage: true })
      }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(problems).toEqual([])
  })

  it('copies a whole ID of which the middle is left out', async () => {
    const { page } = ops
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const ids = page.getByRole('region', { name: 'IDs' })
    expect(await ids.innerText()).not.toContain(ann.accountId)
    await ids.getByRole('button', { name: 'Copy ID' }).click()
    await ids.getByText('Copied').waitFor()
    const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
    await eventually(copied, (text) => text === ann.accountId)
  })

  it('leads to the whole timeline, and has acts of features only where there are some', async () => {
    const { page, problems } = ops
    await page.getByRole('link', { name: 'Whole timeline' }).click()
    await page.getByRole('region', { name: 'Timeline' }).locator('[data-type="subscription.activated"]').waitFor()
    await page.getByRole('button', { name: 'Entitlements and usage', exact: true }).click()
    const features = page.getByRole('table', { name: 'Features' })
    await features.waitFor()
    expect(await features.getByRole('columnheader').allInnerTexts()).toEqual(['Feature', 'Limit', 'Used', 'From'])
    expect(problems).toEqual([])
  })
})
