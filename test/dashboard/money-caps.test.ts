import { noBrowser } from '#test/support/browser.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { describeUnless } from '#test/support/skip.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

describeUnless(noBrowser)('Caps in money in the dashboard', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage()
    await assignTestPlan(usage.dashboard.server, usage.account, 'scale')
    await usage.consume(600_000)
  })
  afterAll(() => usage.dashboard.close())

  it('sets, shows, changes and removes a cap in money, and shows an error', async () => {
    const { ann, consume } = usage
    const { page, problems } = ann
    await ann.follow('Usage and limits', 'Usage and limits')
    const panel = page.getByRole('region', { name: 'Spend caps', exact: true })
    await panel.getByText('No cap.').waitFor()
    await panel.getByRole('button', { name: 'Set a cap' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Period', { exact: true }).selectOption({ label: 'per day' })
    await dialog.getByLabel('Counted as').selectOption({ label: 'money for use beyond the allowance' })
    const field = dialog.getByLabel('Highest cost in a period (USD)')
    expect(await ann.axe()).toEqual([])
    // The server refuses what is too much.
    await field.fill('20000000000.00')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await dialog.getByText('limit.money must be between $0.00 and $10,000,000,000.00.').waitFor()
    await field.fill('0.40')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await dialog.waitFor({ state: 'detached' })
    const cap = panel.getByRole('region', { name: 'Cost of AI credits per day' })
    await cap.getByText('$0.00 of $0.40 used').waitFor()

    expect(await consume(1_000)).toMatchObject({ amount: 1_000 })
    await cap.getByText('$0.40 of $0.40 used').waitFor()
    await cap.getByText('Reached', { exact: true }).waitFor()
    expect(await consume(1_000)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })

    await cap.getByRole('button', { name: 'Change the cap: Cost of AI credits per day' }).click()
    expect(await field.inputValue()).toBe('0.40')
    await field.fill('1.25')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await cap.getByText('$0.40 of $1.25 used').waitFor()
    await cap.getByRole('button', { name: 'Remove the cap: Cost of AI credits per day' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await panel.getByText('No cap.').waitFor()
    expect(problems).toEqual([])
  })
})
