import { noBrowser } from '#test/support/browser.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { describeUnless } from '#test/support/skip.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

describeUnless(noBrowser)('Overage in the dashboard', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage()
    await assignTestPlan(usage.dashboard.server, usage.account, 'scale')
  })
  afterAll(() => usage.dashboard.close())

  it('shows price, cap, units and cost of use beyond the allowance live', async () => {
    const { ann, consume } = usage
    const { page, problems } = ann
    await ann.follow('Usage and limits', 'Usage and limits')
    const credits = page.getByRole('region', { name: 'AI credits', exact: true })
    await credits
      .getByText(
        'Use beyond the allowance costs $0.40 per 1,000 up to 500,000, then $0.30 per 1,000. At most 1,000,000 units.',
      )
      .waitFor()
    expect(await credits.getByText('used beyond the allowance').count()).toBe(0)

    expect(await consume(601_250)).toMatchObject({ amount: 601_250 })
    await credits.getByText('1,250 used beyond the allowance: $0.50.').waitFor()
    await credits.getByText('600,000 of 600,000').waitFor()
    await credits.getByText('Used at a price', { exact: true }).waitFor()
    await credits.getByRole('button', { name: /^Actions for / }).click()
    await page.getByRole('menuitem', { name: 'Explain' }).click()
    await credits.getByText('The next request is allowed.').waitFor()
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })

    // No level of a warning is reached by it: the event of the use itself is followed.
    expect(await consume(1_000)).toMatchObject({ amount: 1_000 })
    await credits.getByText('2,250 used beyond the allowance: $0.90.').waitFor()
    expect(await consume(997_750)).toMatchObject({ amount: 997_750 })
    await credits.getByText('1,000,000 used beyond the allowance: $350.00.').waitFor()
    await credits.getByText('Used up', { exact: true }).waitFor()
    expect(problems).toEqual([])
  })
})
