import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { insertDeadLetters } from '#test/support/dead-letters.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

const DAY_MS = 86_400_000
/** It pays at the checkout, and no renewal. */
const NOT_RENEWED = '4000000000000341'

describeUnless(noBrowser)('The first page of operators', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    const { clock } = server.app.context
    await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await subscribe(server, 'quinn@example.com', { plan: 'basic', card: NOT_RENEWED })
    await server.advanceTo(new Date(clock.now().getTime() + 32 * DAY_MS).toISOString())
    await insertDeadLetters(server)
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
    await ops.loaded()
  })
  afterAll(() => dashboard.close())

  it('names the first of what waits, with its amount and its age, and the sum of what is past due', async () => {
    const { page, problems, axe } = ops
    const due = page.getByRole('listitem').filter({ hasText: '1 subscription is past due' })
    expect(await due.innerText()).toMatch(/quinn@example\.com · \$10\.00 · since [A-Z][a-z]+ \d+, \d{4}$/)
    expect(await page.getByRole('link', { name: /^Past due/ }).innerText()).toMatch(/^Past due\s+1\s+\$10\.00$/)
    expect(await page.getByRole('link', { name: /^Net new this month/ }).innerText()).not.toMatch(/\$0\.00 lost/)
    expect(await axe()).toEqual([])
    expect(problems).toEqual([])
  })

  it('tries failed jobs again without another page', async () => {
    const { page, problems } = ops
    const retry = page.getByRole('button', { name: /^Retry: \d+ jobs failed$/ })
    const [, jobs] = /(\d+)/.exec((await retry.getAttribute('aria-label'))!)!
    await retry.click()
    await page.getByText(`${jobs} jobs are tried again.`).waitFor()
    await eventually(
      () => page.getByText(`${jobs} jobs failed`, { exact: true }).count(),
      (rows) => rows === 0,
    )
    expect(new URL(page.url()).pathname).toBe('/dashboard/ops')
    expect(problems).toEqual([])
  })

  it('has no breadcrumb of one level, and on a phone the page above the open one', async () => {
    const { page, problems, follow } = ops
    const places = page.getByRole('navigation', { name: 'Place of this page' })
    expect(await places.count()).toBe(0)
    await follow('Accounts', 'Accounts')
    expect(await places.innerText()).toMatch(/^Customers\s+Accounts$/)
    await page.getByRole('link', { name: 'quinn@example.com', exact: true }).click()
    await page.getByText('Your visit is logged.').waitFor()
    await page.setViewportSize({ width: 375, height: 900 })
    expect(await places.innerText()).toBe('Accounts')
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(problems).toEqual([])
  })

  it('has boxes in the accent of the seller, and arrows where a column sorts', async () => {
    const { page, problems } = ops
    await page.goto(`${dashboard.server.url}/dashboard/ops/accounts`)
    await ops.loaded()
    const arrow = () => page.evaluate<string>(`getComputedStyle(document.querySelector('th button .icon')).opacity`)
    expect(await arrow()).toBe('0')
    await page.locator('th button').first().focus()
    expect(await arrow()).toBe('1')
    await page.goto(`${dashboard.server.url}/dashboard/ops/catalog?tab=editor`)
    await ops.loaded()
    const box = page.locator('.check input').first()
    expect(await box.boundingBox()).toMatchObject({ width: 16, height: 16 })
    const color = `getComputedStyle(document.querySelector('.check input')).accentColor`
    expect(await page.evaluate<string>(color)).toBe('rgb(79, 70, 229)')
    expect(problems).toEqual([])
  })
})
