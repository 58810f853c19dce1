import type { AutoTopUpTermsInput } from '#schema/billing/auto-top-up.type.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { Money } from '#services/kernel/money/money.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { balanceOf } from '#services/entitlements/model/decide-levels.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import type { StoredPaymentMethod } from '#entities/billing/billing-subscription.entity.js'
import type { ProviderName } from '../providers/provider-name.js'
import { allProblems } from '#services/entitlements/model/all-problems.js'
import { offerTopUp, requestTopUpPayer, termsProblem, unconfirmedPrice } from './offer-top-up.js'
import { hasOpenTopUp } from './top-up-queries.js'

export interface PreviewAutoTopUp extends AutoTopUpTermsInput {
  readonly accountId?: string | null
  /** Price that would be confirmed. Null: not compared. */
  readonly price: Money | null
}

/** Effect of terms before they are set. */
export interface AutoTopUpPreview {
  /** Null if the terms can be set. */
  readonly denial: Denial | null
  /** Null if the pack cannot be bought automatically. */
  readonly feature: FeatureDefinition | null
  readonly price: Money | null
  readonly maxPricePerMonth: Money | null
  readonly units: number | null
  /** Null if unlimited. */
  readonly balance: number | null
  /** True if the balance is below the threshold already, so that the first top-up follows immediately. */
  readonly chargesNow: boolean
  readonly provider: ProviderName | null
  readonly paymentMethod: StoredPaymentMethod | null
}

const NOTHING = {
  feature: null,
  price: null,
  maxPricePerMonth: null,
  units: null,
  balance: null,
  chargesNow: false,
  provider: null,
  paymentMethod: null,
}

/** Price, payment method and first effect of an automatic top-up. Stores nothing and charges nothing. */
export async function previewAutoTopUp(context: BillingContext, input: PreviewAutoTopUp): Promise<AutoTopUpPreview> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const topUp = await offerTopUp(context, account.id, input)
  if ('code' in topUp) return { ...NOTHING, denial: topUp }
  const catalog = context.catalog.current()
  const snapshot = await loadSnapshot(context.database, catalog, account.id, context.clock.now())
  if (!snapshot) throw new AppError('NOT_FOUND', 'Account not found.')
  const { feature, price, units } = topUp
  const balance = balanceOf(snapshot, feature)
  const invalid = allProblems(
    termsProblem(topUp, input, catalog.topUps!.maxPerMonth),
    input.price && unconfirmedPrice(topUp, input.price),
  )
  const payer = await requestTopUpPayer(context, account.id)
  const [denial, paid] = 'code' in payer ? [invalid ?? payer, null] : [invalid, payer]
  const isBelow = balance < input.threshold && !(await hasOpenTopUp(context.database, account.id, feature.code))
  return {
    denial,
    feature,
    price,
    maxPricePerMonth: invalid ? null : { ...price, amountMinor: price.amountMinor * input.maxPerMonth },
    units,
    balance: Number.isFinite(balance) ? balance : null,
    chargesNow: denial === null && isBelow,
    provider: paid?.port.provider ?? null,
    paymentMethod: paid?.method ?? null,
  }
}
