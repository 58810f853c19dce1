import { numberText } from '#services/kernel/text/readable.js'
import { isSliding } from '../definition/parse-quota-window.js'
import { termsText } from '../tariffs/describe-tariff.js'
import type { CatalogPlanFeature } from '../snapshot/catalog-snapshot.js'
import { plural } from './plural.js'

/** Pure: what a plan or package gives of a feature, as a price list prints it; null for what is not included. */
export function describeFeature(granted: CatalogPlanFeature): string | null {
  const { feature, enabled, unlimited, amount } = granted
  if (!enabled) return null
  if (feature.kind === 'BOOLEAN') return feature.name
  if (unlimited) return `Unlimited ${inSentence(feature.name)}`
  if (amount === null) return feature.name
  if (granted.perUnit !== null && granted.perUnit === feature.unit && amount === 1)
    return `As many ${inSentence(feature.name)} as you pay for`
  return `${numberText(amount)} ${nounOf(granted, amount)}${every(granted)}${perWhat(granted)}${kept(granted)}${beyond(granted)}`
}

/** The unused units that roll over. */
function kept({ rollover }: CatalogPlanFeature): string {
  if (!rollover) return ''
  const { percent, amount, maximum } = rollover
  const units =
    amount !== null ? `up to ${numberText(amount)} unused` : percent === 100 ? 'unused' : `${percent}% of unused`
  return `, ${units} roll over${maximum === null ? '' : ` (at most ${numberText(maximum)})`}`
}

/** Price of the units beyond the amount. */
const beyond = ({ overage }: CatalogPlanFeature): string => (overage ? `, then ${termsText(overage.tariff)}` : '')

/** One is named by its unit, several by the name of the feature. A rate says by its name how often. */
function nounOf({ feature }: CatalogPlanFeature, amount: number): string {
  if (amount !== 1 || feature.kind === 'RATE' || feature.unit === null) return inSentence(feature.name)
  return words(feature.unit)
}

function every({ feature, window }: CatalogPlanFeature): string {
  if (feature.kind !== 'QUOTA' || window === null) return ''
  if (window === 'hour') return ' an hour'
  if (!isSliding(window)) return ` a ${words(window)}`
  const days = Number.parseInt(window, 10)
  return ` in ${days} ${plural(days, 'day')}`
}

const perWhat = ({ perSeat, perUnit }: CatalogPlanFeature): string =>
  perSeat ? ' per seat' : perUnit === null ? '' : ` per ${words(perUnit)}`

const words = (code: string): string => code.replaceAll('_', ' ')

/** `Managed servers` becomes `managed servers`, and `AI stories` stays. */
const inSentence = (name: string): string =>
  /^\p{Lu}\p{Ll}/u.test(name) ? `${name[0]!.toLowerCase()}${name.slice(1)}` : name
