import { moneyText } from '#services/kernel/text/readable.js'
import type { OfferNegotiatedPlanInput } from '#schema/billing/negotiated-plan.type.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import { priceOf, type CatalogPlan, type CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import { allProblems } from '#services/entitlements/model/all-problems.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import type { BillingContext } from '../model/billing-context.js'
import { priceAtProvider } from '../catalog-push/find-price-at-provider.js'
import { accountCurrency } from '../model/load-buyer.js'
import { MAX_QUANTITY, validateQuantity } from '../model/offer.js'
import { currentNegotiatedPlans, findNegotiatedPlan, statusOf } from '../model/negotiated-plans.js'
import { insertVersion, readFeatures } from './offered-features.js'

const DAY_MS = 86_400_000
const MAX_MINOR = 99_999_999
const MAX_PERIODS = 120
const MAX_OPEN = 20
const DEFAULT_ACCEPT_DAYS = 30

export interface NegotiatedPlanChanged {
  readonly kind: 'negotiated'
  readonly row: NegotiatedPlanRow
}
export type NegotiatedPlanOutcome = NegotiatedPlanChanged | Denied

/** Offers an account a plan at a price of its own. The account accepts it with a subscription or a change of plan. */
export async function offerNegotiatedPlan(
  context: BillingContext,
  input: OfferNegotiatedPlanInput,
): Promise<NegotiatedPlanOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const now = context.clock.now()
  const interval = intervalWord(input.interval)
  const catalog = context.catalog.current()
  const plan = catalog.planByCode.get(input.plan)
  const { amountMinor, currency } = input.price
  const paidIn = await accountCurrency(context.database, account.id)
  const sold = plan ? priceOf(catalog, plan, interval, currency) : null
  const terms = {
    plan: input.plan,
    amountMinor,
    interval,
    quantity: input.quantity ?? 1,
    periods: input.periods ?? null,
    until: input.endsAt ?? null,
    acceptUntil: input.expiresAt ?? null,
    reason: input.reason.trim(),
  }
  const offered = readFeatures(catalog, sold, input.features)
  const invalid = allProblems(
    validateTerms(plan, sold, { ...terms, currency, paidIn }, now),
    offered && 'code' in offered ? offered : null,
  )
  if (invalid || !plan || !sold || (offered && 'code' in offered)) return denied(invalid!)
  const outcome = await runIdempotent<NegotiatedPlanChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'offerNegotiatedPlan', input.idempotencyKey),
    request: { ...terms, ...(offered ? { features: input.features } : {}) },
    replay: async (transaction, { id }) => ({
      kind: 'negotiated',
      row: (await findNegotiatedPlan(transaction, account.id, id))!,
    }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const open = await currentNegotiatedPlans(transaction, account.id)
      if (open.filter((row) => statusOf(row, now) === 'OFFERED').length >= MAX_OPEN)
        return denied(
          refused('TOO_MANY_OBJECTS', `An account has at most ${MAX_OPEN} open offers. Withdraw one first.`),
        )
      const row = await insertOffer(transaction, {
        ...terms,
        accountId: account.id,
        sold,
        planVersionId: offered && (await insertVersion(transaction, plan, offered)),
        acceptUntil: terms.acceptUntil ?? new Date(now.getTime() + DEFAULT_ACCEPT_DAYS * DAY_MS),
        offeredBy: context.caller.principal,
        offeredAt: now,
      })
      const { id, acceptUntil, offeredBy: by } = row
      await recordAccountEvent(transaction, account.id, now, {
        type: 'negotiated_plan.offered',
        outbox: true,
        summary: `An operator offered ${plan.name} at ${moneyText({ amountMinor: terms.amountMinor, currency })}: ${terms.reason}`,
        data: {
          id,
          ...terms,
          features: offered?.map(({ feature }) => feature) ?? [],
          interval: input.interval,
          currency,
          acceptUntil,
          by,
        },
      })
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'negotiated_plan.offered',
        object: id,
        details: { after: { ...terms, currency, features: input.features ?? null } },
      })
      transaction.announce(CATALOG_TOPIC)
      return { value: { kind: 'negotiated', row }, reference: { __typename: 'NegotiatedPlan', id } }
    },
  })
  if (outcome.kind === 'denied') return outcome
  await context.catalog.reload()
  await pushPrice(context, outcome.row)
  return outcome
}

interface NewOffer extends Pick<
  NegotiatedPlanRow,
  'accountId' | 'quantity' | 'periods' | 'until' | 'acceptUntil' | 'reason' | 'offeredBy' | 'offeredAt'
