import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const

describeUnless(noBrowser)('Vendors in the dashboard', () => {
  let dashboard: DashboardServer
  let vera: DashboardPage
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    await sellTemplate(
      server,
      new MarketplaceClient(server, await server.token('ops@example.com', { roles: ['admin'] })),
    )
  })
  afterAll(() => dashboard.close())

  const openAs = async (name: 'Vera' | 'Ops', path: string) => {
    const window = await dashboard.open('/')
    await window.signIn(name)
    await window.page.waitForURL(name === 'Ops' ? '**/ops' : '**/vendor')
    await window.page.goto(`${dashboard.server.url}/dashboard${path}`)
    await window.live()
    await window.loaded()
    return window
  }

  it('publishes a template that Ops approves in another window, live in both', async () => {
    ops = await openAs('Ops', '/ops/reviews')
    await ops.page.getByText('No template waits for a review').waitFor()
    vera = await openAs('Vera', '/vendor')
    const { page } = vera
    await page.getByRole('button', { name: 'New template' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Blog')
    await dialog.getByRole('textbox', { name: 'Slug' }).fill('blog')
    await dialog.getByRole('button', { name: 'Create the draft' }).click()
    const price = page.getByRole('region', { name: 'Price', exact: true })
    const setPrice = async (amount: string) => {
      await price.getByText('Paid', { exact: true }).click()
      await price.getByLabel('Price in USD').fill(amount)
      await price.getByRole('button', { name: 'Set the price' }).click()
    }
    await setPrice('7.50')
    await price.getByText('$7.50, from its publication on').waitFor()
    await price.getByText('Free', { exact: true }).click()
    await price.getByRole('button', { name: 'Remove the price' }).click()
    await price.getByText('$7.50').waitFor({ state: 'detached' })
    // A draft has no counts, and no reviews.
    expect(await page.getByText(/^Installs: /).count()).toBe(0)
    expect(await page.getByRole('region', { name: 'Reviews', exact: true }).count()).toBe(0)
    await setPrice('9')
    await price.getByText('$9.00, from its publication on').waitFor()
    await page.getByRole('button', { name: 'Submit for review' }).click()
    await page.getByText('This version waits for its review.').waitFor()
    const stage = page.getByRole('list', { name: 'Way to the publication' }).locator('[aria-current=step]')
    await stage.getByText('Submitted').waitFor()
    // A version that waits is shown as text.
    expect(await page.getByLabel('Short description').count()).toBe(0)
    await page
      .getByRole('region', { name: 'Definition (compose file)' })
      .getByText(/image: /)
      .waitFor()

    await ops.page.getByRole('link', { name: 'Blog' }).click()
    await ops.page.getByRole('button', { name: 'Start the review' }).click()
    await stage.getByText('Review').waitFor()
    await ops.page.getByRole('button', { name: 'Request changes' }).click()
    const decision = ops.page.getByRole('dialog')
    await decision.getByLabel('Reason').fill('Say what it is for.')
    await decision.getByRole('button', { name: 'Request changes' }).click()
    await decision.waitFor({ state: 'detached' })
    await page.getByText('Say what it is for.').first().waitFor()

    await page.getByLabel('Short description').fill('A place to write.')
    await page.getByLabel('Category').selectOption({ label: 'CMS' })
    await page.getByLabel('Tags').fill('blog, writing')
    await page.getByLabel('Memory in MB').fill('512')
    // A draft is saved when a field is left.
    await page.keyboard.press('Tab')
    await page.getByText('Saved.', { exact: true }).waitFor()
    await stage.getByText('Draft').waitFor()
    await page.getByRole('button', { name: 'Submit for review' }).click()
    await ops.page.getByRole('button', { name: 'Start the review' }).click()
    await ops.page.getByRole('button', { name: 'Approve' }).waitFor()
    await ops.page.getByText('Tick all checks to approve.').waitFor()
    expect(await ops.page.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true)
    await ops.page.getByRole('region', { name: 'Template' }).getByText('CMS', { exact: true }).waitFor()
    for (const check of await ops.page.getByRole('checkbox').all()) await check.check()
    await ops.page.getByRole('button', { name: 'Approve' }).click()
    await decision.getByRole('button', { name: 'Approve' }).click()
    await decision.waitFor({ state: 'detached' })
    await stage.getByText('Published').waitFor()
    await page.getByRole('button', { name: 'Withdraw from the marketplace' }).waitFor()
    await price.getByText('$9.00', { exact: true }).waitFor()
    await price.getByRole('button', { name: 'Stop selling' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Stop selling' }).click()
    await price.getByText('Not for sale. Accounts that have it keep it.').waitFor()
    await ops.page.goto(`${dashboard.server.url}/dashboard/market/blog`)
    await ops.page.getByText('512 MB memory', { exact: true }).waitFor()
    await ops.page.goto(`${dashboard.server.url}/dashboard/market?search=blog`)
    await ops.page.getByText('writing', { exact: true }).waitFor()
    expect([...vera.problems, ...ops.problems]).toEqual([])
    await Promise.all([vera.close(), ops.close()])
  })

  it('compares a new version with the published one', async () => {
    vera = await openAs('Vera', '/vendor')
    const { page } = vera
    await page
      .getByRole('region', { name: 'What to do next' })
      .getByText(/^Connect an account/)
      .waitFor()
    await page.getByRole('link', { name: 'Published templates' }).getByText('2', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Blog', exact: true }).click()
    const definition = page.getByLabel('Definition (compose file)')
    expect(await page.getByLabel('Tags').inputValue()).toBe('blog, writing')
    await page.getByLabel('Short description').fill('A place to write and to read.')
    await definition.fill((await definition.inputValue()).replace('nginx:1.27-alpine', 'nginx:1.28-alpine'))
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    await page.reload()
    await vera.loaded()
    // The fields have the next version, not the published one.
    expect(await page.getByLabel('Short description').inputValue()).toBe('A place to write and to read.')
    expect(await page.getByLabel('Memory in MB').inputValue()).toBe('512')
    await page.getByRole('button', { name: 'Submit for review' }).click()
    await page.getByText('This version waits for its review.').waitFor()
    await page.getByRole('button', { name: 'Withdraw to edit' }).waitFor()
    ops = await openAs('Ops', '/ops/reviews')
    await ops.page.getByRole('link', { name: 'Blog' }).click()
    const differences = ops.page.getByRole('region', { name: 'Removed and added lines' })
    expect(await differences.locator('del').first().innerText()).toContain('nginx:1.27-alpine')
    expect(await differences.locator('ins').first().innerText()).toContain('nginx:1.28-alpine')
    // First the submitted text, and the published one that it replaces. The rest has what did not change.
    const changed = ops.page.getByRole('region', { name: 'What changed' })
    await changed.locator('ins').getByText('A place to write and to read.').waitFor()
    await changed.locator('del').getByText('A place to write.', { exact: true }).waitFor()
    expect(await ops.page.getByText('A place to write and to read.').count()).toBe(1)
    expect(await ops.axe()).toEqual([])
    expect([...vera.problems, ...ops.problems]).toEqual([])
    await Promise.all([vera.close(), ops.close()])
  })

  it('marks mistakes of a compose file at their lines, and shows the card of the marketplace', async () => {
    vera = await openAs('Vera', '/vendor')
    const { page } = vera
    await page.getByRole('button', { name: 'New template' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Wiki')
    await dialog.getByRole('textbox', { name: 'Slug' }).fill('wiki')
    await dialog.getByRole('button', { name: 'Create the draft' }).click()
    const definition = page.getByRole('textbox', { name: 'Definition (compose file)' })
    const written = (await definition.inputValue()).trimEnd()
    expect(written).toMatch(/^services:\n {2}web:\n {4}image: nginx/)
    const problems = page.getByRole('region', { name: 'These parts were refused' })
    const submit = page.getByRole('button', { name: 'Submit for review' })

    // The browser finds what is no YAML.
    await definition.fill(`${written}\n  - broken: [`)
    await problems.getByRole('button').first().waitFor()
    expect(await submit.isDisabled()).toBe(true)

    const { server } = dashboard
    // The server finds a secret and a misspelled name in a pause, before anything is saved.
    await definition.fill(written.replace('${ADMIN_PASSWORD}', 'correct-horse-9').replace('    image:', '    imagee:'))
    await problems.getByRole('button', { name: /^Line 3, .*imagee/ }).waitFor()
    await vera.focused(/Definition/)
    await page.getByText('Not saved. Correct the marked parts.').waitFor()
    expect(await server.query(`select 1 from template_version where content::text like '%imagee%'`)).toEqual([])
    await page.getByLabel('Short description').fill('Pages that everybody can change.')
    await problems.getByRole('button', { name: /^Line 3, .*imagee/ }).waitFor()
    await problems.getByRole('button', { name: /^Line \d+, .*ADMIN_PASSWORD/ }).waitFor()
    await page.getByText('Not saved. Correct the marked parts.').waitFor()
    expect(await vera.axe()).toEqual([])

    // A warning for the reviewer is shown as well, and leads to its line.
    const warnings = page.getByRole('region', { name: 'The reviewer will be warned of these parts' })
    await definition.fill(`${written}\n    privileged: true`)
    await warnings.getByRole('button', { name: /^Warning: Line \d+, .*privileged/ }).click()
    await vera.focused(/Definition/)
    expect(await problems.count()).toBe(0)
    expect(await vera.axe()).toEqual([])

    await definition.fill(written)
    await page.keyboard.press('Tab')
    await page.getByText('Saved.', { exact: true }).waitFor()
    await problems.waitFor({ state: 'detached' })
    await page.locator('.template-preview').getByText('Pages that everybody can change.').waitFor()
    await page.reload()
    await vera.loaded()
    expect(await page.getByLabel('Short description').inputValue()).toBe('Pages that everybody can change.')
    expect(vera.problems).toEqual([])
    await vera.close()
  })

  it('has keys that move in the review queue and decide, and that rest while a field has the focus', async () => {
    const { server } = dashboard
    const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
    for (const slug of ['gallery', 'journal']) {
      const { id } = await vendor.create({ slug, name: slug === 'gallery' ? 'Gallery' : 'Journal' })
      await vendor.submit(id)
    }
    ops = await openAs('Ops', '/ops/reviews')
    const { page } = ops
    const keys = page.getByRole('group', { name: 'Keys' })
    const said = (text: string) => keys.getByRole('status').getByText(text, { exact: true }).waitFor()
    const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
    await page.getByRole('link', { name: 'Gallery' }).click()
    await heading('Gallery')
    await page.keyboard.press('j')
    await heading('Journal')
    await keys.getByText(/^Journal, \d of \d$/).waitFor()
    await page.keyboard.press('j')
    await said('This is the last template of the queue.')

    await page.keyboard.press('a')
    await said('Start the review before you decide.')
    await ops.focused(/Start the review/)
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: 'Security checklist' }).waitFor()
    await page.setViewportSize({ width: 375, height: 812 })
    const [checklist, definition] = await Promise.all(
      ['Security checklist', 'Submitted definition'].map((name) =>
        page.getByRole('region', { name, exact: true }).boundingBox(),
      ),
    )
    expect(checklist!.y).toBeLessThan(definition!.y)
    const touch = await page.context().newCDPSession(page)
    await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true })
    await keys.waitFor({ state: 'hidden' })
    await touch.send('Emulation.setTouchEmulationEnabled', { enabled: false })
    await keys.waitFor()
    const reject = page.getByRole('group', { name: 'Decision' }).getByRole('button', { name: 'Reject' })
    await eventually(
      () => reject.boundingBox(),
      (place) => place!.y > 600 && place!.y + place!.height < 812,
    )
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.keyboard.press('a')
    await said('Tick all checks to approve.')
    await page
      .getByRole('checkbox', { name: /^No secrets/ })
      .and(page.locator(':focus'))
      .waitFor()
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await page.keyboard.press('r')
    const dialog = page.getByRole('dialog', { name: 'Reject' })
    await dialog.getByLabel('Reason').fill('a jar of kiwis')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('a')
    await page.getByRole('dialog', { name: 'Approve' }).getByRole('button', { name: 'Approve' }).click()
    await page.getByText('No version of this template waits for a review.').waitFor()
    // The next key leads to what is still in the queue, whose checks are not ticked.
    await page.keyboard.press('k')
    await heading('Gallery')
    expect(await ops.axe()).toEqual([])
    await keys.getByRole('button', { name: 'Turn the keys off' }).click()
    await page.keyboard.press('k')
    await page.keyboard.press('r')
    await page.reload()
    await heading('Gallery')
    await page.getByRole('button', { name: 'Turn the keys on' }).waitFor()
    expect(await keys.getByText('Approve').count()).toBe(0)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(ops.problems).toEqual([])
    await ops.close()
  })

  it('shows a payout by Ops in the earnings of the vendor', async () => {
    vera = await openAs('Vera', '/vendor/earnings')
    await vera.page.getByRole('cell', { name: '$79.99' }).first().waitFor()
    ops = await openAs('Ops', '/ops/vendors?payable=yes')
    await ops.act('Pay out $79.99', ops.page.getByRole('row', { name: '$79.99' }))
    const dialog = ops.page.getByRole('dialog')
    await dialog.getByText(/^1 sale, .+ – .+$/).waitFor()
    await dialog.getByLabel('Bank reference').fill('transfer 1')
    await dialog.getByLabel('Reason').fill('The month is over.')
    expect(await ops.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Pay out $79.99' }).click()
    await dialog.waitFor({ state: 'detached' })
    await ops.page.getByText('No vendor matches.').waitFor()
    await vera.page.getByRole('region', { name: 'Payouts, as a table' }).getByText('$79.99').waitFor()
    expect([...vera.problems, ...ops.problems]).toEqual([])
    await Promise.all([vera.close(), ops.close()])
  })

  it('has no accessibility violations in light, dark and at 375 pixels, and nothing scrolls sideways', async () => {
    vera = await openAs('Vera', '/vendor')
    const { page, problems } = vera
    await page.getByRole('link', { name: 'Blog' }).click()
    await page.getByRole('region', { name: 'Compose file', exact: true }).waitFor()
    const template = new URL(page.url()).pathname.replace('/dashboard', '')
    for (const path of ['/vendor', template, '/vendor/earnings']) {
      await page.goto(`${dashboard.server.url}/dashboard${path}`)
      await vera.live()
      await vera.loaded()
      for (const [colorScheme, width] of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        expect([path, colorScheme, width, await vera.axe()]).toEqual([path, colorScheme, width, []])
        expect([path, width, await vera.scrollsSideways()]).toEqual([path, width, false])
      }
    }
    expect(problems).toEqual([])
    await vera.close()
  })
})
