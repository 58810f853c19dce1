import { SpendCaps } from '@stackgate/client/documents'
import { CURRENCIES } from '#services/kernel/money/currency.js'
import { formatMoney, parseDecimal, toDecimal } from '#services/kernel/money/money.js'
import { noBrowser } from '#test/support/browser.js'
import { bundle } from '#test/support/bundle.js'
import { Buyer } from '#test/support/buyer.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

// Intl has no decimals for forints, of which ISO 4217 has two, and dinars of Kuwait have three.
const CATALOG = `business: coins
currency: HUF
spend_caps: [calls]
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
  grow:
    name: Grow
    rank: 1
    prices: { month: { HUF: 1990.50, KWD: 3.250 } }
    features: { calls: { amount: 10, overage: { price: { HUF: 2.50, KWD: 0.010 }, cap: 100000 } } }
`

interface Written {
  readonly amountMinor: number
  readonly decimal: string
  readonly formatted: string
}

describeUnless(noBrowser)('Amounts in a currency whose decimals differ', () => {
  let dashboard: DashboardServer
  let catalog: ChangeableCatalog
  beforeAll(async () => {
    catalog = changeableCatalog(CATALOG)
    dashboard = await startDashboard({ env: { CATALOG: catalog.path } })
  })
  afterAll(async () => {
    await dashboard.close()
    catalog.remove()
  })

  /** The text of a page of the sandbox. */
  const textOf = async (url: string) => (await (await fetch(url)).text()).replaceAll('&nbsp;', '\u00a0')

  it.each([
    {
      name: 'Ann',
      currency: 'HUF',
      price: 'HUF\u00a01,990.50',
      minor: 199_050,
      cap: '50.00',
      capMinor: 5_000,
      next: '1234.5',
    },
    {
      name: 'Vera',
      currency: 'KWD',
      price: 'KWD\u00a03.250',
      minor: 3_250,
      cap: '5.250',
      capMinor: 5_250,
      next: '.75',
    },
  ] as const)(
    'are the same in the API, the sandbox and the pages: $currency',
    async ({ name, currency, ...expected }) => {
      const { server } = dashboard
      const buyer = await Buyer.named(server, `${name.toLowerCase()}@example.com`)
      const ask = async <Data>(query: string, variables: Record<string, unknown> = {}) =>
        (await server.graphql<Data>(query, variables, buyer.token)).data
      const started = await buyer.start<{ providerReference: string; url: string; money: { amountMinor: number } }>(
        'startSubscription',
        { plan: 'grow', currency },
      )
      expect(started.money).toEqual({ amountMinor: expected.minor, currency })
      expect(await textOf(started.url)).toContain(expected.price)
      await buyer.pay(started.providerReference)
      await buyer.confirm(started.providerReference)
      const { account } = await eventually(
        () =>
          ask<{ account: { id: string; billing: { invoices: { nodes: { url: string; total: Written }[] } } } }>(
            '{ account { id billing { invoices { nodes { url total { amountMinor decimal formatted(locale: "en-US") } } } } } }',
          ),
        (found) => found.account.billing.invoices.nodes.length === 1,
      )
      const [invoice] = account.billing.invoices.nodes
      expect(invoice!.total).toMatchObject({ amountMinor: expected.minor, formatted: expected.price })
      expect(await textOf(invoice!.url)).toContain(expected.price)

      const person = await dashboard.open('/')
      const { page, problems } = person
      await person.signIn(name)
      await page.goto(`${server.url}/dashboard/a/${account.id}/billing`)
      await page.getByText(expected.price).first().waitFor()

      await person.follow('Usage and limits', 'Usage and limits')
      const panel = page.getByRole('region', { name: 'Spend caps', exact: true })
      await panel.getByRole('button', { name: 'Set a cap' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Counted as').selectOption({ label: 'money for use beyond the allowance' })
      const field = dialog.getByLabel(`Highest cost in a period (${currency})`)
      const save = async (text?: string) => {
        if (text !== undefined) await field.fill(text)
        await dialog.getByRole('button', { name: 'Set the cap' }).click()
        await dialog.waitFor({ state: 'detached' })
      }
      const limits = async () => {
        const { data } = await server.graphql(SpendCaps, { account: account.id, first: 10 }, buyer.token)
        return data.account!.usage!.spendCaps.nodes.map(({ limit }) => limit.money?.decimal)
      }
      const change = async () => {
        await panel.getByRole('button', { name: /^Change the cap: / }).click()
        await field.waitFor()
      }
      await field.fill(`${expected.cap}5`)
      await dialog.getByRole('button', { name: 'Set the cap' }).click()
      // The browser refuses more decimals than the currency has.
      expect(
        await field.evaluate(
          (element) => (element as never as { validity: { stepMismatch: boolean } }).validity.stepMismatch,
        ),
      ).toBe(true)
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/cap-${currency}.png` })
      await save(expected.cap)
      expect(await limits()).toEqual([expected.cap])
      for (const _ of [1, 2]) {
        await change()
        expect(await field.inputValue()).toBe(expected.cap)
        await save()
        expect(await limits()).toEqual([expected.cap])
      }
      expect(await server.query('select distinct amount from spend_cap where account_id = $1', [account.id])).toEqual([
        { amount: expected.capMinor },
      ])
      await change()
      await save(expected.next)
      const [limit] = await limits()
      expect(Number(limit)).toBe(Number(expected.next))
      await panel.getByText(new RegExp(`of ${currency}\\s[\\d,.]+ used`)).waitFor()
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/caps-${currency}.png` })
      expect(problems).toEqual([])
      await person.close()
    },
  )

  it('are written by the pages with every minor unit, in every currency, as the server writes them', async () => {
    const code = await bundle('dashboard/src/ui/money.ts', true)
    const context = await dashboard.browser.newContext({ locale: 'en-US' })
    const page = await context.newPage()
    const files: Readonly<Record<string, string>> = { '/money.js': code, '/': '<!doctype html><title>Money</title>' }
    await page.route('http://money.test/**', (route) => {
      const { pathname } = new URL(route.request().url())
      return route.fulfill({ contentType: pathname === '/' ? 'text/html' : 'text/javascript', body: files[pathname]! })
    })
    await page.goto('http://money.test/')
    const amounts = CURRENCIES.flatMap((currency) =>
      [0, 1, -1, 99, 1_000, 199_050, 123_456_789].map((amountMinor) => ({ amountMinor, currency })),
    )
    const given = amounts.map((amount) => ({ decimal: toDecimal(amount), currency: amount.currency }))
    const written = await page.evaluate<string[]>(
      `import('/money.js').then(({ money }) => ${JSON.stringify(given)}.map(money))`,
    )
    // The signs of rare currencies depend on the version of the data of Unicode.
    const digits = (text: string) => [text.includes('-'), /\d[\d.,]*$/.exec(text)?.[0]]
    expect(written.map(digits)).toEqual(amounts.map((amount) => digits(formatMoney(amount, 'en-US'))))
    const step = await page.evaluate<Record<string, string>>(
      `import('/money.js').then(({ moneyStep }) => Object.fromEntries(${JSON.stringify(CURRENCIES)}.map((code) => [code, moneyStep(code)])))`,
    )
    expect(CURRENCIES.filter((currency) => parseDecimal(step[currency]!, currency).amountMinor !== 1)).toEqual([])
    const typed = await page.evaluate<object[]>(
      `import('/money.js').then(({ typedMoney }) => ['.5', '007', '0.50', '50', '0'].map((text) => typedMoney(text, 'HUF').decimal))`,
    )
    expect(typed).toEqual(['0.5', '7', '0.50', '50', '0'])
    await context.close()
  })
})
