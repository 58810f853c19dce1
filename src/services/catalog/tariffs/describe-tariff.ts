import { currencyDecimals } from '#services/kernel/money/currency.js'
import type { Money } from '#services/kernel/money/money.js'
import { moneyText, numberText, priceText } from '#services/kernel/text/readable.js'
import { exactCost, partsBetween, roundedCost, type PricePart } from './price-units.js'
import { BILLIONTHS, billionths, tariffOf, UNIT_PRICE_DECIMALS, type Tariff, type Tier } from './tariff.js'

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
    return `${price}${flat}${tier.upTo === undefined ? '' : ` up to ${unitsText(tier.upTo, [tier], currency)}`}`
  })
  return [
    ...(free > 0 ? [`${unitsText(free, tiers, currency)} free`] : []),
    `${tiering ? 'for all units ' : ''}${ofTiers.join(tiering ? ' or ' : ', then ')}`,
    ...(minimum ? [`at least ${money(minimum)}`] : []),
    ...(maximum === undefined ? [] : [`at most ${money(maximum)}`]),
  ].join(', ')
}

/**
 * Pure: what units cost in addition to those before them, by tiers, as `1,000 free, 250 at $0.40 per 1,000`. The numbers of the text result in
 * the cost.
 */
export function partsText(text: string, before: number, after: number): string {
  const tariff = tariffOf(text)
  return partsBetween(text, before, after)
    .map((part) => partText(part, tariff))
    .join(', ')
}

/**
 * Pure: the parts of an amount that is charged, as `250 at $0.40 per 1,000`. The last one is the difference to what is charged: the cost of all
 * units of a window is rounded once, and earlier lines can have charged units that became cheaper.
 */
export function chargedText(text: string, { from, units, amountMinor }: ChargedPart): string {
  const exact = exactCost(text, from + units) - exactCost(text, from)
  const tariff = tariffOf(text)
  const before = exact < 0n ? 0 : roundedCost(text, exact) - amountMinor
  const money = (minor: number) => moneyText({ amountMinor: minor, currency: tariff.currency })
  return [
    ...partsBetween(text, from, from + units).map((part) => partText(part, tariff)),
    ...(before > 0 ? [`minus ${money(before)} charged before`] : []),
    ...(before < 0 ? [`${money(-before)} not charged before`] : []),
  ].join(', ')
}

/** An amount that is charged for units after those with the number `from`. */
interface ChargedPart {
  readonly from: number
  readonly units: number
  readonly amountMinor: number
}

function partText({ of, units, exact, flat }: PricePart, tariff: Tariff): string {
  if (units < 0 || exact < 0n) return endedText({ of, units: -units, exact: -exact, flat: -flat }, tariff)
  const { currency, tiers } = tariff
  if (of === 'FREE') return `${unitsText(units, tiers, currency)} free`
  const amount = (cost: bigint) => priceText({ price: exactDecimal(cost, currency), currency })
  if (of === 'MINIMUM') return upToMinimum(amount(exact))
  if (of === 'MAXIMUM') return `${amount(exact)} of an earlier maximum`
  const price = isFree(of)
    ? flat === 0n
      ? ' free'
      : ''
    : of.kind === 'PACKAGE'
      ? packagesText(of, exact - flat, currency)
      : ` at ${rateText(of, currency, 'each')}`
  return `${unitsText(units, [of], currency)}${price}${flat === 0n ? '' : ` plus ${amount(flat)}`}`
}

/** The packages that units start. An earlier unit can have started the one in which they are. */
function packagesText({ price, per = 1 }: Tier, cost: bigint, currency: string): string {
  const count = Number(cost / billionths(price))
  const size = numberText(per)
  if (count === 0) return ` in a package of ${size} that was started before`
  const amount = priceText({ price: toCurrency(price, currency), currency })
  return count === 1
    ? ` starting 1 package of ${size} at ${amount}`
    : ` starting ${numberText(count)} packages of ${size} at ${amount} each`
}

/** A part that no longer counts: units that left a tier, a minimum that was reached, or the cost above a maximum. */
function endedText(part: PricePart, tariff: Tariff): string {
  const { currency } = tariff
  const minus = `minus ${priceText({ price: exactDecimal(part.exact, currency), currency })}`
  if (part.of === 'MAXIMUM') return `${minus} by the maximum`
  if (part.of === 'MINIMUM') return `${minus} that the minimum had added`
  if (part.of === 'FREE' || part.exact === 0n) return `minus ${partText(part, tariff)}`
  return `${minus} counted before for ${isFree(part.of) ? unitsText(part.units, [part.of], currency) : partText(part, tariff)}`
}

/** Units in tiers. Those of a percentage are cents. */
const unitsText = (units: number, tiers: readonly Tier[], currency: string): string =>
  tiers.every(({ kind }) => kind === 'PERCENT') ? moneyText({ amountMinor: units, currency }) : numberText(units)

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
