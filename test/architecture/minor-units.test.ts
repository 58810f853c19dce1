import { globSync, readFileSync } from 'node:fs'
import { data } from 'currency-codes'
import { decimalsOf, shownDecimals, STRIPE_CURRENCIES } from '@stackgate/sandbox/currencies.js'
import { decimalsOf as decimalsOfPayPal } from '@stackgate/sandbox/paypal/money.js'
import { CURRENCIES, currencyDecimals } from '#services/kernel/money/currency.js'
import { chargeStep } from '#services/kernel/money/charge-rules.js'
import { isTaken, PROVIDER_CURRENCIES, providerDecimals } from '#services/kernel/money/provider-currencies.js'
import { asTexts, atProvider, columnOf, intlOf, rowsOfPage } from '#test/support/minor-units.js'
import { itUnless } from '#test/support/skip.js'

const byCode = <Value>(value: (code: string) => Value): Record<string, Value> =>
  Object.fromEntries(CURRENCIES.map((code) => [code, value(code)]))

/** Files that format money: one of each program. */
const FORMATTERS = ['src/services/kernel/money/money.ts', 'dashboard/src/ui/money.ts', 'packages/sandbox/money.ts']
/** Intl has customs of display. No number of minor units comes from it. */
const FORBIDDEN =
  /style:\s*['"]currency['"]|resolvedOptions\(\)[^;]{0,40}FractionDigits|\{[^}]*FractionDigits[^}]*\}\s*=|supportedValuesOf\(\s*['"]currency['"]/

describe('minor units', () => {
  const sources = globSync('{src,dashboard,packages,examples}/**/*.{ts,tsx,mjs,js,html}').filter(
    (path) => !/node_modules|\/dist\/|\/test\/|\/generated\//.test(path),
  )

  it('come from the table of the server: Intl formats money in one file of each program, and says no number of decimals', () => {
    const found = sources.filter((path) => FORBIDDEN.test(readFileSync(path, 'utf8')))
    expect(sources.length).toBeGreaterThan(1000)
    expect(found.toSorted()).toEqual(FORMATTERS.toSorted())
    for (const path of FORMATTERS) expect(readFileSync(path, 'utf8')).toMatch(/minimumFractionDigits/)
  })

  it.each([
    "new Intl.NumberFormat('en', { style: 'currency', currency })",
    'const digits = format.resolvedOptions().maximumFractionDigits ?? 2',
    "const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {}).resolvedOptions()",
    "const codes = Intl.supportedValuesOf('currency')",
  ])('are not taken by %s', (source) => {
    expect(FORBIDDEN.test(source)).toBe(true)
  })

  it('are those of the page of facts, for every currency', () => {
    expect(columnOf('iso')).toEqual(byCode((code) => String(currencyDecimals(code))))
    expect(columnOf('stripe')).toEqual(byCode((code) => atProvider('STRIPE', code)))
    const payPal = byCode((code) => atProvider('PAYPAL', code))
    expect(Object.fromEntries([...rowsOfPage().values()].map((row) => [row.currency, row.payPal]))).toEqual(
      Object.fromEntries([...rowsOfPage().keys()].map((code) => [code, payPal[code]])),
    )
    const named = /PayPal takes ([A-Z ,]+)\./.exec(readFileSync('docs/facts/minor-units.md', 'utf8'))?.[1]
    expect(named?.match(/[A-Z]{3}/g)).toEqual([...PROVIDER_CURRENCIES.PAYPAL])
  })

  // Another version of the data of Unicode can differ: `npm run test:long -- minor-units` compares the versions of the page.
  const cldr = /CLDR (\d+)/.exec(readFileSync('docs/facts/minor-units.md', 'utf8'))![1]!
  const isOfPage = process.versions['cldr']?.startsWith(cldr) ?? false
  itUnless(isOfPage ? null : `needs a Node.js with CLDR ${cldr}`)('are those of Intl in a Node.js of the page', () => {
    expect(asTexts(intlOf(process.execPath))).toEqual(columnOf('node'))
  })

  it('are those of the library for each currency that it has', () => {
    const known = new Map(data.map(({ code, digits }) => [code, digits]))
    expect(CURRENCIES.filter((code) => known.has(code) && known.get(code) !== currencyDecimals(code))).toEqual([])
    expect(CURRENCIES.filter((code) => !known.has(code))).toEqual(['XCG'])
  })

  it('are the same in the sandbox, in which the server is not imported', () => {
    expect([...STRIPE_CURRENCIES].map((code) => code.toUpperCase())).toEqual([...PROVIDER_CURRENCIES.STRIPE])
    expect(byCode(decimalsOf)).toEqual(byCode(providerDecimals))
    const payPal = byCode((code) => String(decimalsOfPayPal(code) ?? '–'))
    expect(payPal).toEqual(byCode((code) => atProvider('PAYPAL', code)))
  })

  it('are shown by the sandbox as far as they are charged', () => {
    const taken = CURRENCIES.filter(isTaken)
    const hidden = taken.filter((code) => {
      const smallest = chargeStep(code) * 10 ** (providerDecimals(code) - currencyDecimals(code))
      return smallest % 10 ** (decimalsOf(code) - shownDecimals(code)) !== 0
    })
    expect(taken.length).toBeGreaterThan(130)
    expect(hidden).toEqual([])
  })
})
