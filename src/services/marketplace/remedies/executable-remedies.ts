import type { AccountRow } from '#entities/identity/account.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { saleOfPackage } from '#services/billing/checkout/purchase-package.js'
import { denialOfSale } from '#services/billing/checkout/start-checkout.js'
import { saleOfPlan } from '#services/billing/checkout/start-subscription.js'
import { openInvoiceUrl } from '#services/billing/invoices/open-invoice-url.js'
import { portalCustomer } from '#services/billing/portal/open-billing-portal.js'
import { decidePossibleAddon } from '#services/billing/subscriptions/changes/add-addon.js'
import { decideCancel } from '#services/billing/subscriptions/changes/cancel-subscription.js'
import { chargeWithoutPaymentMethod } from '#services/billing/model/change-denials.js'
import { decidePossibleChange, planChangeRequest } from '#services/billing/subscriptions/changes/change-plan.js'
import { loadSubscriptionState, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { decidePossibleResume } from '#services/billing/subscriptions/changes/resume-subscription.js'
import { remedyAction, type RemedyAction } from '#services/entitlements/remedies/remedy-action.js'
import { accountsByIds } from '#services/identity/accounts/account-queries.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { remedy, type Buyer, type Denial, type Remedy } from '#services/kernel/denials/denial.js'
import { saleOfTemplate } from '../purchases/purchase-template.js'
import { findPublished } from '../templates/template-queries.js'

/** A remedy of a remedy, for example to pay an invoice before a change of plan, and one more. */
const MAX_STEPS = 2

/** Each denial is made for one response, whose fields show the same remedies. */
const shown = new WeakMap<Denial, Promise<readonly Remedy[]>>()

/** The denial with the remedies that can be carried out now. */
export async function withExecutableRemedies(context: BillingContext, denial: Denial): Promise<Denial> {
  const remedies = shown.get(denial) ?? executableRemedies(context, denial.remedies)
  shown.set(denial, remedies)
  return { ...denial, remedies: await remedies }
}

/**
 * Remedies that can be carried out now. The mutation of each decides about it as about a call, without an effect; the remedies of its denial
 * take the place of one that it would deny, behind those that it accepts.
 */
async function executableRemedies(context: BillingContext, remedies: readonly Remedy[]): Promise<readonly Remedy[]> {
  if (!remedies.some(isDecided)) return Promise.all(remedies.map((remedy) => decided(context, remedy)))
  const sort = async (remedy: Remedy, steps: number): Promise<Sorted> => {
    const denial = isDecided(remedy) ? await decisionsFor(context, remedy.buyer!)(remedy) : null
    if (!denial) return { now: [remedy], before: [] }
    const provider = remedy.provider ? null : providerInstead(denial)
    if (provider) return sort({ ...remedy, provider }, steps)
    if (steps === MAX_STEPS) return { now: [], before: [] }
    // A repetition of the remedy is none of the denied request.
    const first = denial.remedies.filter((step) => !step.retry).map((step) => ({ ...step, buyer: remedy.buyer! }))
    const sorted = await Promise.all(first.map((step) => sort(step, steps + 1)))
    return { now: [], before: sorted.flatMap(({ now, before }) => [...now, ...before]) }
  }
  const sorted = await Promise.all(remedies.map((remedy) => sort(remedy, 0)))
  const found = withoutRepetitions([...sorted.flatMap(({ now }) => now), ...sorted.flatMap(({ before }) => before)])
  return Promise.all(found.map((remedy) => decided(context, remedy)))
}

/** False for mutations that need no decision: they are always accepted. */
const isDecided = ({ buyer, mutation }: Remedy): boolean =>
  !!buyer?.accountId && mutation !== 'setSpendCap' && mutation !== 'cancelAccountDeletion'

/** Pure: the provider with which the denied mutation is repeated. Null if another change is needed. */
const providerInstead = ({ remedies }: Denial): Remedy['provider'] | null =>
  remedies.find(({ retry }) => retry?.provider && !retry.at && retry.omittedFields.length === 0)?.retry?.provider ??
  null

/** Remedies of which one is decided: itself, or those that come before it. */
interface Sorted {
  readonly now: readonly Remedy[]
  readonly before: readonly Remedy[]
}

function withoutRepetitions(remedies: readonly Remedy[]): Remedy[] {
  const seen = new Set<string>()
  return remedies.filter((remedy) => {
    const key = JSON.stringify(remedy)
    return !seen.has(key) && seen.add(key)
  })
}

/** A decided remedy, and the page of the invoice that it pays. An invoice that does not exist yet is waited for. */
async function decided({ database }: BillingContext, step: Remedy): Promise<Remedy> {
  const { kind, url, buyer } = step
  if (kind !== 'PAY_INVOICE' || url || !buyer) return step
  const page = await openInvoiceUrl(database, buyer.accountId)
  return page ? { ...step, url: page } : remedy('WAIT', 'Wait for the invoice')
}

type Decide = (remedy: Remedy) => Promise<Denial | null>

/** Decisions about one version of an account, until a time by the process's own clock: not every change of billing is a version. */
const recent = new WeakMap<CatalogSnapshot, Map<string, { readonly decide: Decide; readonly until: number }>>()
const RECENT_MS = 2_000
const MAX_RECENT = 10_000

/** Repeated denials of one version of an account are decided once. */
function decisionsFor(context: BillingContext, buyer: Buyer): Decide {
  const { accountId, version } = buyer
  if (version === undefined) return decideFor(context, accountId)
  const catalog = context.catalog.current()
  const known = recent.get(catalog) ?? new Map<string, { readonly decide: Decide; readonly until: number }>()
  recent.set(catalog, known)
  const key = `${accountId} ${version} ${Math.floor(context.clock.now().getTime() / 60_000)}`
  const now = context.timers.monotonic()
  const found = known.get(key)
  if (found && found.until > now) return found.decide
  if (known.size >= MAX_RECENT) known.clear()
  const decide = decideFor(context, accountId)
  known.set(key, { decide, until: now + RECENT_MS })
  return decide
}

/** Decides about remedies for one account, each rule once. */
function decideFor(context: BillingContext, accountId: string): Decide {
  const catalog = context.catalog.current()
  const account = accountsByIds(context.database, [accountId])
  const decisions = new Map<string, Promise<Denial | null>>()
  const states = new Map<string | null, Promise<SubscriptionState | null>>()
  const state = (group: string | null): Promise<SubscriptionState | null> => {
    const known = states.get(group) ?? loadSubscriptionState(context, context.database, catalog, accountId, group)
    states.set(group, known)
    return known
  }
  return async (remedy) => {
    const action = remedyAction(catalog, remedy)
    const [buyer] = await account
    if (!action || !buyer) return null
    const key = JSON.stringify(action)
    const known = decisions.get(key) ?? denialOf(context, buyer, state, action)
    decisions.set(key, known)
    return known
  }
}

/** The denial that the mutation of an action would return. Null if it would accept it. */
async function denialOf(
  context: BillingContext,
  account: AccountRow,
  state: (group: string | null) => Promise<SubscriptionState | null>,
  action: RemedyAction,
): Promise<Denial | null> {
  const now = context.clock.now()
  const idempotencyKey = ''
  switch (action.mutation) {
    case 'startSubscription':
      return denialOfSale(context, account, saleOfPlan(context, { ...action.values, idempotencyKey }))
    case 'purchasePackage':
      return denialOfSale(context, account, saleOfPackage(context, { ...action.values, idempotencyKey }))
    case 'purchaseTemplate': {
      const input = { ...action.values, idempotencyKey }
      const template = await findPublished(context.database, input.templateId)
      return template && denialOfSale(context, account, saleOfTemplate(context, template, input))
    }
    case 'changePlan': {
      const input = { ...action.values, idempotencyKey }
      const group = context.catalog.current().planByCode.get(input.plan)?.group ?? null
      const found = await state(group)
      const decision = decidePossibleChange(context, found, planChangeRequest(input), now)
      return 'code' in decision ? decision : chargeWithoutPaymentMethod(found!, decision)
    }
    case 'addAddon': {
      const found = await state(null)
      const decision = decidePossibleAddon(context, found, action.values, now)
      return 'code' in decision ? decision : chargeWithoutPaymentMethod(found!, decision)
    }
    case 'resumeSubscription':
      return denialIn(decidePossibleResume(context, await state(null), now))
    case 'cancelSubscription':
      return denialIn(decideCancel(await state(null), { at: action.values.at, reason: null }, now))
    case 'openBillingPortal':
      return denialIn(await portalCustomer(context, account.id))
    default:
      return null
  }
}

const denialIn = (decision: Denial | object): Denial | null => ('code' in decision ? decision : null)
