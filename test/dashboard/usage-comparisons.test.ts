import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { describeUnless } from '#test/support/skip.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

/** The free plan grants 25 of it in a window. */
const FEATURE = 'ai_stories'

describeUnless(noBrowser)('Comparisons with another engine in the dashboard', () => {
  let dashboard: DashboardServer
  let application: ComparisonClient
  let operator: ComparisonClient
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'agileforge' } })
    const { server } = dashboard
    application = comparisonClient(server, (await entitlementService(server)).key)
    operator = comparisonClient(server, await server.token('op@example.com', { roles: ['admin'] }))
  })
  beforeEach(async () => {
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.follow('Usage comparison', 'Usage comparison')
  })
  afterEach(async () => {
    await ops.close()
    expect(ops.problems).toEqual([])
  })
  afterAll(async () => {
    await expectInvariants(dashboard.server)
    await dashboard.close()
  })

  const compare = async (uses: readonly object[]) => {
    const { acceptedCount } = await application.compare(uses.map((use) => ({ feature: FEATURE, amount: 1, ...use })))
    expect(acceptedCount).toBe(uses.length)
  }
  const openComparison = async (id: string) => {
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/usage-comparisons/${id}`)
    await ops.live()
    await ops.loaded()
  }
  /** Rows of a table, with their cells. */
  const rowsOf = (name: string) => ops.page.getByRole('table', { name, exact: true }).locator('tbody tr')

  it('starts a comparison by keyboard, and names what is refused at its field', async () => {
    const { page } = ops
    const emails = ['first@example.com', 'second@example.com'] as const
    const [, second] = [await newAccount(dashboard.server, emails[0]), await newAccount(dashboard.server, emails[1])]
    const running = await operator.start([second])
    await page.getByRole('link', { name: 'Switch' }).waitFor()

    await ops.tabTo(/^Start a comparison$/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').waitFor()
    await page.keyboard.type('From our counter')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Check the plans')
    await page.keyboard.press('Tab')
    await page.keyboard.type('first@')
    await page.keyboard.press('Enter')
    await dialog.getByRole('list', { name: 'Found accounts' }).waitFor()
    await ops.tabTo(/^Add person:.*first@example\.com/)
    await page.keyboard.press('Enter')
    await dialog.getByText('1 of at most 500 accounts').waitFor()
    const accounts = dialog.getByLabel('Accounts to compare')
    const entered = await accounts.inputValue()
    expect(entered).toMatch(/^person:.*first@example\.com$/)

    const start = dialog.getByRole('button', { name: 'Start the comparison' })
    await accounts.fill(`${entered}\nperson:nobody`)
    await start.click()
    await dialog.getByText('Account person:nobody does not exist.').waitFor()
    expect(await accounts.getAttribute('aria-invalid')).toBe('true')
    expect(await ops.axe()).toEqual([])
    await accounts.fill(`${entered}\n${second}`)
    await start.click()
    await dialog.getByText(`Account ${second} is in a running comparison. End that comparison first.`).waitFor()
    expect(await accounts.getAttribute('aria-invalid')).toBe('true')
    await accounts.fill(entered)
    await dialog.getByLabel('Name').fill('n'.repeat(201))
    await start.click()
    await dialog.getByText('name must be 1 to 200 characters long.').waitFor()
    expect(await dialog.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
    expect(await accounts.getAttribute('aria-invalid')).not.toBe('true')
    await dialog.getByLabel('Name').fill('From our counter')
    await dialog.getByLabel('Reason').fill('r'.repeat(501))
    await start.click()
    await dialog.getByText('reason must be 1 to 500 characters long.').waitFor()
    expect(await dialog.getByLabel('Reason').getAttribute('aria-invalid')).toBe('true')
    await dialog.getByLabel('Reason').fill('Check the plans')
    await start.click()
    await page.getByRole('heading', { name: 'From our counter', level: 1 }).waitFor()
    await page.getByText('No use has been compared yet.').waitFor()
    await operator.end(running.id, 'DISCARD')
  })

  it('follows a running comparison, shows both decisions, and continues the balances by a batch', async () => {
    const { page } = ops
    const [ann, bob] = [await newAccount(dashboard.server), await newAccount(dashboard.server)]
    const { id } = await operator.start([ann, bob], { name: 'Two accounts' })
    const listed = rowsOf('Comparisons').filter({ hasText: 'Two accounts' })
    await listed.waitFor()
    await compare([{ accountId: ann, amount: 10, key: 'run-1', allowed: true, remaining: 15 }])
    await listed.getByRole('cell').nth(3).getByText('1', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Two accounts' }).click()
    await page.getByRole('heading', { name: 'Two accounts', level: 1 }).waitFor()
    const differences = rowsOf('Differences')
    await page.getByText('There is no difference.').waitFor()

    await compare([
      { accountId: ann, amount: 20, key: 'run-2', allowed: true, remaining: 70 },
      { accountId: bob, amount: 5, key: 'run-3', allowed: true, units: 6, resetsAt: '2031-01-01T00:00:00Z' },
      { accountId: bob, amount: 5, key: 'run-4', allowed: false },
    ])
    const cellsOf = async (key: string) => {
      const row = differences.filter({ hasText: key })
      await row.waitFor()
      return row.getByRole('cell').allInnerTexts()
    }
    const beyond = await cellsOf('run-2')
    expect(beyond.slice(3)).toEqual([
      'Allowed there, denied here',
      expect.stringMatching(/^Allowed\nRemaining: 70\nReset: not stated$/),
      expect.stringMatching(/^Denied\nRemaining: 0\nReset: .+\nUncovered units: 5\n.+$/),
    ])
    const [, , , kinds, theirs, ours] = await cellsOf('run-3')
    expect(kinds).toBe('Other reset\nOther units')
    expect(theirs).toMatch(/^Allowed\nUnits: 6\nRemaining: not stated\nReset: .*2031/)
    expect(ours).toMatch(/^Allowed\nUnits: 5\nRemaining: 20\nReset: /)
    const bold = differences.filter({ hasText: 'run-3' }).locator('strong')
    expect(await bold.allInnerTexts()).toEqual([
      'Units: 6',
      expect.stringMatching(/^Reset: .*2031/),
      'Units: 5',
      expect.stringMatching(/^Reset: /),
    ])
    await rowsOf('Totals by feature').getByText('1 × Allowed there, denied here').waitFor()
    const totals = await rowsOf('Totals by feature').first().getByRole('cell').allInnerTexts()
    expect(totals.slice(0, 4)).toEqual([FEATURE, '4', '1', '5'])
    const cause = rowsOf('Kinds of differences').filter({ hasText: 'Other reset' })
    expect(await cause.getByRole('cell').allInnerTexts()).toEqual([
      'Other reset',
      '1',
      'The window is reset at another time, by another duration than at the last use.',
      'Another window or time zone',
    ])
    expect(await ops.axe()).toEqual([])

    const keys = () =>
      differences
        .getByRole('cell')
        .filter({ hasText: /run-\d/ })
        .allInnerTexts()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByLabel('Kind', { exact: true }).selectOption({ label: 'Denied there, allowed here' })
    await differences.filter({ hasText: 'run-2' }).waitFor({ state: 'detached' })
    await differences.filter({ hasText: 'run-4' }).waitFor()
    expect(await keys()).toEqual([expect.stringContaining('run-4')])
    expect(new URL(page.url()).searchParams.get('kind')).toBe('DENIED_THERE')
    await page.getByRole('textbox', { name: 'Account' }).fill(ann)
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('No difference matches the filters.').waitFor()
    await page.getByRole('button', { name: /^Remove the condition: Kind/ }).click()
    await page.getByLabel('Feature', { exact: true }).selectOption(FEATURE)
    await differences.filter({ hasText: 'run-2' }).waitFor()
    expect(await keys()).toEqual([expect.stringContaining('run-2')])

    await page.getByRole('button', { name: 'End the comparison' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/^4 uses of 2 accounts were compared\./).waitFor()
    const confirm = dialog.getByRole('button', { name: 'End it' })
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Continue where the other engine stopped').check()
    const lines = dialog.getByRole('table', { name: 'Effect of continuing now' }).locator('tbody tr')
    await dialog.getByText('The batch would have 2 lines. Closed now, 0 of them would be denied.').waitFor()
    const previewed = await Promise.all((await lines.all()).map((line) => line.getByRole('cell').allInnerTexts()))
    expect(
      previewed.map((cells) => cells.slice(1).join(' ')).toSorted((left, right) => left.localeCompare(right)),
    ).toEqual([`${FEATURE} 25 25 0 Recorded`, `${FEATURE} 5 25 20 Recorded`])
    await dialog.getByLabel('Reason').fill('The engines agree')
    expect(await ops.axe()).toEqual([])
    await confirm.click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('The counted usage is in a batch. It counts when the batch is closed.').waitFor()
    await ops.focused(/^The counted usage is in a batch/)
    await page.getByText('The engines agree').waitFor()
    expect(await page.getByRole('button', { name: 'End the comparison' }).count()).toBe(0)
    expect(await ops.axe()).toEqual([])
    await page.getByRole('link', { name: 'Open the batch' }).click()
    await page.getByRole('heading', { name: 'Two accounts', level: 1 }).waitFor()
    // 10 and the available 15 of one account, 5 of the other.
    await page.getByRole('region', { name: 'Effect of closing it now', exact: true }).getByText('2 lines, 0').waitFor()
    expect((await operator.read(id)).usageBatch?.id).toBe(page.url().split('/').at(-1))
  })

  it('does not move older differences while new ones arrive, and discards counted usage', async () => {
    const { page } = ops
    const ann = await newAccount(dashboard.server)
    const { id } = await operator.start([ann], { name: 'Many' })
    const denied = (from: number, length: number) =>
      compare(Array.from({ length }, (_, index) => ({ accountId: ann, key: `use-${from + index}`, allowed: false })))
    await denied(100, 60)
    await openComparison(id)
    const differences = rowsOf('Differences')
    await differences.nth(49).waitFor()
    expect(await differences.count()).toBe(50)
    // Older rows follow when the end comes into view.
    await differences.nth(49).scrollIntoViewIfNeeded()
    await differences.nth(59).waitFor()
    await differences.filter({ hasText: 'use-100' }).waitFor()

    await denied(200, 1)
    await rowsOf('Totals by feature').getByText('61 × Denied there, allowed here').waitFor()
    await page.getByText('New differences are not added while you read older ones.').waitFor()
    expect(await differences.filter({ hasText: 'use-200' }).count()).toBe(0)
    expect(await ops.axe()).toEqual([])
    await page.getByRole('button', { name: 'Show the newest' }).click()
    await differences.first().getByText('use-200').waitFor()
    expect(await differences.count()).toBe(50)
    await denied(300, 1)
    await differences.first().getByText('use-300').waitFor()

    for (const [colorScheme, width] of [
      ['dark', 1280],
      ['light', 375],
      ['dark', 320],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      expect([colorScheme, width, await ops.axe()]).toEqual([colorScheme, width, []])
      expect([width, await ops.scrollsSideways()]).toEqual([width, false])
    }
    await page.getByRole('button', { name: 'End the comparison' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Stay as they are').check()
    await dialog.getByLabel('Reason').fill('Only a test')
    await dialog.getByRole('button', { name: 'End it' }).click()
    await page.getByText('Balances are those of the ledger. No counted usage is carried over.').waitFor()
    expect(await page.getByRole('link', { name: 'Open the batch' }).count()).toBe(0)
    await page.getByRole('main').getByRole('link', { name: 'Usage comparison' }).click()
    const row = rowsOf('Comparisons').filter({ hasText: 'Many' })
    await row.getByText('Ended', { exact: true }).waitFor()
    expect(await ops.scrollsSideways()).toBe(false)
  })
})
