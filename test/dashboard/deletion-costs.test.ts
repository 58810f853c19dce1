import { noBrowser } from '#test/support/browser.js'
import { change, stripeCall, subscribe } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

describeUnless(noBrowser)('Costs of a deletion in the dashboard', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage()
  })
  afterAll(() => usage.dashboard.close())

  it('are shown before the deletion is requested, and until it is canceled', async () => {
    const { ann, consume, dashboard, account } = usage
    const { page, problems } = ann
    const who = await subscribe(dashboard.server, 'ann@example.com', { plan: 'scale' })
    await consume(700_000)
    await change(dashboard.server, who, 'cancelSubscription', { at: 'NOW' })
    await stripeCall(dashboard.server, 'POST', `customers/${who.customerId}/balance_transactions`, {
      amount: '-1250',
      currency: 'usd',
    })
    // The server reads a balance at most every ten seconds.
    await eventually(
      async () => {
        const { data } = await dashboard.server.graphql<{
          account: { access: { deletionPreview: { lostCredit: object | null } } }
        }>(`{ account { access { deletionPreview { lostCredit { decimal } } } } }`, {}, who.token)
        return data.account.access.deletionPreview.lostCredit
      },
      (credit) => credit !== null,
      20_000,
    )
    await page.goto(`${dashboard.server.url}/dashboard/a/${account}/settings`)
    const charge = page.getByText(
      '$40.00 is charged after February 15, 2026, and the account is not deleted before. AI credits beyond the allowance: 100,000 at $0.40 per 1,000.',
    )
    const credit = page.getByText('Its credit of $12.50 ends with the deletion, and is not paid out.')
    await page.getByRole('button', { name: 'Delete the account' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Delete it in fourteen days' }).waitFor()
    await charge.waitFor()
    await credit.waitFor()
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    const label = await dialog
      .getByText(/^Type “.+” to confirm/)
      .first()
      .innerText()
    await dialog.getByRole('textbox').fill(/“(.+)”/.exec(label)![1]!)
    await dialog.getByRole('button', { name: 'Delete it in fourteen days' }).click()
    await page.getByText('This account will be deleted on').waitFor()
    await charge.waitFor()
    await credit.waitFor()
    expect(problems).toEqual([])
  })
})
