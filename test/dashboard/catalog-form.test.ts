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
    page
      .getByRole('navigation', { name: 'Entries of the catalog' })
      .getByRole('button', { name: new RegExp(`^${name}(?: \\d+ errors?)?$`) })
      .click()
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
    await changes.getByRole('row').filter({ hasText: 'Plus › Price per month' }).getByText('$25.00').waitFor()
    await changes.getByRole('row').filter({ hasText: 'Plus › Deployments' }).getByText('12').waitFor()
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

  it('edits tiers where they are written, and adds, moves and removes them', async () => {
    const opened = await openForm()
    const { page } = opened
    const quota = '\n  calls: { name: Calls, kind: quota, unit: call, window: month }'
    const tiers = (list: string) => `calls: { amount: 100, overage: { graduated: [${list}], cap: 50 } }`
    const two = '{ up_to: 10, price: 1.00 }, { price: 0.50 }'
    const withTiers = first
      .replace('\nfeatures:', `\nfeatures:${quota}`)
      .replace('features:\n      deployments:     10 ', `features:\n      ${tiers(two)}\n      deployments:     10 `)
    await fill(opened, withTiers)
    await choose(opened, 'Plus')
    const expectTiers = async (list: string) => {
      expect(await textOf(opened)).toBe(withTiers.replace(two, list))
      await view(opened, 'Form')
      await choose(opened, 'Plus')
    }
    const overage = 'plans.plus.features.calls.overage'
    expect(await field(opened, `${overage}.cap`).inputValue()).toBe('50')
    await field(opened, `${overage}.graduated.0.up_to`).fill('20')
    await expectTiers('{ up_to: 20, price: 1.00 }, { price: 0.50 }')
    await page.getByRole('button', { name: 'Add a tier: Graduated' }).click()
    await opened.focused(/Up to/)
    await field(opened, `${overage}.graduated.2.price`).fill('0.25')
    await expectTiers('{ up_to: 20, price: 1.00 }, { price: 0.50 }, { price: 0.25 }')
    await page.getByRole('button', { name: 'Move Tier 3 up' }).click()
    await opened.focused(/Move Tier 2 up/)
    await expectTiers('{ up_to: 20, price: 1.00 }, { price: 0.25 }, { price: 0.50 }')
    await page.getByRole('button', { name: 'Remove Tier 2' }).click()
    await field(opened, `${overage}.graduated.0.up_to`).fill('10')
    await expectTiers(two)
    await page.getByLabel('Set by price, percent, graduated, or volume').selectOption('volume')
    expect(await field(opened, `${overage}.volume.0.up_to`).inputValue()).toBe('10')
    await page.getByLabel('Set by price, percent, graduated, or volume').selectOption('graduated')
    await expectTiers(two)
    await field(opened, 'plans.plus.features.calls.window').fill('billing_period')
    await page.getByText('No errors.').waitFor()
    await picture(opened, 'catalog-form-quota')
    expect(await opened.axe()).toEqual([])
    await fill(opened, 'plans: [')
    await page.getByText('The form cannot show this text').waitFor()
    await page.getByRole('button', { name: 'Edit in YAML' }).click()
    await page.getByRole('textbox', { name: 'Text of the catalog' }).waitFor()
    await opened.close()
  })

  it('edits rate cards and settings, whose comments and order stay', async () => {
    const opened = await openForm()
    const { page } = opened
    // One database has one business.
    const platform = readFileSync('catalogs/ai-platform.yaml', 'utf8').replace(
      'business: ai-platform',
      'business: try-direct',
    )
    await fill(opened, platform)
    const open = (name: string, inside = page.locator('main')) =>
      inside
        .locator('summary')
        .filter({ hasText: new RegExp(`^${name} `) })
        .click()
    const card = async () => {
      await view(opened, 'YAML')
      await view(opened, 'Form')
      await page.getByRole('list', { name: 'Rate cards' }).getByRole('button').first().click()
      await open('Version 2')
    }
    const after = async (edit: () => Promise<unknown>) => {
      await card()
      await edit()
      return textOf(opened)
    }
    const moveLine = async (number: string, name: string) => {
      await open(`Line ${number}`, lines)
      await lines.getByRole('button', { name }).click()
    }
    await card()
    await picture(opened, 'catalog-form-rate-card')
    expect(await opened.axe()).toEqual([])
    const versions = 'rate_cards.ai_credits.versions'
    // A comment belongs to the line below it.
    const lines = page.locator(`[name="${versions}.1.lines"]`)
    const moved = await after(() => moveLine('7', 'Move Line 7 up'))
    const of = (text: string) => text.split('\n').map((line) => line.trim())
    const [comment] = of(platform).filter((line) => line.startsWith('# A model that is not listed'))
    expect(of(moved)[of(moved).indexOf(comment!) + 2]).toContain('- quantity: images')
    expect(of(moved).toSorted()).toEqual(of(platform).toSorted())
    const back = await after(() => moveLine('6', 'Move Line 6 down'))
    expect(back).toBe(platform)
    const factor = await after(() => field(opened, `${versions}.1.multipliers.mode.batch`).fill('0.6'))
    expect(factor).toBe(replaceLast(platform, 'mode: { batch: 0.5 } ', 'mode: { batch: 0.6 } '))
    const lacking = await after(async () => {
      await open('Version 1')
      await page.getByRole('button', { name: 'Remove Version 1' }).click()
    })
    expect(lacking).not.toContain('from: 2026-01-01')
    expect(lacking).toContain('from: 2026-07-01                                # lower prices')

    await fill(opened, platform)
    await choose(opened, 'Payments')
    await page.getByRole('group', { name: 'Top ups' }).getByLabel('100,000 credits').uncheck()
    await page.getByLabel('Taxes').selectOption('automatic')
    await field(opened, 'pause.maximum').fill('60d')
    await picture(opened, 'catalog-form-payments')
    expect(await opened.axe()).toEqual([])
    expect(await textOf(opened)).toBe(
      platform
        .replace('packages: [credits_10k, credits_100k]', 'packages: [credits_10k]')
        .replace('maximum: 90d', 'maximum: 60d')
        .replace('\nnear_limit:', '\ntaxes: automatic\nnear_limit:'),
    )
    await view(opened, 'Form')
    await choose(opened, 'Seller')
    await page.getByRole('button', { name: 'Add: Brand' }).click()
    await field(opened, 'brand.name').fill('Acme')
    await page.locator('[name="brand"]').getByText('More').click()
    await field(opened, 'brand.accent').fill('blue')
    await page.getByRole('button', { name: 'Seller 1 error' }).waitFor()
    await choose(opened, 'Payments')
    await page.getByRole('region', { name: 'Errors of the text' }).getByRole('button').click()
    await opened.focused(/brand\.accent/)
    await picture(opened, 'catalog-form-seller')
    await page.getByRole('button', { name: 'Remove Brand' }).click()
    await page.getByText('No errors.').waitFor()
    await opened.close()
  })

  it('shows one choice of entries above their fields on a phone, in the dark', async () => {
    const opened = await openForm({ width: 375, colorScheme: 'dark' })
    const { page } = opened
    const entries = page.getByRole('navigation', { name: 'Entries of the catalog' })
    const choice = entries.getByLabel('Entry')
    await choice.selectOption({ label: 'Plus' })
    await picture(opened, 'catalog-form-375')
    const fields = page.getByRole('region', { name: 'Fields of Plus' })
    const top = async (of: typeof choice) => (await of.boundingBox())!.y
    expect((await top(fields)) - (await top(choice))).toBeLessThan(100)
    await field(opened, 'plans.plus.prices.month').fill('12.345')
    await choice.locator('option', { hasText: 'Plus · 1 error' }).waitFor({ state: 'attached' })
    await choice.selectOption({ label: 'Seller' })
    await page.getByRole('region', { name: 'Errors of the text' }).getByRole('button').click()
    await opened.focused(/plans\.plus\.prices\.month/)
    expect(await choice.inputValue()).toBe('plans.plus')
    await entries.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('menuitem', { name: 'Add a package' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a package' })
    await dialog.getByLabel('Name').fill('Small pack')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('region', { name: 'Fields of Small pack' }).waitFor()
    expect(await choice.inputValue()).toBe('packages.small_pack')
    expect(await opened.axe()).toEqual([])
    expect(await opened.scrollsSideways()).toBe(false)
    await opened.close()
  })
})

const replaceLast = (text: string, old: string, by: string): string => {
  const at = text.lastIndexOf(old)
  return text.slice(0, at) + by + text.slice(at + old.length)
}
