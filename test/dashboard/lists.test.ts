import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

/** More than the rows that a list reads to sort them. */
const CUSTOMERS = 520

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Lists of the dashboard', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    await dashboard.server.query(
      `insert into account (id, kind, external_id, name, created_at)
       select 'acc_' || lpad(n::text, 26, '0'), 'CUSTOMER', 'list-' || n, 'Customer ' || lpad(n::text, 3, '0'), now()
         from generate_series(1, $1) n`,
      [CUSTOMERS],
    )
    await dashboard.server.query(
      `insert into audit_entry (id, actor, action, object, details, minute, at)
       select 'aud_0000000000' || lpad(n::text, 16, '0'), 'a test', 'test.listed', 'object ' || lpad(n::text, 3, '0'), '{}',
              moment, moment from (select n, timestamptz '2025-12-01' + n * interval '1 minute' as moment from generate_series(1, 120) n) rows`,
    )
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
  })
  afterAll(() => dashboard.close())

  const open = async (path: string) => {
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/${path}`)
    await ops.loaded()
  }
  const head = (name: string) => ops.page.getByRole('columnheader', { name, exact: true })
  const names = () => ops.page.locator('main tbody tr td:first-child').allInnerTexts()
  const query = () => new URL(ops.page.url()).searchParams

  it('say how many rows there are, and sort by the order of the API while rows are missing', async () => {
    const { page, problems } = ops
    await open('accounts')
    await page.getByText(/^50 of \d+ rows\. Columns without arrows sort when all rows are loaded\.$/).waitFor()
    expect(await head('Plan').getByRole('button').count()).toBe(0)
    await head('Name').getByRole('button').click()
    await page.getByRole('cell', { name: 'Customer 001' }).waitFor()
    expect(await head('Name').getAttribute('aria-sort')).toBe('ascending')
    expect(query().get('sort')).toBe('name')
    const shown = await names()
    expect(shown.filter((name) => name.startsWith('Customer'))).toEqual(
      shown.filter((name) => name.startsWith('Customer')).toSorted((one, other) => one.localeCompare(other)),
    )
    expect(await ops.axe()).toEqual([])
    expect(problems).toEqual([])
  })

  it('sort every column of rows that are all loaded, and return to the order of the list', async () => {
    const { page, problems } = ops
    await open('accounts?search=Customer 01')
    await page.getByText('10 rows', { exact: true }).waitFor()
    const before = await names()
    await head('External ID').getByRole('button').press('Enter')
    await page.waitForURL(/sort=/)
    expect(await names()).toEqual(before.toReversed())
    await head('External ID').getByRole('button').press('Enter')
    expect(await head('External ID').getAttribute('aria-sort')).toBe('descending')
    expect(await names()).toEqual(before)
    await head('External ID').getByRole('button').press('Enter')
    await page.waitForURL((url) => !url.searchParams.has('sort'))
    expect(await head('External ID').getAttribute('aria-sort')).toBeNull()
    expect(problems).toEqual([])
  })

  it('read the rest of a short list to sort it by a column whose order the API lacks', async () => {
    const { page, problems } = ops
    await open('accounts?search=Customer 1')
    await page.getByText('50 of 100 rows.', { exact: true }).waitFor()
    await head('External ID').getByRole('button').press('Enter')
    await page.getByText('100 rows', { exact: true }).waitFor()
    await page.locator('main tbody tr').first().getByText('Customer 100').waitFor()
    expect(await head('External ID').getAttribute('aria-sort')).toBe('ascending')
    await page.reload()
    await page.getByText('100 rows', { exact: true }).waitFor()
    await page.locator('main tbody tr').first().getByText('Customer 100').waitFor()
    expect([await ops.axe(), problems]).toEqual([[], []])
  })

  it('read a list of times from either end', async () => {
    const { page, problems } = ops
    await open('audit?action=test.listed')
    const first = page.locator('main tbody tr').first()
    await first.getByText('object 120').waitFor()
    expect(await head('Object').getByRole('button').count()).toBe(0)
    await head('Time').getByRole('button').press('Enter')
    await first.getByText('object 001').waitFor()
    expect(await head('Time').getAttribute('aria-sort')).toBe('ascending')
    for (const rows of [100, 120]) {
      await page.getByRole('button', { name: 'Show more' }).click()
      await page.getByText(new RegExp(`^${rows} rows`)).waitFor()
    }
    await first.getByText('object 001').waitFor()
    expect(await page.locator('main table').getAttribute('aria-rowcount')).toBe('121')
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/audit-oldest.png` })
    await head('Time').getByRole('button').press('Enter')
    await first.getByText('object 120').waitFor()
    expect(await head('Time').getAttribute('aria-sort')).toBe('descending')
    expect([await ops.axe(), problems]).toEqual([[], []])
  })

  it('show filters as conditions that can be removed, and keep them as views of this browser', async () => {
    const { page, problems } = ops
    await open('accounts')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Subscription').selectOption('PAST_DUE')
    await page.getByText('No account was found.').waitFor()
    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('dialog').getByLabel('Name of the view').fill('Overdue')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('link', { name: 'Overdue' }).waitFor()
    expect([query().get('status'), query().get('view')]).toEqual(['PAST_DUE', 'Overdue'])
    await page.getByRole('button', { name: 'Remove the condition: Subscription is past due' }).click()
    await page.getByText(/^50 of \d+ rows/).waitFor()
    expect([query().get('status'), query().get('view')]).toEqual([null, null])

    await open('accounts')
    await page.getByRole('link', { name: 'Overdue' }).click()
    await page.getByText('No account was found.').waitFor()
    expect(await page.getByRole('link', { name: 'Overdue' }).getAttribute('aria-current')).toBe('page')
    expect(await ops.axe()).toEqual([])
    await page.getByRole('button', { name: 'Delete view' }).click()
    await page.getByRole('link', { name: 'Overdue' }).waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })

  it('leave out columns that are not chosen, also in a view and at the next visit', async () => {
    const { page, problems } = ops
    await open('accounts?search=Customer 01')
    const choose = async (...columns: readonly string[]) => {
      await page.getByRole('button', { name: 'Columns', exact: true }).click()
      await page.getByRole('menuitemcheckbox').first().waitFor()
      for (const name of columns) await page.getByRole('menuitemcheckbox', { name }).click()
    }
    await choose()
    expect(await page.getByRole('menuitemcheckbox').allInnerTexts()).toEqual(['Kind', 'External ID', 'Plan', 'Billing'])
    expect(await ops.axe()).toEqual([])
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/columns.png` })
    for (const name of ['Kind', 'Plan']) await page.getByRole('menuitemcheckbox', { name }).press('Enter')
    expect(await page.getByRole('menuitemcheckbox', { checked: true }).allInnerTexts()).toEqual([
      'External ID',
      'Billing',
    ])
    await page.keyboard.press('Escape')
    await ops.focused(/Columns/)
    const shown = () => page.getByRole('columnheader').allInnerTexts()
    expect(await shown()).toEqual(['Name', 'External ID', 'Billing'])
    expect(await page.locator('main tbody tr').first().getByRole('cell').count()).toBe(3)
    expect(query().get('without')).toBe('kind.plan')
    expect(await ops.axe()).toEqual([])

    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('dialog').getByLabel('Name of the view').fill('Short')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('link', { name: 'Short' }).waitFor()
    await open('accounts')
    expect(await shown()).toHaveLength(5)
    await page.getByRole('link', { name: 'Short' }).click()
    await page.getByText('10 rows', { exact: true }).waitFor()
    expect(await shown()).toHaveLength(3)
    await page.reload()
    await ops.loaded()
    expect(await shown()).toHaveLength(3)
    // A view that was changed can be kept again.
    await choose('Kind')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save view' }).waitFor()
    await page.getByRole('link', { name: 'Short' }).click()
    await page.getByRole('button', { name: 'Delete view' }).click()

    // Rows of two lines show what they always show.
    await page.setViewportSize({ width: 375, height: 812 })
    expect(await page.getByRole('button', { name: 'Columns', exact: true }).count()).toBe(0)
    await page.locator('main tbody tr').first().getByText('Free', { exact: true }).waitFor()
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(problems).toEqual([])
  })

  it('have the choice of columns below the rows of a list without conditions', async () => {
    const { page, problems } = ops
    await open('catalog?tab=features')
    const columns = page.getByRole('button', { name: 'Columns', exact: true })
    await columns.click()
    await page.getByRole('menuitemcheckbox', { name: 'Kind' }).click()
    await page.getByRole('columnheader', { name: 'Kind' }).waitFor({ state: 'detached' })
    await page.emulateMedia({ colorScheme: 'dark' })
    expect([await ops.axe(), problems]).toEqual([[], []])
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/columns-foot.png`, fullPage: true })
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('have rows of two lines on a phone, and show the rest by a press on the row', async () => {
    const { page, problems } = ops
    await page.setViewportSize({ width: 375, height: 812 })
    const row = page.locator('main tbody tr').first()
    const heightOf = async () => (await row.boundingBox())!.height

    await open('audit?action=test.listed')
    expect(await heightOf()).toBeLessThanOrEqual(64)
    expect(await row.getByRole('cell').count()).toBe(3)
    const details = row.getByRole('button', { name: 'Details test.listed' })
    expect(await details.getAttribute('aria-expanded')).toBe('false')
    await details.press('Enter')
    await row.getByRole('cell', { name: 'object 120' }).waitFor()
    expect(await details.getAttribute('aria-expanded')).toBe('true')
    expect(await ops.axe()).toEqual([])
    await details.click({ position: { x: 200, y: 12 } })
    await row.getByRole('cell', { name: 'object 120' }).waitFor({ state: 'detached' })

    await open('accounts?search=Customer 01')
    expect(await heightOf()).toBeLessThanOrEqual(64)
    const { x, y, width, height } = (await row.boundingBox())!
    await page.mouse.click(x + width - 20, y + height - 10)
    await page.getByRole('heading', { name: /^Customer 01/, level: 1 }).waitFor()
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(problems).toEqual([])
  })

  it('have one choice of the sort above the rows of a phone', async () => {
    const { page, problems } = ops
    await open('accounts?search=Customer 01')
    await page.setViewportSize({ width: 375, height: 812 })
    await page.getByRole('combobox', { name: 'Sort' }).selectOption({ label: 'Name ↑' })
    await page.waitForURL(/sort=name/)
    expect(await head('Name').count()).toBe(0)
    expect(await ops.scrollsSideways()).toBe(false)
    expect(await ops.axe()).toEqual([])
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(problems).toEqual([])
  })
})
