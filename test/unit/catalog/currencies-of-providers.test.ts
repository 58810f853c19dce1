import { CURRENCIES, currencyDecimals } from '#services/kernel/money/currency.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { isTaken, PROVIDER_CURRENCIES } from '#services/kernel/money/provider-currencies.js'
import { CatalogFileError } from '#services/catalog/definition/catalog-file-error.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { decideCurrencies } from '#services/billing/doctor/check-currencies.js'

const untaken = CURRENCIES.filter((code) => !isTaken(code))

/** Problems of a catalog that sells a plan in a currency. */
function problemsOf(currency: string, catalogCurrency: string): readonly string[] {
  // Large enough for each smallest charge, and small enough for each largest one.
  const price = toDecimal({ amountMinor: 1_000 * 10 ** currencyDecimals(currency), currency })
  const prices = catalogCurrency === currency ? price : `{ ${currency}: ${price} }`
  const text = `business: coins\ncurrency: ${catalogCurrency}\nplans:\n  pro: { name: Pro, rank: 1, prices: { month: ${prices} } }\n  free: { name: Free, rank: 0 }\n`
  try {
    parseCatalog(text, 'coins.yaml')
    return []
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    return error.message.split('\n').filter((line) => line.includes(currency))
  }
}

describe('Currencies of providers', () => {
  it('are those in which a catalog can sell, and every other one is refused by its name', () => {
    const refused = CURRENCIES.filter((code) => problemsOf(code, 'USD').length > 0)
    expect(refused).toEqual(untaken)
    for (const code of untaken)
      expect(problemsOf(code, 'USD').join('\n')).toContain(`no payment provider takes ${code}`)
  })

  it('are those that a catalog can have as its own, of which another one is refused once', () => {
    const refused = CURRENCIES.filter((code) => problemsOf(code, code).length > 0)
    expect(refused).toEqual(untaken)
    for (const code of untaken) expect(problemsOf(code, code)).toHaveLength(1)
  })

  it('are compared with the catalog by the doctor, for each provider', () => {
    const catalogOf = (...codes: readonly string[]) => ({
      priceById: new Map(
        codes.map((currency) => [currency, { active: true, money: { amountMinor: 1, currency } }]),
      ) as never,
    })
    for (const provider of ['STRIPE', 'PAYPAL'] as const) {
      const taken = CURRENCIES.filter((code) => PROVIDER_CURRENCIES[provider].has(code))
      expect(decideCurrencies(provider, [provider], catalogOf(...taken))[0]!.status).toBe('ok')
      for (const code of CURRENCIES.filter((each) => !taken.includes(each))) {
        const [alone] = decideCurrencies(provider, [provider], catalogOf('USD', code))
        expect(alone).toMatchObject({
          status: 'problem',
          found: expect.stringContaining(`does not take ${code},`) as string,
        })
        const [beside] = decideCurrencies(provider, ['STRIPE', 'PAYPAL'], catalogOf('USD', code))
        expect(beside!.status).toBe(isTaken(code) ? 'warning' : 'problem')
      }
    }
  })
})
