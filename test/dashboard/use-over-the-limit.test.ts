import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { noBrowser } from '#test/support/browser.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { mutationText, variablesOf } from '#test/support/mutations.js'
import { describeUnless } from '#test/support/skip.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

/** Folder for pictures. Default: none are taken. */
const PICTURES = process.env['PICTURES']

describeUnless(noBrowser)('Use over the limit of a smaller plan', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage()
    const { server } = usage.dashboard
    const token = await server.token('ann@example.com')
    await buyPlan(server, token, 'scale')
    expect(await usage.consume(600_000)).toMatchObject({ amount: 600_000 })
    for (const [mutation, input] of [
      ['cancelSubscription', { at: 'NOW' }],
      ['setSpendCap', { feature: 'ai_credits', period: 'MONTH', limit: { units: 2_000 } }],
    ] as const) {
      const { data, errors } = await server.graphql<Record<string, { code?: string }>>(
        mutationText(mutation, 'denial { code }'),
        variablesOf(mutation, { ...input, key: randomUUID() }),
        token,
      )
      expect([errors, data[mutation]!.code]).toEqual([undefined, undefined])
    }
  })
  afterAll(() => usage.dashboard.close())

  it('says on every page that nothing is left, and until when', async () => {
    const { page, problems } = usage.ann
    await usage.ann.follow('Billing', 'Billing')
    const banner = page.getByRole('status').filter({ hasText: 'AI credits' })
    await banner
      .getByText(/^AI credits: 600,000 are used, and the limit is 1,000\. Nothing is left until \w+ \d+, \d{4}\.$/)
      .waitFor()
    await looksRight('billing')
    await usage.ann.follow('Usage and limits', 'Usage and limits')
    const credits = page.getByRole('region', { name: 'AI credits', exact: true })
    await credits.getByText('600,000 used, over the limit of 1,000', { exact: true }).waitFor()
    await credits.getByText(/^Nothing is left until \w+ \d+, \d{4}\.$/).waitFor()
    await credits.getByText('Used up', { exact: true }).waitFor()
    const cap = page.getByRole('region', { name: 'AI credits per calendar month', exact: true })
    await cap.getByText('600,000 used, over the limit of 2,000', { exact: true }).waitFor()
    expect(await page.getByText(/600,000 of/).count()).toBe(0)
    await looksRight('usage')
    expect(problems).toEqual([])
  })

  async function looksRight(name: string): Promise<void> {
    const { page, axe, scrollsSideways } = usage.ann
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      expect([await axe(), await scrollsSideways()]).toEqual([[], false])
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`) })
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }
})
