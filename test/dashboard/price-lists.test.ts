import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { guardedPool } from '#services/kernel/outbound/address-guard.js'
import { addressGuardFor } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { watchPriceFeeds } from '#services/catalog/price-lists/watch-price-feeds.js'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

const FEATURE = 'ai_credits'

describeUnless(noBrowser)('Price lists in the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-price-pages-'))
  let dashboard: DashboardServer
  beforeAll(async () => {
    const catalog = join(folder, 'catalog.yaml')
    writeFileSync(
      catalog,
      stringify({
        business: 'fed',
        currency: 'USD',
        features: { [FEATURE]: { name: 'AI credits', kind: 'credit', unit: 'credit' } },
        rate_cards: {
          [FEATURE]: {
            dimensions: { model: ['house'] },
            feed: { file: 'prices.json', form: 'models.dev', units_per_dollar: 100, apply: 'review' },
            versions: [{ from: '2026-01-01', lines: [{ quantity: 'input_tokens', when: { model: '*' }, price: 1 }] }],
          },
        },
        plans: { free: { name: 'Free', rank: 0, features: {} } },
      }),
    )
    publish({ small: 1, large: 4 })
    dashboard = await startDashboard({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await dashboard.close()
    rmSync(folder, { recursive: true })
  })

  /** Writes the public list with the dollars of a million tokens. */
  const publish = (models: Readonly<Record<string, number>>) => {
    const entries = Object.entries(models).map(([id, input]) => [id, { id, cost: { input } }])
    writeFileSync(
      join(folder, 'prices.json'),
      JSON.stringify({ lab: { id: 'lab', models: Object.fromEntries(entries) } }),
    )
  }
  const look = async () => {
    const { server } = dashboard
    const { context } = server.app
    await server.query(`update price_feed set checked_at = checked_at - interval '2 hours'`)
    const pool = guardedPool(addressGuardFor(context.config, null), { connectMs: 5_000, perOrigin: 1 })
    await watchPriceFeeds(context, pool)
    await pool.close()
  }

  it('shows each price before and afterwards, and applies or rejects them after a confirmation', async () => {
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await look()
    await ops.follow('Price lists', 'Price lists')
    await page.getByRole('link', { name: FEATURE }).click()
    const changes = page.getByRole('table', { name: 'Changes' })
    const row = (name: string) => changes.getByRole('row', { name })
    expect(await row('large').innerText()).toMatch(/large\s+input_tokens\s+400\s+new/)
    expect(await ops.axe()).toEqual([])
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/^2 prices count from now on\./).waitFor()
    expect(await ops.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await dashboard.server.query(`select status from price_list`)).toEqual([{ status: 'PROPOSED' }])
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await dialog.getByRole('button', { name: 'Apply the prices' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Version of the prices').waitFor()
    expect(await page.getByRole('button', { name: 'Apply', exact: true }).count()).toBe(0)

    publish({ small: 1.5, large: 3, huge: 9 })
    await look()
    await page.getByRole('link', { name: 'Price lists' }).first().click()
    // The rows of the first visit are shown until they are read again.
    const lists = page.getByRole('table', { name: 'Price lists' })
    const links = lists.getByRole('link', { name: FEATURE })
    await links.nth(1).waitFor()
    await lists.getByText('Proposed', { exact: true }).waitFor()
    await links.first().click()
    expect(await row('small').innerText()).toMatch(/100\s+150\s+\+50%/)
    expect(await row('large').innerText()).toMatch(/400\s+300\s+-25%/)
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ops.axe(), await ops.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.getByRole('button', { name: 'Reject', exact: true }).click()
    await dialog.getByLabel('Reason').fill('The lab made a mistake')
    await dialog.getByRole('button', { name: 'Reject the prices' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('The lab made a mistake').waitFor()
    expect(problems).toEqual([])
  })
})
