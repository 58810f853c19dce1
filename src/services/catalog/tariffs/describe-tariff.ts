import { currencyDecimals } from '#services/kernel/money/currency.js'
import type { Money } from '#services/kernel/money/money.js'
import { moneyText, numberText, priceText } from '#services/kernel/text/readable.js'
import { partsBetween, type PricePart } from './price-units.js'
import { BILLIONTHS, tariffOf, UNIT_PRICE_DECIMALS, type Tier } from './tariff.js'

/** Pure: a decimal of the smallest unit as a decimal of the currency, at least with the decimals of the currency. */
export function toCurrency(minor: string, currency: string): string {
  const decimals = currencyDecimals(currency)
  const [whole = '', fraction = ''] = minor.split('.')
  const digits = whole.padStart(decimals + 1, '0')
  const after = digits.slice(digits.length - decimals) + fraction
  return after === '' || decimals + fraction.length === 0
    ? digits
    : `${digits.slice(0, digits.length - decimals)}.${after}`
}

/** Pure: an exact cost in billionths of the smallest unit as a decimal of the currency. */
export function exactDecimal(exact: bigint, currency: string): string {
  const magnitude = exact < 0n ? -exact : exact
  const fraction = String(magnitude % BILLIONTHS)
    .padStart(UNIT_PRICE_DECIMALS, '0')
    .replace(/0+$/, '')
  const minor = `${magnitude / BILLIONTHS}${fraction === '' ? '' : `.${fraction}`}`
  return `${exact < 0n ? '-' : ''}${toCurrency(minor, currency)}`
}

/** Pure: the first tier of a tariff that costs something. */
export const firstPriced = ({ tiers }: { readonly tiers: readonly Tier[] }): Tier =>
  tiers.find(({ price }) => /[1-9]/.test(price)) ?? tiers[0]!

/** Pure: the price of a tariff in a sentence, as `$0.40 per 1,000` or `$0.02 per unit up to 1,000, then $0.01 per unit`. */
export function termsText(text: string): string {
  const { currency, tiering, free = 0, tiers, minimum, maximum } = tariffOf(text)
  const money = (amountMinor: number) => moneyText({ amountMinor, currency })
  const ofTiers = tiers.map((tier) => {
    const flat = tier.flat ? `${isFree(tier) ? '' : ' plus '}${money(tier.flat)}` : ''
    const price = isFree(tier) ? (tier.flat ? '' : 'free') : rateText(tier, currency, 'per unit')
    return `${price}${flat}${tier.upTo === undefined ? '' : ` up to ${numberText(tier.upTo)}`}`
  })
  return [
    ...(free > 0 ? [`${numberText(free)} free`] : []),
    `${tiering ? 'for all units ' : ''}${ofTiers.join(tiering ? ' or ' : ', then ')}`,
    ...(minimum ? [`at least ${money(minimum)}`] : []),
    ...(maximum === undefined ? [] : [`at most ${money(maximum)}`]),
  ].join(', ')
}

/** Pure: what units cost in addition to those before them, by tiers, as `1,000 free, 250 at $0.40 per 1,000`. */
export function partsText(text: string, before: number, after: number): string {
  const { currency } = tariffOf(text)
  return partsBetween(text, before, after)
    .map((part) => partText(part, currency))
    .join(', ')
}

function partText({ of, units, exact, flat }: PricePart, currency: string): string {
  if (units < 0 || exact < 0n) return endedText({ of, units: -units, exact: -exact, flat: -flat }, currency)
  if (of === 'FREE') return `${numberText(units)} free`
  const amount = (cost: bigint) => priceText({ price: exactDecimal(cost, currency), currency })
  if (of === 'MINIMUM') return upToMinimum(amount(exact))
  if (of === 'MAXIMUM') return `${amount(exact)} of an earlier maximum`
  const price = isFree(of) ? (flat === 0n ? ' free' : '') : ` at ${rateText(of, currency, 'each')}`
  return `${numberText(units)}${price}${flat === 0n ? '' : ` plus ${amount(flat)}`}`
}

/** A part that no longer counts: units that left a tier, a minimum that was reached, or the cost above a maximum. */
function endedText(part: PricePart, currency: string): string {
  const minus = `minus ${priceText({ price: exactDecimal(part.exact, currency), currency })}`
  if (part.of === 'MAXIMUM') return `${minus} by the maximum`
  if (part.of === 'MINIMUM') return `${minus} that the minimum had added`
  if (part.of === 'FREE') return `minus ${partText(part, currency)}`
  return `${minus} counted before for ${isFree(part.of) ? numberText(part.units) : partText(part, currency)}`
}

const upToMinimum = (amount: string): string => `${amount} up to the minimum`

/** Pure: the part of a cost that units do not reach, as `$50.00 up to the minimum`. */
export const toMinimumText = (money: Money): string => upToMinimum(moneyText(money))

const isFree = ({ price }: Tier): boolean => !/[1-9]/.test(price)

function rateText({ price, per = 1, kind }: Tier, currency: string, one: string): string {
  if (kind === 'PERCENT') return `${price}%`
  const amount = priceText({ price: toCurrency(price, currency), currency })
  if (kind === 'PACKAGE') return `${amount} per started ${numberText(per)}`
  return per === 1 ? `${amount} ${one}` : `${amount} per ${numberText(per)}`
}
