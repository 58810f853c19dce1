import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { insertDeadLetters } from '#test/support/dead-letters.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { joinAccount, listMembers, person, type Person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Acts on several rows of a list', () => {
  let dashboard: DashboardServer
  let owner: Person

  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    owner = await person(server, 'ann@example.com')
    for (const name of ['bo', 'cem', 'dee']) await joinAccount(server, owner, `${name}@example.com`)
    await insertDeadLetters(server)
  })
  afterAll(() => dashboard.close())

  const roles = async () => {
    const members = (await listMembers(dashboard.server, owner, owner.accountId)) ?? []
    return members.map((member) => member.replace('@example.com', ''))
  }
  const bar = (shown: DashboardPage) => shown.page.getByRole('group', { name: 'Selected rows' })
  const box = (shown: DashboardPage, name: string) => shown.page.getByRole('checkbox', { name, exact: true })
  const ALL = 'Select all rows that are shown'

  /** Checks the page in both color schemes and widths. */
  const look = async (shown: DashboardPage, name: string) => {
    const { page } = shown
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 375]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        const looks = [colorScheme, width, await shown.axe(), await shown.scrollsSideways()]
        expect(looks).toEqual([colorScheme, width, [], false])
        const targets = width === 375 ? await page.locator('main tbody :is(label, [data-menu] button)').all() : []
        for (const target of targets) expect(await target.boundingBox()).toMatchObject({ width: 40, height: 40 })
        if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}-${width}.png` })
      }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  it('change the roles of members by keyboard, undo it, and remove them', async () => {
    const ann = await dashboard.open('/')
    const { page, problems } = ann
    await ann.signIn('Ann')
    await page.goto(`${dashboard.server.url}/dashboard/a/${owner.accountId}/team`)
    await ann.loaded()
    expect(await box(ann, 'Select ann@example.com').count()).toBe(0)
    await box(ann, 'Select bo@example.com').press('Space')
    await box(ann, 'Select cem@example.com').press('Space')
    await bar(ann).getByText('2 selected').waitFor()
    await look(ann, 'bulk-members')

    await bar(ann).getByRole('button', { name: 'Change role' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('2 members get this role immediately.').waitFor()
    expect(await ann.axe()).toEqual([])
    await dialog.getByLabel('New role').selectOption('ADMIN')
    await dialog.getByRole('button', { name: 'Change role' }).click()
    await page.getByText('Change role: 2 done').waitFor()
    expect(await roles()).toEqual(['ann OWNER', 'bo ADMIN', 'cem ADMIN', 'dee MEMBER'])
    await ann.focused(/^Select all rows that are shown$/)
    expect(await bar(ann).count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await eventually(roles, (all) => all.includes('bo MEMBER') && all.includes('cem MEMBER'))

    await box(ann, ALL).check()
    await bar(ann).getByText('3 selected').waitFor()
    await bar(ann).getByRole('button', { name: 'Clear' }).click()
    expect(await box(ann, 'Select dee@example.com').isChecked()).toBe(false)
    await box(ann, 'Select dee@example.com').check()
    await bar(ann).getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Remove: 1 done').waitFor()
    await box(ann, 'Select dee@example.com').waitFor({ state: 'detached' })
    expect(await roles()).toEqual(['ann OWNER', 'bo MEMBER', 'cem MEMBER'])
    expect(problems).toEqual([])
    await ann.close()
  })

  it('discard dead letters for one reason, and name those that could not be', async () => {
    const { server } = dashboard
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await page.waitForURL('**/ops')
    await page.goto(`${server.url}/dashboard/ops/dead-letters`)
    await ops.loaded()
    const letters = page.getByRole('checkbox', { name: /^Select (?!all)/ })
    const before = await letters.count()
    expect(before).toBeGreaterThan(3)
    await box(ops, ALL).check()
    await bar(ops).getByText(`${before} selected`).waitFor()
    await look(ops, 'bulk-letters')
    // Another operator is faster with one of them.
    await server.query(`update mail_message set state = 'SENT' where state = 'DEAD'`)
    await bar(ops).getByRole('button', { name: 'Discard' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`Discard ${before} tasks?`).waitFor()
    await dialog.getByLabel('Reason').fill('the receivers are gone')
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.getByText(`Discard: ${before - 1} done`).waitFor()
    const failed = page.getByRole('alert').filter({ hasText: 'Discard: 1 failed' })
    await failed.getByText(/not found/).waitFor()
    expect(await ops.axe()).toEqual([])
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/bulk-failed.png` })
    await letters.first().waitFor({ state: 'detached' })
    const reasons = await server.query(`select 1 from audit_entry where details::text like '%the receivers are gone%'`)
    expect(reasons.length).toBeGreaterThanOrEqual(before - 1)
    expect(problems).toEqual([])
    await ops.close()
  })

  it('start reviews and request changes of templates with one message, and do not approve several', async () => {
    const { server } = dashboard
    const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
    const templates = await Promise.all(['Blog', 'Shop', 'Wiki'].map((name) => vendor.create({ name })))
    for (const { id } of templates) await vendor.submit(id)
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await page.waitForURL('**/ops')
    await page.goto(`${server.url}/dashboard/ops/reviews`)
    await ops.loaded()
    await box(ops, 'Select Blog').check()
    const approve = bar(ops).getByRole('button', { name: 'Approve' })
    expect(await approve.isDisabled()).toBe(true)
    const reason = page.locator(`[id="${(await approve.getAttribute('aria-describedby'))!}"]`)
    expect(await reason.innerText()).toBe('Each template is approved on its own page, with its checklist.')
    await look(ops, 'bulk-reviews')
    await bar(ops).getByRole('button', { name: 'Start the review' }).click()
    await page.getByText('Start the review: 1 done').waitFor()
    await page.getByRole('row').filter({ hasText: 'Blog' }).getByText('Under review').waitFor()

    await box(ops, ALL).check()
    await bar(ops).getByText('3 selected').waitFor()
    // Their vendor is faster with one of them, which leaves the queue and the selection.
    await vendor.withdrawSubmission(templates[2]!.id)
    await bar(ops).getByText('2 selected').waitFor()
    await bar(ops).getByRole('button', { name: 'Request changes' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Request changes of 2 templates?').waitFor()
    await dialog.getByLabel('Reason').fill('Use images with a digest.')
    await dialog.getByRole('button', { name: 'Request changes' }).click()
    await page.getByText('Request changes: 2 done').waitFor()
    await page.getByText('No template waits for a review').waitFor()
    expect(await ops.axe()).toEqual([])
    const reviews = await server.query<{ decision: string; reason: string | null }>(
      `select decision, reason from template_review order by decision, at`,
    )
    expect(reviews.map(({ decision, reason: given }) => [decision, given])).toEqual([
      ['NEEDS_CHANGES', 'Use images with a digest.'],
      ['NEEDS_CHANGES', 'Use images with a digest.'],
      ['STARTED', null],
      ['STARTED', null],
    ])
    expect(problems).toEqual([])
    await ops.close()
  })
})
