import { noBrowser } from '#test/support/browser.js'
import { readViewer } from '#test/support/accounts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { assignTestPlan, entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { joinAccount, person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('Caps of members in the dashboard', () => {
  let dashboard: DashboardServer
  let service: EntitlementService
  let ann: DashboardPage
  let account: string
  let userId: string

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    const { server } = dashboard
    service = await entitlementService(server)
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.live()
    account = (await readViewer(server, await server.token('ann@example.com')))!.account.id
    await assignTestPlan(server, account, 'scale')
    ;({ userId } = await joinAccount(server, await person(server, 'ann@example.com'), 'bob@example.com'))
  })
  afterAll(() => dashboard.close())

  const consume = (amount: number) => service.consume({ accountId: account, feature: 'ai_credits', amount, userId })

  it('sets, shows, changes and removes the cap of a member', async () => {
    const { page, problems } = ann
    await ann.follow('Usage and limits', 'Usage and limits')
    const panel = page.getByRole('region', { name: 'Spend caps', exact: true })
    await panel.getByText('No cap.').waitFor()
    await panel.getByRole('button', { name: 'Set a cap' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Period', { exact: true }).selectOption({ label: 'per day' })
    await dialog.getByLabel('Counted as').waitFor()
    await dialog.getByLabel('Whose use is limited').selectOption({ label: 'bob@example.com' })
    expect(await ann.axe()).toEqual([])
    const field = dialog.getByLabel(/^Most units in a period/)
    await field.fill('100')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await dialog.waitFor({ state: 'detached' })
    const name = 'AI credits per day: bob@example.com'
    const cap = panel.getByRole('region', { name })
    await cap.getByText('0 of 100 used').waitFor()

    expect(await consume(100)).toMatchObject({ amount: 100 })
    await cap.getByText('100 of 100 used').waitFor()
    await cap.getByText('Reached', { exact: true }).waitFor()
    expect(await consume(1)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })

    await cap.getByRole('button', { name: `Change the cap: ${name}` }).click()
    expect(await field.inputValue()).toBe('100')
    await field.fill('150')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await cap.getByText('100 of 150 used').waitFor()
    expect(await consume(1)).toMatchObject({ amount: 1 })
    await cap.getByRole('button', { name: `Remove the cap: ${name}` }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await panel.getByText('No cap.').waitFor()
    expect(problems).toEqual([])
  })

  it('sets, shows, changes and removes the cap of a member in money', async () => {
    const { page, problems } = ann
    const panel = page.getByRole('region', { name: 'Spend caps', exact: true })
    await panel.getByRole('button', { name: 'Set a cap' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Period', { exact: true }).selectOption({ label: 'per day' })
    await dialog.getByLabel('Whose use is limited').selectOption({ label: 'bob@example.com' })
    await dialog.getByLabel('Counted as').selectOption({ label: 'money for use beyond the allowance' })
    const field = dialog.getByLabel('Highest cost in a period (USD)')
    await field.fill('0.5')
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await dialog.waitFor({ state: 'detached' })
    const name = 'Cost of AI credits per day: bob@example.com'
    const cap = panel.getByRole('region', { name })
    await cap.getByText('$0.00 of $0.50 used').waitFor()

    // The plan has 600,000 credits, of which 101 are used. Each further 1,000 cost 0.40 USD.
    expect(await consume(599_899)).toMatchObject({ amount: 599_899 })
    expect(await consume(1_230)).toMatchObject({ amount: 1_230 })
    await cap.getByText('$0.50 of $0.50 used').waitFor()
    await cap.getByText('Reached', { exact: true }).waitFor()
    expect(await consume(1_000)).toMatchObject({ code: 'SPEND_CAP_REACHED' })

    await cap.getByRole('button', { name: `Change the cap: ${name}` }).click()
    expect(await field.inputValue()).toBe('0.50')
    await field.fill('1')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await cap.getByText('$0.50 of $1.00 used').waitFor()
    expect(await consume(1_000)).toMatchObject({ amount: 1_000 })
    await cap.getByRole('button', { name: `Remove the cap: ${name}` }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await panel.getByText('No cap.').waitFor()
    expect(problems).toEqual([])
  })
})
