import { readFileSync } from 'node:fs'
import { noBrowser } from '#test/support/browser.js'
import { pricesOfPlus } from '#test/support/catalog-editor.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('the form of the catalog editor', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  let first: string
  beforeAll(async () => {
    catalog = changeableCatalog()
    first = readFileSync(catalog.path, 'utf8')
    dashboard = await startDashboard({ env: { CATALOG: catalog.path } })
  })
  afterAll(async () => {
    await dashboard.close()
    catalog.remove()
  })

  const openForm = async (options: Parameters<DashboardServer['open']>[1] = {}) => {
    const opened = await dashboard.open('/ops/catalog?tab=editor', options)
    await opened.signIn('Ops')
    await opened.page.getByRole('navigation', { name: 'Entries of the catalog' }).waitFor()
    return opened
  }
  const view = ({ page }: DashboardPage, name: 'Form' | 'YAML') => page.getByText(name, { exact: true }).click()
  const choose = ({ page }: DashboardPage, name: string) =>
    page.getByRole('navigation', { name: 'Entries of the catalog' }).getByRole('button', { name, exact: true }).click()
  const textOf = async (opened: DashboardPage): Promise<string> => {
    await view(opened, 'YAML')
    return opened.page.getByRole('textbox', { name: 'Text of the catalog' }).inputValue()
  }
  const fill = async (opened: DashboardPage, text: string) => {
    await view(opened, 'YAML')
    await opened.page.getByRole('textbox', { name: 'Text of the catalog' }).fill(text)
    await view(opened, 'Form')
  }
  const field = ({ page }: DashboardPage, path: string) => page.locator(`[name="${path}"]`)
  const picture = ({ page }: DashboardPage, name: string) =>
    SCREENSHOTS && page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true })
  const publish = async ({ page }: DashboardPage, version: number) => {
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('Higher costs')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await page.getByText(`Version ${version} of the catalog is published.`).waitFor()
  }

  it('edits a price and a limit where they are written, and publishes and undoes them', async () => {
    const opened = await openForm()
    const { page, problems } = opened
    await choose(opened, 'Plus')
    const card = page.getByRole('complementary', { name: 'As customers see it' })
    await card.getByText('$20.00').waitFor()
    await card.getByText('10 deployments', { exact: true }).waitFor()
    await field(opened, 'plans.plus.prices.month').fill('25.00')
    await card.getByText('$25.00').waitFor()
    await field(opened, 'plans.plus.features.deployments').fill('12')
    await card.getByText('12 deployments', { exact: true }).waitFor()
    await picture(opened, 'catalog-form')
    expect(await opened.axe()).toEqual([])
    expect(await textOf(opened)).toBe(
      first
        .replace('prices: { month: 20.00', 'prices: { month: 25.00')
        .replace('deployments:     10 ', 'deployments:     12 '),
    )
    await page.getByRole('button', { name: 'Review changes' }).click()
    const changes = page.getByRole('region', { name: 'Changes, as a table' })
    await changes.getByRole('row').filter({ hasText: 'plans.plus.prices.month' }).getByText('25.00').waitFor()
    await changes.getByRole('row').filter({ hasText: 'plans.plus.features.deployments' }).getByText('12').waitFor()
    await publish(opened, 2)
    await eventually(
      () => pricesOfPlus(dashboard.server),
      (prices) => prices.join() === '25.00',
    )
    await opened.act('Undo', page.getByRole('table', { name: 'Versions' }).getByRole('row', { name: /^1 / }))
    await publish(opened, 3)
    expect(await textOf(opened)).toBe(first)
    expect(problems).toEqual([])
    await opened.close()
  })

  it('shows an error of the server at its field, and lifts it', async () => {
    const opened = await openForm()
    const { page } = opened
    await choose(opened, 'Plus')
    const amount = field(opened, 'plans.plus.prices.month')
    await amount.fill('12.345')
    await page.getByRole('button', { name: 'Plus 1 error' }).waitFor()
    const described = await amount.getAttribute('aria-describedby')
    expect(await page.locator(`#${described!.split(' ').at(-1)!}`).innerText()).toContain('decimals')
    expect(await amount.getAttribute('aria-invalid')).toBe('true')
    await picture(opened, 'catalog-form-error')
    expect(await opened.axe()).toEqual([])
    await choose(opened, 'Free')
    await page.getByRole('region', { name: 'Errors of the text' }).getByRole('button').click()
    await opened.focused(/plans\.plus\.prices\.month/)
    expect(await page.getByRole('button', { name: 'Review changes' }).isDisabled()).toBe(true)
    await amount.fill('20.00')
    await page.getByText('No errors.').waitFor()
    expect(await textOf(opened)).toBe(first)
    await opened.close()
  })

  it('adds, copies and removes plans and prices without the loss of a comment', async () => {
    const opened = await openForm()
    const { page } = opened
    await choose(opened, 'Plus')
    await page.getByRole('button', { name: 'Add a price' }).click()
    await field(opened, 'plans.plus.prices.week').fill('7.00')
    await page.getByLabel('Interval').last().selectOption('quarter')
    expect(await field(opened, 'plans.plus.prices.quarter').inputValue()).toBe('7.00')
    await page.getByLabel('Currency').last().selectOption('EUR')
    expect((await textOf(opened)).split('\n').find((line) => line.includes('EUR'))).toContain(
      'month: 20.00, year: 200.00, quarter: { EUR: 7.00 }, per: managed_server }    # assumed',
    )
    await view(opened, 'Form')
    await choose(opened, 'Plus')
    await page.getByRole('button', { name: 'Remove the price Every 3 months, EUR' }).click()
    expect(await textOf(opened)).toBe(first)
    await view(opened, 'Form')
    await choose(opened, 'Individual')
    await page.getByRole('button', { name: 'Duplicate' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Agency')
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
    await page.getByRole('region', { name: 'Fields of Agency' }).waitFor()
    expect(await field(opened, 'plans.agency.rank').inputValue()).toBe('4')
    await page.getByText('No errors.').waitFor()
    const copied = await textOf(opened)
    expect(copied.match(/#/g)).toHaveLength(first.match(/#/g)!.length + 6)
    await view(opened, 'Form')
    await choose(opened, 'Agency')
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Agency is removed from the draft.').waitFor()
    await page.getByRole('button', { name: 'Add a package' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('More servers')
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
    const added = page.getByRole('region', { name: 'Fields of More servers' })
    await added.getByText('is missing', { exact: true }).waitFor()
    await opened.close()
  })

  it('leads to YAML for what it cannot show', async () => {
    const opened = await openForm()
    const { page } = opened
    const quota = '\n  calls: { name: Calls, kind: quota, unit: call, window: month }'
    const tiers =
      '\n      calls: { amount: 100, overage: { graduated: [{ up_to: 10, price: 1.00 }, { price: 0.50 }], cap: 50 } }'
    await fill(
      opened,
      first
        .replace('\nfeatures:', `\nfeatures:${quota}`)
        .replace('features:\n      deployments:     10 ', `features:${tiers}\n      deployments:     10 `),
    )
    await choose(opened, 'Plus')
    expect(await field(opened, 'plans.plus.features.calls.overage.cap').inputValue()).toBe('50')
    await field(opened, 'plans.plus.features.calls.window').fill('billing_period')
    await page.getByText('No errors.').waitFor()
    await picture(opened, 'catalog-form-quota')
    expect(await opened.axe()).toEqual([])
    await page
      .getByRole('button', { name: /^Edited in YAML, line/ })
      .last()
      .click()
    const text = page.getByRole('textbox', { name: 'Text of the catalog' })
    expect(
      await text.evaluate((element) => {
        const { value, selectionStart } = element as unknown as { value: string; selectionStart: number }
        return value.slice(selectionStart).split(/\s/)[0]
      }),
    ).toMatch(/^(graduated|supported_stacks):/)
    expect(await text.inputValue()).toContain('amount: 100, window: billing_period, overage: {')
    await fill(opened, 'plans: [')
    await page.getByText('The form cannot show this text').waitFor()
    await page.getByRole('button', { name: 'Edit in YAML' }).click()
    await text.waitFor()
    await opened.close()
  })

  it('is accessible on a phone in the dark', async () => {
    const opened = await openForm({ width: 375, colorScheme: 'dark' })
    await choose(opened, 'Plus')
    await picture(opened, 'catalog-form-375')
    expect(await opened.axe()).toEqual([])
    expect(await opened.scrollsSideways()).toBe(false)
    await opened.close()
  })
})
