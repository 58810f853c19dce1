import { noBrowser } from '#test/support/browser.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

const DAY_MS = 86_400_000
const RECORD = `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount rejected { message } } }`
const MODELS = ['small', 'large'] as const

describeUnless(noBrowser)('Usage over time in the dashboard', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage()
    const { dashboard, account, service } = usage
    await assignTestPlan(dashboard.server, account, 'scale')
    const { clock } = dashboard.server.app.context
    await dashboard.server.advanceTo(new Date(clock.now().getTime() + 28 * DAY_MS).toISOString())
    const now = clock.now().getTime()
    const random = createSeededRandom(7)
    const events = Array.from({ length: 56 }, (_, index) => ({
      accountId: account,
      feature: 'ai_credits',
      key: `use-${index}`,
      at: new Date(now - Math.floor(index / 2) * DAY_MS).toISOString(),
      work: {
        dimensions: [{ name: 'model', value: MODELS[index % 2] }],
        quantities: [{ name: 'output_tokens', amount: 100_000 + Math.floor(random.next() * 900_000) }],
      },
    }))
    const { data, errors } = await dashboard.server.graphql<{
      recordUsage: { acceptedCount: number; rejected: unknown[] }
    }>(RECORD, { events }, service.key)
    expect([errors, data?.recordUsage]).toEqual([undefined, { acceptedCount: 56, rejected: [] }])
  })
  afterAll(() => usage.dashboard.close())

  it('is read by the keyboard, the mouse and a screen reader, by day and by model', async () => {
    const { page, problems, axe, scrollsSideways, follow } = usage.ann
    // The clock was moved elsewhere: the page reads it again.
    await page.reload()
    await follow('Usage and limits', 'Usage and limits')
    const panel = page.getByRole('region', { name: 'Usage over time' })
    const chart = panel.getByRole('slider', { name: /^AI credits over time\./ })
    await chart.waitFor()
    expect(await chart.locator('rect').count()).toBe(28)
    // Before, nothing was used: the legend says so in the place of bars.
    await panel
      .locator('.chart-legend')
      .getByText(/^No data for .+ – /)
      .waitFor()
    await panel
      .locator('.chart-legend')
      .getByText(/^[A-Z][a-z]+ \d+, \d{4}, so far$/)
      .waitFor()
    await chart.focus()
    await page.keyboard.press('Home')
    expect(await chart.getAttribute('aria-valuenow')).toBe('0')
    const first = await chart.getAttribute('aria-valuetext')
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    const text = await chart.getAttribute('aria-valuetext')
    expect(text).toMatch(/^[A-Z][a-z]+ \d+, \d{4}, AI credits [\d,]+$/)
    expect(text).not.toBe(first)
    const [, value = ''] = /([\d,]+)$/.exec(text!)!
    await panel.locator('.chart-tooltip').getByText(value).waitFor()
    await page.keyboard.press('Escape')
    expect(await panel.locator('.chart-tooltip').count()).toBe(0)

    // The table has the value that the tooltip has.
    await panel.getByText('Values by day').click()
    await panel.getByRole('cell', { name: value, exact: true }).first().waitFor()

    await panel.getByLabel('Group by').selectOption('MODEL')
    await panel.locator('.chart-legend').getByText('large').waitFor()
    expect(await chart.locator('rect').count()).toBe(56)
    const box = (await chart.boundingBox())!
    await chart.hover({ position: { x: box.width - 60, y: 100 } })
    const tooltip = panel.locator('.chart-tooltip')
    await tooltip.getByText('Total').waitFor()
    expect(await tooltip.innerText()).toMatch(/large\s+[\d,]+\s+small\s+[\d,]+\s+Total\s+[\d,]+/)
    if (process.env['PICTURES']) await page.screenshot({ path: `${process.env['PICTURES']}/usage.png`, fullPage: true })
    // The view is in the address.
    expect(page.url()).toContain('by=MODEL')
    await panel.getByLabel('Range').selectOption('90d')
    await page.waitForURL('**range=90d*')
    // A click on the legend hides a series, and its color stays that of its name.
    await panel.locator('.chart-legend').getByText('large').click()
    await eventually(
      () => chart.locator('rect').count(),
      (bars) => bars === 28,
    )
    await panel.locator('.chart-legend').getByText('large').click()
    expect(await axe()).toEqual([])
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await axe(), await scrollsSideways()]).toEqual([[], false])
    if (process.env['PICTURES'])
      await page.screenshot({ path: `${process.env['PICTURES']}/usage-375.png`, fullPage: true })
    expect(problems).toEqual([])
  })

  it('is added up to the limit and to what is expected, with dashes for what is not over', async () => {
    const { page, problems, axe } = usage.ann
    await page.getByRole('radiogroup', { name: 'View' }).getByText('Cumulative').click()
    await page.waitForURL('**view=cumulative*')
    const chart = page.getByRole('slider', { name: /^AI credits over time\./ })
    await chart
      .locator('.chart-limit')
      .getByText(/^Limit [\d,]+$/)
      .waitFor()
    expect(await chart.locator('rect').count()).toBe(0)
    expect(await chart.locator('path[data-partial]').count()).toBe(1)
    await chart.focus()
    await page.keyboard.press('End')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/, Expected [\d,]+, Limit [\d,]+$/)
    await page.keyboard.press('Home')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/, Used [\d,]+, Limit [\d,]+$/)
    expect(await axe()).toEqual([])
    await page.getByRole('radiogroup', { name: 'View' }).getByText('Daily').click()
    await chart.locator('rect').first().waitFor()
    expect(problems).toEqual([])
  })

  it('is grouped by API key, with the cost of units beyond the allowance and a file', async () => {
    const { page, problems, axe } = usage.ann
    const used = await usage.consume(600_000)
    expect(used.amount).toBe(600_000)
    await page.reload()
    const panel = page.getByRole('region', { name: 'Usage over time' })
    await panel.getByLabel('Group by').selectOption('API_KEY')
    const table = panel.getByRole('table', { name: 'API key' })
    await table.getByRole('columnheader', { name: 'Cost' }).waitFor()
    const id = `key_${usage.service.key.split('_')[2]}`
    expect(await table.getByRole('row', { name: id }).innerText()).toMatch(/100%\s+\$[\d,]+\.\d\d$/)
    await panel.getByText(/^Beyond the allowance: \$/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('usage.csv')
    expect(await axe()).toEqual([])
    expect(problems).toEqual([])
  })

  it('is grouped by a property of the feature, in the page and in its file', async () => {
    const { page, problems, axe } = usage.ann
    const { account, service, dashboard } = usage
    const { data } = await dashboard.server.graphql<{ recordUsage: { acceptedCount: number } }>(
      RECORD,
      {
        events: [
          ['alpha', 30],
          ['beta', 10],
        ].map(([value, amount]) => ({
          accountId: account,
          feature: 'ai_credits',
          key: `project-${value}`,
          amount,
          properties: [{ name: 'project', value }],
        })),
      },
      service.key,
    )
    expect(data.recordUsage.acceptedCount).toBe(2)
    await page.reload()
    const panel = page.getByRole('region', { name: 'Usage over time' })
    await panel.getByLabel('Group by').selectOption({ label: 'Property project' })
    const table = panel.getByRole('table', { name: 'Property project' })
    expect(await table.getByRole('row', { name: 'alpha' }).innerText()).toMatch(/^alpha\s+30\s/)
    await table.getByRole('row', { name: 'Without property project' }).waitFor()
    expect(page.url()).toContain('by=property%3Aproject')
    const [request] = await Promise.all([
      page.waitForRequest(/usage\.csv/),
      panel.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(request.url()).toContain('group_by=property&property=project')
    expect(await axe()).toEqual([])
    expect(problems).toEqual([])
  })
})
