import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

const ACCOUNTS = 400

describeUnless(noBrowser)('The place in a list of the dashboard', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    dashboard = await startDashboard()
    await dashboard.server.query(
      `insert into account (id, kind, external_id, name, created_at)
         select 'acc_' || lpad(n::text, 26, '0'), 'CUSTOMER', 'c' || n, 'Customer ' || lpad(n::text, 4, '0'), now()
           from generate_series(1, $1) n`,
      [ACCOUNTS],
    )
  })
  afterAll(() => dashboard.close())

  it('is the same after Back, and the beginning after a link', async () => {
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await page.waitForURL('**/ops')
    await page.getByRole('link', { name: 'Accounts', exact: true }).click()
    const frame = page.locator('.table-frame').first()
    const link = (n: number) => frame.getByRole('link', { name: `Customer ${String(n).padStart(4, '0')}`, exact: true })
    const visible = async () => {
      const box = (await frame.boundingBox())!
      return page.evaluate(
        `document.elementFromPoint(${box.x + 30}, ${box.y + box.height / 2})?.closest('tr')?.ariaRowIndex ?? null`,
      )
    }
    const scrolled = () => page.evaluate<number>(`document.querySelector('.table-frame').scrollTop`)
    await frame.waitFor()
    await frame.hover()
    // Pages of older rows follow while the list scrolls.
    let row: unknown = null
    do {
      await page.mouse.wheel(0, 1500)
      await page.waitForTimeout(100)
      row = await visible()
    } while (Number(row) < 220)
    await page.waitForTimeout(300)
    const [before, top] = [await visible(), await scrolled()]
    const name = await frame
      .locator(`tr[aria-rowindex="${String(before)}"]`)
      .getByRole('link')
      .first()
      .textContent()
    await frame.getByRole('link', { name: name!, exact: true }).click()
    await page.getByText('Your visit is logged.').waitFor()

    await page.goBack()
    await link(Number(/\d+/.exec(name!)![0])).waitFor()
    expect(Math.abs((await scrolled()) - top)).toBeLessThan(100)
    expect(Math.abs(Number(await visible()) - Number(before))).toBeLessThan(4)

    await page.locator('a[href$="/dashboard/ops"]').first().click()
    await page.waitForURL('**/dashboard/ops')
    await page.getByRole('link', { name: 'Accounts', exact: true }).click()
    await frame.waitFor()
    expect(await scrolled()).toBe(0)
    expect(problems).toEqual([])
    await ops.close()
  })
})
