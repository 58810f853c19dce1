import { makeDueReport } from '#services/billing/reconciliation/make-report.js'
import { noBrowser } from '#test/support/browser.js'
import { readViewer } from '#test/support/accounts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { delayFirstResult, failOperation } from '#test/support/intercepted-operations.js'
import { joinAccount, person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'
import { Spender } from '#test/support/top-ups.js'

const FEATURE = 'ai_credits'

describeUnless(noBrowser)('Spend caps and proof in the dashboard', () => {
  let dashboard: DashboardServer
  let service: EntitlementService
  let ann: DashboardPage
  let account: string

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(dashboard.server)
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.live()
    account = (await readViewer(dashboard.server, await dashboard.server.token('ann@example.com')))!.account.id
  })
  afterAll(() => dashboard.close())

  const consume = (amount: number) => service.consume({ accountId: account, feature: FEATURE, amount })

  it('sets a cap, shows the denial at it with its remedy, changes and removes the cap', async () => {
    const { page, problems } = ann
    await ann.follow('Usage and limits', 'Usage and limits')
    const panel = page.getByRole('region', { name: 'Spend caps', exact: true })
    await panel.getByText('No cap.').waitFor()
    await panel.getByRole('button', { name: 'Set a cap' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Period', { exact: true }).selectOption({ label: 'per day' })
    await dialog.getByLabel('Most units in a period').fill('100')
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await dialog.waitFor({ state: 'detached' })
    const cap = panel.getByRole('region', { name: 'AI credits per day' })
    await cap.getByText('Alerts at 80%, 100%').waitFor()

    await consume(100)
    await cap.getByText('100 of 100 used').waitFor()
    await cap.getByText('Reached', { exact: true }).waitFor()
    await cap.getByText('Why it is refused, and what lifts it').click()
    await cap.getByRole('button', { name: /^Raise/ }).waitFor()
    expect(await ann.axe()).toEqual([])
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })
    await cap.getByRole('button', { name: /^Raise/ }).click()
    await cap.getByText(/^100 of 10\d used$/).waitFor()

    await cap.getByRole('button', { name: 'Change the cap: AI credits per day' }).click()
    await dialog.getByLabel('Most units in a period').fill('400')
    await dialog.getByLabel('Alerts, in percent of the cap').fill('')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await cap.getByText('100 of 400 used').waitFor()
    await cap.getByText('No alerts').waitFor()
    await cap.getByRole('button', { name: 'Remove the cap: AI credits per day' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await panel.getByText('No cap.').waitFor()
    expect(problems).toEqual([])
  })

  it('assigns, moves and frees a seat by keyboard, and shows the denial without a free one', async () => {
    const { page, problems } = ann
    await joinAccount(dashboard.server, await person(dashboard.server, 'ann@example.com'), 'bo@example.com')
    await ann.follow('Team', 'Team')
    const license = page.getByRole('region', { name: 'Developer seats' })
    await license.getByText('No member has a seat.').waitFor()
    await ann.tabTo(/^Assign a seat: Developer seats$/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Member').selectOption({ index: 0 })
    expect(await ann.axe()).toEqual([])
    await ann.tabTo(/^Assign$/)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await license.getByText('1 of 1 seats are assigned.').waitFor()

    await license.getByRole('button', { name: 'Assign a seat: Developer seats' }).click()
    // The member who has the seat is offered until the members are read again.
    const options = dialog.getByLabel('Member').getByRole('option')
    await options.first().waitFor({ state: 'attached' })
    await options.nth(1).waitFor({ state: 'detached' })
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
    await dialog.getByText('You have used 1/1 developer seats.').waitFor()
    await dialog.getByRole('button', { name: 'Back' }).click()
    await dialog.waitFor({ state: 'detached' })

    const cells = license.getByRole('row')
    const holder = await cells.nth(1).getByRole('cell').first().innerText()
    await ann.act('Move', license)
    await dialog.getByRole('button', { name: 'Move', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await license.getByRole('cell', { name: holder, exact: true }).waitFor({ state: 'detached' })
    await license.getByText('1 of 1 seats are assigned.').waitFor()

    await ann.act('Free the seat', license)
    await dialog.getByRole('button', { name: 'Free the seat' }).click()
    await license.getByText('No member has a seat.').waitFor()
    expect(problems).toEqual([])
  })

  it.each([
    ['team', 'Seats', 'Seats', 'No member has a seat.', 'Assign a seat'],
    ['usage', 'Shared pool', 'Pools', 'There is no sub-account.', 'Add a sub-account'],
  ])(
    'says on the page %s that %s are loading, failed, or not for the reader',
    async (path, title, operation, empty, act) => {
      const { server } = dashboard
      const owner = await person(server, 'ann@example.com')
      const member = await joinAccount(server, owner, `${operation.toLowerCase()}@example.com`)
      const { page, problems } = ann
      const panel = page.getByRole('region', { name: title, exact: true })
      await delayFirstResult(page, operation, () => panel.getByLabel('Loading').waitFor())
      await page.goto(`${server.url}/dashboard/a/${account}/${path}`)
      await panel.getByText(empty).waitFor()
      await panel.getByRole('button', { name: act }).first().waitFor()

      const endFailure = await failOperation(page, operation, 'INTERNAL_SERVER_ERROR')
      await page.reload()
      await panel.getByText('This could not be read.').waitFor()
      expect(await ann.axe()).toEqual([])
      await endFailure()
      await panel.getByRole('button', { name: 'Try again' }).click()
      await panel.getByText(empty).waitFor()

      const endDenial = await failOperation(page, operation, 'FORBIDDEN')
      await page.reload()
      await panel.getByText('You have no access to this.').waitFor()
      expect(await panel.getByRole('button').count()).toBe(0)
      await endDenial()

      // Members see it and change nothing.
      const window = await dashboard.open('/')
      await window.page.getByText('Somebody else').click()
      await window.page.getByLabel('Email address').fill(member.email)
      await window.page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await window.live()
      await window.page.goto(`${server.url}/dashboard/a/${account}/${path}`)
      const shown = window.page.getByRole('region', { name: title, exact: true })
      await shown.getByText(empty).waitFor()
      expect(await shown.getByRole('button').count()).toBe(0)
      expect([...window.problems, ...problems]).toEqual([])
      await window.close()
    },
  )

  it('adds, limits and removes a sub-account, which sees whose pool it uses', async () => {
    const { page, problems } = ann
    const { server } = dashboard
    const usage = `${server.url}/dashboard/a/${account}/usage`
    await page.goto(usage)
    const panel = page.getByRole('region', { name: 'Shared pool', exact: true })
    await panel.getByText('There is no sub-account.').waitFor()
    await ann.loaded()
    await ann.tabTo(/^Add a sub-account$/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name of the new account').fill('Workshop')
    expect(await ann.axe()).toEqual([])
    await ann.tabTo(/^Add the sub-account$/)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await ann.focused(/^Add a sub-account$/)
    const workshop = panel.getByRole('region', { name: 'Workshop' })
    await workshop.getByText(/^AI credits: 0 used since/).waitFor()

    await workshop.getByRole('button', { name: 'Set a limit: Workshop' }).click()
    await dialog.getByLabel('Period', { exact: true }).selectOption({ label: 'per day' })
    await dialog.getByLabel('Most units in a period (credit)').fill('50')
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Set the limit' }).click()
    await dialog.waitFor({ state: 'detached' })
    const limit = workshop.getByRole('group', { name: 'AI credits per day' })
    await limit.getByText('0 of 50 used').waitFor()
    const [row] = await server.query<{ id: string }>(`select account_id as id from sub_account where parent_id = $1`, [
      account,
    ])
    expect(await service.consume({ accountId: row!.id, feature: FEATURE, amount: 50 })).toMatchObject({ amount: 50 })
    await page.reload()
    await limit.getByText('50 of 50 used').waitFor()
    await limit.getByText('Reached', { exact: true }).waitFor()
    await ann.loaded()
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await ann.axe(), await ann.scrollsSideways()]).toEqual([width, [], false])
    }
    await limit.getByRole('button', { name: 'Change the limit of Workshop: AI credits per day' }).click()
    await dialog.getByLabel('Most units in a period (credit)').fill('80')
    await dialog.getByRole('button', { name: 'Set the limit' }).click()
    await limit.getByText('50 of 80 used').waitFor()

    // The sub-account sees the same, and leaves.
    await page.goto(usage.replace(account, row!.id))
    await panel.getByText(/^This account uses the pool of .* since/).waitFor()
    await panel.getByText('50 of 80 used').waitFor()
    await panel.getByText(/^AI credits: 50 used since/).waitFor()
    await ann.loaded()
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })
    await panel.getByRole('button', { name: 'Leave the pool' }).click()
    await dialog.getByRole('button', { name: 'Leave the pool' }).click()
    await panel.getByText('There is no sub-account.').waitFor()

    // An existing account is added, and what it used stays used.
    await page.goto(usage)
    await panel.getByRole('button', { name: 'Add a sub-account' }).click()
    await dialog.getByLabel('Account', { exact: true }).selectOption({ label: 'Workshop' })
    await dialog.getByRole('button', { name: 'Add the sub-account' }).click()
    await workshop.getByText(/^AI credits: 50 used since/).waitFor()
    await workshop.getByText('No limit: it can use the whole pool.').waitFor()
    await workshop.getByRole('button', { name: 'Remove the sub-account: Workshop' }).click()
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await panel.getByText('There is no sub-account.').waitFor()
    expect(problems).toEqual([])
  })

  it('amends a consumption for an operator: its effect, a reason and the result', async () => {
    const { server } = dashboard
    const { accountId } = await person(server, 'amended@example.com')
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await ops.live()
    const panel = page.getByRole('region', { name: 'Consumptions', exact: true })
    await delayFirstResult(page, 'Consumptions', () => panel.getByLabel('Loading').first().waitFor())
    await page.goto(`${server.url}/dashboard/ops/accounts/${accountId}?tab=usage`)
    await panel.getByText('Nothing was consumed yet.').waitFor()
    await service.consume({ accountId, feature: FEATURE, amount: 10 })
    const endFailure = await failOperation(page, 'Consumptions', 'INTERNAL_SERVER_ERROR')
    await page.reload()
    await panel.getByText('This could not be read.').waitFor()
    await endFailure()
    await panel.getByRole('button', { name: 'Try again' }).click()
    await panel.getByRole('cell', { name: 'AI credits', exact: true }).waitFor()
    await ops.loaded()

    await ops.tabTo(/^Actions for AI credits, /)
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Amend' }).click()
    const dialog = page.getByRole('dialog')
    const confirm = dialog.getByRole('button', { name: 'Amend the consumption' })
    await dialog.getByLabel('Units that still count').fill('10')
    await dialog.getByText('Enter a smaller number of units to see the effect.').waitFor()
    expect(await confirm.isDisabled()).toBe(true)
    const endPreview = await failOperation(page, 'PreviewUsageAmendment', 'INTERNAL_SERVER_ERROR')
    await dialog.getByLabel('Units that still count').fill('4')
    await dialog.getByText('This could not be read.').waitFor()
    await endPreview()
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await dialog.getByText('6 units are returned.').waitFor()
    await dialog.getByText('6 to Free').waitFor()
    await dialog.getByText('No invoice depends on this usage.').waitFor()
    await dialog.getByLabel('Reason').fill('Counted twice')
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await ops.axe(), await ops.scrollsSideways()]).toEqual([width, [], false])
    }
    await confirm.click()
    await dialog.waitFor({ state: 'detached' })
    await panel.getByRole('status').getByText('6 units were returned, and 4 still count.').waitFor()
    await panel.getByText('6 returned: Counted twice').waitFor()
    await ops.focused(/^Actions for AI credits, /)
    await ops.loaded()
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await ops.axe(), await ops.scrollsSideways()]).toEqual([width, [], false])
    }
    // Units return once.
    await ops.act('Amend', panel)
    await dialog.getByText(/^4 units count\./).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(problems).toEqual([])
    await ops.close()
  })

  it('shows the cap of an operator, which the account cannot change', async () => {
    const { page, problems } = ann
    const { server } = dashboard
    await server.graphql(
      `mutation ($input: SetSpendCapInput!, $key: String!) { setSpendCap(input: $input, key: $key) { denial { code } } }`,
      {
        input: { accountId: account, feature: FEATURE, period: 'MONTH', limit: { units: 150 } },
        key: 'by-operator',
      },
      await server.token('ops@example.com', { roles: ['admin'] }),
    )
    const cap = page.getByRole('region', { name: 'AI credits per calendar month' })
    await cap.getByText('Set by an operator').waitFor()
    expect(await cap.getByRole('button').count()).toBe(0)
    // A cap of the account must not be higher.
    await page.getByRole('button', { name: 'Set a cap' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Most units in a period').fill('151')
    await dialog.getByRole('button', { name: 'Set the cap' }).click()
    await dialog.getByText('The limit must be at most 150').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(problems).toEqual([])
  })

  it('checks the rules of the account', async () => {
    const { page, problems } = ann
    await ann.follow('Settings', 'Settings')
    await page.getByRole('button', { name: 'Check the rules now' }).click()
    await page.getByText(/^All \d+ rules hold\.$/).waitFor()
    await page.getByText('Show the rules').click()
    expect(await ann.axe()).toEqual([])
    expect(problems).toEqual([])
  })

  it('sets an automatic top-up and alerts, shows why it stopped, and starts and ends it', async () => {
    const { server } = dashboard
    const spender = await Spender.subscribed(server, service.key, 'vera@example.com')
    const vera = await dashboard.open('/')
    const { page, problems } = vera
    await vera.signIn('Vera')
    await page.goto(`${server.url}/dashboard/a/${spender.accountId}/billing`)
    const panel = page.getByRole('region', { name: 'Automatic top-up', exact: true })
    await panel.getByText('No automatic top-up is set.').waitFor()
    const dialog = page.getByRole('dialog')
    const agree = async (button: string | RegExp) => {
      await panel.getByRole('button', { name: button }).click()
      await dialog.getByLabel('Buy when fewer are left (AI credits)').fill('8000')
      await dialog.getByText('One top-up: 10,000 AI credits for $5.00').waitFor()
      await dialog.getByText(/^Paid with: Visa/).waitFor()
      await vera.loaded()
      expect(await vera.axe()).toEqual([])
      await dialog.getByRole('button', { name: 'Agree to $5.00 for each top-up' }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await agree('Set an automatic top-up')
    await panel.getByText('On', { exact: true }).waitFor()
    await panel.getByText('No top-up has been bought yet.').waitFor()

    const alerts = page.getByRole('region', { name: 'Balance alerts', exact: true })
    await alerts.getByRole('button', { name: 'Set alerts' }).click()
    await dialog.getByLabel('Level 1').fill('20000')
    const percents = dialog.getByLabel('Levels, in percent of what you held after the last grant')
    await percents.fill('12.5')
    await dialog.getByText('Whole numbers from 1 to 100').waitFor()
    await percents.fill('50')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await alerts.getByText('50,000 left').waitFor()
    await alerts.getByText('Below 50% (25,000 of 50,000)').waitFor()

    expect(await spender.use(43_000)).toBe(200)
    await panel.getByRole('cell', { name: 'Paid', exact: true }).waitFor()
    await panel.getByText('Top-ups this month: 1 (maximum 3)').waitFor()
    await alerts.getByText('17,000 left').waitFor()
    await alerts.getByText('Reached', { exact: true }).first().waitFor()

    await spender.saveMethod('pm_card_authenticationRequired')
    expect(await spender.use(10_000)).toBe(200)
    await panel
      .getByText(/^The bank wants you to confirm payments/)
      .first()
      .waitFor()
    await panel.getByRole('button', { name: 'Manage the payment method' }).waitFor()
    await vera.loaded()
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect([width, await vera.axe(), await vera.scrollsSideways()]).toEqual([width, [], false])
    }
    await spender.saveMethod('pm_card_visa')
    await agree('Start again: automatic top-up of AI credits')
    await panel.getByText('Top-ups this month: 2 (maximum 3)').waitFor()
    // A top-up counts when its charge begins. Its units can be used only when it is paid.
    await panel.getByRole('cell', { name: 'Paid', exact: true }).nth(1).waitFor()

    await spender.saveMethod('pm_card_chargeCustomerFail')
    expect(await spender.use(10_000)).toBe(200)
    await panel.getByRole('alert').getByText('The payment method was declined.').waitFor()
    await panel.getByRole('cell', { name: 'Not paid The payment method was declined.' }).waitFor()
    await panel.getByRole('button', { name: 'Turn off the automatic top-up: AI credits' }).click()
    await dialog.getByRole('button', { name: 'Turn off' }).click()
    await panel.getByText('No automatic top-up is set.').waitFor()
    expect(problems).toEqual([])
    await vera.close()
  })

  it('lists the signed reports of comparisons for operators, and saves one', async () => {
    const { server } = dashboard
    await server.query(`update installation set created_at = now() - interval '3 days'`)
    await makeDueReport(server.app.context)
    const ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.goto(`${server.url}/dashboard/ops/reconciliation`)
    const download = ops.page.waitForEvent('download')
    await ops.page
      .getByRole('button', { name: /^Download the report of/ })
      .first()
      .click()
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    expect((await download).suggestedFilename()).toBe(`reconciliation-${day}.json`)
    await ops.loaded()
    expect(await ops.axe()).toEqual([])
    expect(ops.problems).toEqual([])
  })
})
