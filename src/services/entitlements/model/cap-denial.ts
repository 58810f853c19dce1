import { momentText, moneyText, numberText } from '#services/kernel/text/readable.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import {
  refusedAmount,
  remedy,
  type Buyer,
  type DeniedAmounts,
  type Refused,
  type Remedy,
} from '#services/kernel/denials/denial.js'
import type { SpendCap } from './account-snapshot.js'
import type { ReachedCap } from './cap-state.js'

/** The use that is denied. */
interface DeniedUse {
  readonly amount: number
  readonly subAccountId: string | null
}

export const PERIODS: Record<SpendCap['period'], string> = {
  DAY: 'day',
  MONTH: 'month',
  BILLING_PERIOD: 'billing period',
}

/** Pure: denial of a use that caps do not allow. Null if there are none. */
export function capDenial(
  buyer: Buyer,
  feature: FeatureDefinition,
  reached: readonly ReachedCap[],
  use: DeniedUse,
): Refused | null {
  // Waiting for the last of them is enough for all.
  const [first] = reached.toSorted((left, right) => right.period.end.getTime() - left.period.end.getTime())
  if (!first) return null
  return refusedAmount(
    'SPEND_CAP_REACHED',
    messageOf(feature, first, use),
    amountsOf(feature, first, use),
    remediesOf(buyer, feature, reached, first, use),
  )
}

function amountsOf(feature: FeatureDefinition, reached: ReachedCap, use: DeniedUse): DeniedAmounts {
  const { cap, used, reserved, remaining, period } = reached
  const [limit, resetsAt] = [cap.amount, period.end]
  if (cap.currency === null)
    return {
      feature: feature.code,
      currency: null,
      limit,
      used: used + reserved,
      requested: use.amount,
      remaining,
      resetsAt,
    }
  // The price and the cost concern the parent account.
  if (use.subAccountId !== null)
    return {
      feature: feature.code,
      currency: null,
      limit: null,
      used: null,
      requested: use.amount,
      remaining: null,
      resetsAt,
    }
  const { currency } = cap
  return {
    feature: feature.code,
    currency,
    limit,
    used: used + reserved,
    requested: reached.requested,
    remaining,
    resetsAt,
  }
}

function messageOf(feature: FeatureDefinition, reached: ReachedCap, { amount, subAccountId }: DeniedUse): string {
  const { cap, used, reserved, remaining, requested, period } = reached
  const owner = ownerText(cap, subAccountId)
  const per = `per ${PERIODS[cap.period]}`
  const until = `until ${momentText(period.end)}`
  if (cap.currency === null)
    return `${owner} of ${numberText(cap.amount)} ${feature.name} units ${per} allows ${numberText(remaining)} more ${until}: ${numberText(used)} used${reserved ? `, ${numberText(reserved)} reserved` : ''}, ${numberText(amount)} requested.`
  // The price and the cost concern the parent account.
  if (subAccountId !== null)
    return `${owner} for ${feature.name} beyond the allowance ${per} does not allow ${numberText(amount)} units ${until}.`
  const { currency } = cap
  const money = (amountMinor: number) => moneyText({ amountMinor, currency })
  const other = reached.inOtherCurrency
  if (other)
    return `${owner} of ${moneyText({ amountMinor: other.amount, currency: other.currency! })} for ${feature.name} beyond the allowance ${per} is not in ${currency}, in which this use is charged: ${money(requested)} for ${numberText(amount)} units requested. Set the cap in ${currency}.`
  return `${owner} of ${money(cap.amount)} for ${feature.name} beyond the allowance ${per} allows ${money(remaining)} more ${until}: ${money(used)} used${reserved ? `, ${money(reserved)} reserved` : ''}, ${money(requested)} for ${numberText(amount)} units requested.`
}

function ownerText({ setByOperator, subAccountId: limited, userId }: SpendCap, subAccountId: string | null): string {
  if (limited !== null) return 'The limit of this account in the pool'
  if (userId !== null) return setByOperator ? 'The cap of the operator for this member' : 'The cap of this member'
  if (setByOperator) return 'The cap of the operator'
  return subAccountId === null ? 'Your cap' : 'The cap of the pool'
}

/** Step of a sub-account that its parent account has to take. */
export const askParent = (): Remedy => remedy('ASK_PARENT', 'Ask an owner of the parent account for more')

function remediesOf(
  buyer: Buyer,
  feature: FeatureDefinition,
  reached: readonly ReachedCap[],
  { period }: ReachedCap,
  { subAccountId }: DeniedUse,
): Remedy[] {
  const isEnoughLater = reached.every(({ cap, reserved, requested }) => requested + reserved <= cap.amount)
  const wait = isEnoughLater ? [remedy('WAIT', 'Wait until the cap resets', { at: period.end })] : []
  if (subAccountId !== null) return [...wait, askParent()]
  const [only] = reached
  // Raising one cap helps if no other one denies.
  const isRaised = only !== undefined && reached.length === 1 && !only.cap.setByOperator
  return isRaised ? [...wait, raise(buyer, feature, only)] : wait
}

/** The cap that suffices: what is used, reserved and requested. */
function raise(buyer: Buyer, feature: FeatureDefinition, { cap, used, reserved, requested }: ReachedCap): Remedy {
  const [{ id: capId, period, currency, userId }, enough] = [cap, used + reserved + requested]
  const limit =
    currency === null ? { units: enough, money: null } : { units: null, money: { amountMinor: enough, currency } }
  return remedy(
    'RAISE_SPEND_CAP',
    `Raise the cap of ${feature.name} per ${PERIODS[period]}${userId === null ? '' : ' of this member'}`,
    { mutation: 'setSpendCap', buyer, spendCap: { capId, feature: feature.code, period, limit, userId } },
  )
}
