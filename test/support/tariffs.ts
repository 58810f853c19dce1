import fc from 'fast-check'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'

/** Text of a catalog with one plan for each price, as the long form of a feature states it without its cap. */
export const tariffCatalog = (terms: readonly string[], { currency = 'USD', cap = 1_000_000_000, included = 0 } = {}) =>
  `business: tariffs
currency: ${currency}
spend_caps: [calls]
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
${terms
  .map(
    (price, index) => `  plan_${index}:
    name: Plan ${index}
    rank: ${index + 1}
    prices: { month: ${currency === 'JPY' ? 1000 : '10.00'} }
    features: { calls: { amount: ${included}, overage: { ${price}, cap: ${cap} } } }`,
  )
  .join('\n')}
`

/** The tariff of a price, as a catalog reads it. */
export function tariffFrom(price: string, currency = 'USD'): string {
  const { plans } = parseCatalog(tariffCatalog([price], { currency }), 'tariffs.yaml')
  return plans.find(({ code }) => code === 'plan_0')!.features[0]!.overage!.tariff
}

const whole = (min: number, max: number) => fc.integer({ min, max })
const money = whole(1, 2_000).map((cents) => (cents / 100).toFixed(2))
const decimal = whole(1, 5_000).map((amount) => (amount / 10_000).toFixed(4))
const optional = (name: string, value: fc.Arbitrary<string | number>) =>
  fc.option(value, { nil: null }).map((given) => (given === null ? '' : `, ${name}: ${given}`))
const flat = optional('flat', money)
const price = fc.oneof(
  fc.tuple(decimal, flat).map(([amount, more]) => `price: ${amount}${more}`),
  fc.tuple(money, whole(2, 40), flat).map(([amount, size, more]) => `price: ${amount}, package: ${size}${more}`),
  fc.tuple(decimal, flat).map(([amount, more]) => `price: ${amount}, per: 10${more}`),
  fc.tuple(whole(1, 99), flat).map(([percent, more]) => `percent: ${percent / 10}${more}`),
)
const tiers = fc.array(fc.tuple(whole(1, 200), price), { minLength: 1, maxLength: 4 }).map((list) => {
  let end = 0
  return list
    .map(([size, terms], index) => {
      end += size
      return index === list.length - 1 ? `{ ${terms} }` : `{ up_to: ${end}, ${terms} }`
    })
    .join(', ')
})

/** Prices with all that a catalog can state. */
export const anyPrice: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      price,
      tiers.map((list) => `graduated: [${list}]`),
      tiers.map((list) => `volume: [${list}]`),
    ),
    optional('free', whole(1, 60)),
    optional(
      'minimum',
      whole(1, 500).map((cents) => (cents / 100).toFixed(2)),
    ),
    optional(
      'maximum',
      whole(2_000, 9_000).map((cents) => (cents / 100).toFixed(2)),
    ),
  )
  .map((parts) => parts.join(''))