> {
  readonly amountMinor: number
  /** The price of the catalog that it replaces. */
  readonly sold: CatalogPrice
  /** Version with the terms of the account. Null: the one on sale. */
  readonly planVersionId: string | null
}

async function insertOffer(
  transaction: Transaction,
  {
    amountMinor,
    sold,
    planVersionId,
    accountId,
    quantity,
    periods,
    until,
    acceptUntil,
    reason,
    offeredBy,
    offeredAt,
  }: NewOffer,
): Promise<NegotiatedPlanRow> {
  const { productId, currency, interval, per } = sold
  const priceId = transaction.newId('prc')
  await transaction.query
    .insertInto('price')
    .values({
      id: priceId,
      productId,
      planVersionId,
      amountMinor,
      currency,
      interval,
      per,
      active: false,
      negotiated: true,
    })
    .execute()
  return transaction.query
    .insertInto('negotiated_plan')
    .values({
      id: transaction.newId('ngp'),
      accountId,
      priceId,
      quantity,
      periods,
      until,
      acceptUntil,
      reason,
      offeredBy,
      offeredAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Creates the price at the provider. If it does not respond, the acceptance creates it. */
async function pushPrice(context: BillingContext, { id, priceId }: NegotiatedPlanRow): Promise<void> {
  const port = context.providers.STRIPE
  if (!port?.abilities.negotiatedPrices) return
  try {
    await priceAtProvider(context, port, priceId)
  } catch (error) {
    context.log.warn({ err: error, negotiatedPlan: id }, 'negotiated price was not created at the provider yet')
  }
}

type Terms = Pick<OfferNegotiatedPlanInput, 'plan' | 'periods' | 'reason'> & {
  readonly amountMinor: number
  readonly interval: BillingInterval
  readonly quantity: number
  readonly currency: string
  /** Currency of the subscription of the account. Null without one. */
  readonly paidIn: string | null
  readonly until: Date | null
  readonly acceptUntil: Date | null
}

/** Pure: denial with every problem of the input. Null if it is valid. */
function validateTerms(
  plan: CatalogPlan | undefined,
  sold: CatalogPrice | null,
  { amountMinor, currency, paidIn, quantity, periods, until, acceptUntil, reason, ...requested }: Terms,
  now: Date,
): Refused | null {
  const isPaid = plan?.active === true && plan.prices.length > 0
  const charge = amountMinor >= 1 && amountMinor <= MAX_MINOR ? validateCharge({ amountMinor, currency }) : null
  const problem = (
    field: string,
    message: string,
    code: 'INVALID_PARAMETERS' | 'INVALID_AMOUNT' = 'INVALID_PARAMETERS',
  ) => refused(code, message, { field })
  return allProblems(
    isPaid
      ? null
      : refused('INVALID_PLAN', `Invalid plan tier: '${requested.plan}' is not a paid plan that is for sale.`, {
          field: 'plan',
        }),
    paidIn !== null && paidIn !== currency
      ? problem(
          'price',
          `The account pays its subscription in ${paidIn}. Offer a price in this currency.`,
          'INVALID_AMOUNT',
        )
      : null,
    isPaid && !sold && (paidIn ?? currency) === currency
      ? refused(
          'INVALID_PRICE',
          `${plan.name} has no ${requested.interval} price in ${currency}, which would follow the negotiated one.`,
          { field: 'interval' },
        )
      : null,
    amountMinor < 1 || amountMinor > MAX_MINOR
      ? problem('price', `price must be between 1 and ${MAX_MINOR} minor units.`, 'INVALID_AMOUNT')
      : charge
        ? problem('price', `${charge[0]!.toUpperCase()}${charge.slice(1)}.`, 'INVALID_AMOUNT')
        : null,
    plan && sold ? validateQuantity(plan.name, quantity, sold.per ? MAX_QUANTITY : 1) : null,
    (periods == null) === (until == null) ? problem('periods', 'Give either periods or endsAt.') : null,
    periods != null && (periods < 1 || periods > MAX_PERIODS)
      ? problem('periods', `periods must be between 1 and ${MAX_PERIODS}.`)
      : null,
    until && until <= now ? problem('endsAt', 'endsAt must be in the future.') : null,
    acceptUntil && acceptUntil <= now ? problem('expiresAt', 'expiresAt must be in the future.') : null,
    validateReason(reason),
  )
}
