import type { RemedyCall, RemedyRules } from '#services/entitlements/remedies/remedy-rules.js'
import type { Caller } from '#services/identity/model/caller.js'
import { readsPersonalData } from '#services/identity/model/personal-data.js'
import { remedy, type Denial, type Remedy } from '#services/kernel/denials/denial.js'
import { saleOfPackage } from '../checkout/purchase-package.js'
import { denialOfSale } from '../checkout/start-checkout.js'
import { saleOfPlan } from '../checkout/start-subscription.js'
import { openInvoiceUrl } from '../invoices/open-invoice-url.js'
import type { BillingContext } from '../model/billing-context.js'
import { chargeWithoutPaymentMethod } from '../model/change-denials.js'
import { loadSubscriptionState, type SubscriptionState } from '../model/load-subscription-state.js'
import { portalCustomer } from '../portal/open-billing-portal.js'
import { AUTOPAY_PAGE } from '../providers/provider-pages.js'
import { decidePossibleAddon } from '../subscriptions/changes/add-addon.js'
import { decideCancel } from '../subscriptions/changes/cancel-subscription.js'
import { decidePossibleChange, planChangeRequest } from '../subscriptions/changes/change-plan.js'
import { decidePossibleResume } from '../subscriptions/changes/resume-subscription.js'
import { explainPause } from './explain-pause.js'

/** No call is made under it: the mutation only decides. */
const idempotencyKey = ''

/** Steps that billing can carry out, and those that a pause explains. */
export const billingRemedies: Partial<RemedyRules<BillingContext>> = {
  decisions: {
    startSubscription: ({ context, account }, values) =>
      denialOfSale(context, account, saleOfPlan(context, { ...values, idempotencyKey })),
    purchasePackage: ({ context, account }, values) =>
      denialOfSale(context, account, saleOfPackage(context, { ...values, idempotencyKey })),
    changePlan: async (call, values) => {
      const { context } = call
      const found = await stateOf(call, context.catalog.current().planByCode.get(values.plan)?.group ?? null)
      const request = planChangeRequest(values)
      const decision = decidePossibleChange(context, found, request, context.clock.now())
      return 'code' in decision ? decision : chargeWithoutPaymentMethod(found!, decision)
    },
    addAddon: async (call, values) => {
      const found = await stateOf(call, null)
      const decision = decidePossibleAddon(call.context, found, values, call.context.clock.now())
      return 'code' in decision ? decision : chargeWithoutPaymentMethod(found!, decision)
    },
    resumeSubscription: async (call) =>
      denialIn(decidePossibleResume(call.context, await stateOf(call, null), call.context.clock.now())),
    cancelSubscription: async (call, { at }) =>
      denialIn(decideCancel(await stateOf(call, null), { at, reason: null }, call.context.clock.now())),
    openBillingPortal: async ({ context, account }) => denialIn(await portalCustomer(context, account.id)),
  },
  completions: {
    // An invoice that does not exist yet is waited for.
    PAY_INVOICE: async ({ database, caller }, step) => {
      const page = step.url ?? (step.buyer && (await openInvoiceUrl(database, step.buyer.accountId)))
      if (page === null) return remedy('WAIT', 'Wait for the invoice')
      return page === undefined ? step : withPage(step, page, caller)
    },
    CONTINUE_CHECKOUT: async ({ caller }, step) => (step.url ? withPage(step, step.url, caller) : step),
  },
  explanations: [explainPause],
}

/** The step with a page of the provider, which shows who pays, if the caller may know that. */
const withPage = (step: Remedy, page: string, caller: Caller): Remedy => ({
  ...step,
  url: page === AUTOPAY_PAGE || readsPersonalData(caller) ? page : null,
})

/** The subscription of a group, read once for all decisions about an account. */
function stateOf(
  { context, account, shared }: RemedyCall<BillingContext>,
  group: string | null,
): Promise<SubscriptionState | null> {
  const name = `subscription ${group}`
  const known =
    shared.get(name) ?? loadSubscriptionState(context, context.database, context.catalog.current(), account.id, group)
  shared.set(name, known)
  return known as Promise<SubscriptionState | null>
}

const denialIn = (decision: Denial | object): Denial | null => ('code' in decision ? decision : null)
