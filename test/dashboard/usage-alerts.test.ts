import { noBrowser } from '#test/support/browser.js'
import { describeUnless } from '#test/support/skip.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

describeUnless(noBrowser)('Usage alerts in the dashboard', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage()
  })
  afterAll(() => usage.dashboard.close())

  it('sets, changes and removes levels and the forecast, and shows their basis live', async () => {
    const { ann, account, service } = usage
    const { page, problems } = ann
    await ann.follow('Usage and limits', 'Usage and limits')
    const panel = page.getByRole('region', { name: 'Usage alerts', exact: true })
    await panel.getByText('No alert is set.').waitFor()
    await panel.getByRole('button', { name: 'Set alerts' }).click()
    const dialog = page.getByRole('dialog')
    const levels = dialog.getByLabel('Levels, in percent of the allowance')
    expect(await ann.axe()).toEqual([])
    // Half a percent is not two levels.
    await levels.fill('12.5')
    await dialog.getByText('Whole numbers from 1 to 100').waitFor()
    expect(await levels.getAttribute('aria-invalid')).toBe('true')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    // The server refuses what is too much.
    await levels.fill('10, 20, 30, 40, 50, 60')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await dialog.getByText('alerts must have at most 5 levels in percent').waitFor()
    await levels.fill('50, 90')
    const amounts = dialog.getByLabel('Levels, in used units of the allowance')
    await amounts.fill('1,500')
    await dialog.getByText('Whole numbers from 1, without').waitFor()
    await amounts.fill('1500, 2000')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await dialog.waitFor({ state: 'detached' })
    const alerts = panel.getByRole('region', { name: 'Usage alerts of AI credits' })
    await alerts.getByText('Alerts at 50%, 90%, 1,500 used, 2,000 used').waitFor()
    await alerts.getByText('Alert on the forecast').waitFor()
    await alerts.getByText('0 of 1,000 of the allowance used').waitFor()

    await service.consume({ accountId: account, feature: 'ai_credits', amount: 600 })
    await alerts.getByText('600 of 1,000 of the allowance used').waitFor()
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })

    await alerts.getByRole('button', { name: 'Change the usage alerts: AI credits' }).click()
    await dialog.getByLabel('Also when the forecast').uncheck()
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await alerts.getByText('Alert on the forecast').waitFor({ state: 'detached' })
    await alerts.getByRole('button', { name: 'Change the usage alerts: AI credits' }).click()
    await levels.fill('')
    await amounts.fill('')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await panel.getByText('No alert is set.').waitFor()
    expect(problems).toEqual([])
  })
})
