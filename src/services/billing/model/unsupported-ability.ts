import { refused, remedy, retry, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import type { ProviderName } from '../providers/provider-name.js'
import { AUTOPAY_PAGE } from '../providers/provider-pages.js'
import type { ProviderAbilities } from '../providers/subscription-port.js'

/** Capabilities whose absence leads to a denial. Those that the server replaces are not included. */
export type OptionalAbility = Exclude<
  keyof ProviderAbilities,
  'endAtPeriodEnd' | 'invoiceTerms' | 'oneTimePrices' | 'startsAheadHours' | 'schedulesChanges'
>

interface Lack {
  /** Follows the provider's name. */
  readonly what: string
  readonly instead: Remedy
}

const UNSUPPORTED: Record<OptionalAbility, Lack> = {
  changeNow: {
    what: 'cannot change a subscription immediately. Schedule the change for the end of the period',
    instead: remedy('CHANGE_PLAN', 'Change it at the end of the period', {
      mutation: 'changePlan',
      retry: retry({ at: 'PERIOD_END' }),
    }),
  },
  changeAtPeriodEnd: {
    what: 'cannot schedule a change for the end of the period. Change it now',
    instead: remedy('CHANGE_PLAN', 'Change it now', { mutation: 'changePlan', retry: retry({ at: 'NOW' }) }),
  },
  addons: {
    what: 'does not support add-ons. Use a STRIPE subscription',
    instead: switchToStripe(),
  },
  preview: {
    what: 'cannot preview a change. It does not prorate; the new price applies from the next period',
    instead: remedy('CHANGE_PLAN', 'Change it at the end of the period', {
      mutation: 'changePlan',
      retry: retry({ at: 'PERIOD_END' }),
    }),
  },
  cancelScheduledEnd: {
    what: 'cannot undo a cancellation. Subscribe again after the subscription has ended',
    instead: remedy('WAIT', 'Subscribe after it has ended'),
  },
  portal: {
    what: 'has no billing portal. Invoices are in account.invoices; manage the payment method in the PayPal account under automatic payments',
    instead: remedy('CONTINUE_CHECKOUT', 'Change how it is paid', { url: AUTOPAY_PAGE }),
  },
  promotions: {
    what: 'does not support promotion codes. Omit the code or pay with STRIPE',
    instead: remedy('CONTINUE_CHECKOUT', 'Buy without a promotion code', {
      retry: retry({ omittedFields: ['promotionCode'] }),
    }),
  },
  savedPayments: {
    what: 'cannot charge a saved payment method for an automatic top-up. Buy the pack, or subscribe by STRIPE',
    instead: remedy('BUY_PACKAGE', 'Buy the pack', { mutation: 'purchasePackage' }),
  },
  metering: {
    what: 'cannot charge units beyond the allowance, for which this plan has a price. Pay with STRIPE',
    instead: remedy('CONTINUE_CHECKOUT', 'Pay with Stripe', { retry: retry({ provider: 'STRIPE' }) }),
  },
  extendsTrials: {
    what: 'has trials of a fixed length. Grant the difference as an override or as credits',
    instead: remedy('CHANGE_PLAN', 'Grant more of a feature', { mutation: 'setTerms' }),
  },
  negotiatedPrices: {
    what: 'cannot charge a negotiated price until its end. Pay with STRIPE',
    instead: remedy('CONTINUE_CHECKOUT', 'Pay with Stripe', { retry: retry({ provider: 'STRIPE' }) }),
  },
  taxes: {
    what: 'does not calculate taxes, which this catalog requires. Pay with STRIPE',
    instead: remedy('CONTINUE_CHECKOUT', 'Pay with Stripe', { retry: retry({ provider: 'STRIPE' }) }),
  },
}

/** The remedy for a debt: the billing portal, or the customer's account at a provider without one. */
export const payRemedy = (provider: ProviderName): Remedy =>
  provider === 'PAYPAL'
    ? { ...UNSUPPORTED.portal.instead, kind: 'PAY_INVOICE' }
    : remedy('PAY_INVOICE', 'Pay or change the card', { mutation: 'openBillingPortal' })

/** The remedy for a subscription whose provider has no payment method on file. */
export const addPaymentMethod = (): Remedy =>
  remedy('ADD_PAYMENT_METHOD', 'Add a payment method', { mutation: 'openBillingPortal' })

/** The remedy for what the provider of a running subscription lacks and Stripe has. */
function switchToStripe(): Remedy {
  return remedy('CHANGE_PLAN', "Cancel at the period's end, then subscribe by Stripe", {
    mutation: 'cancelSubscription',
  })
}

/** The denial for a running subscription: its provider stays, so another one is chosen only with a new subscription. */
export const ofRunning = (denial: Refused | null): Refused | null =>
  denial && { ...denial, remedies: [switchToStripe()] }

/** Denial for a missing capability of a provider, with an alternative. Null if the provider supports it. */
export function unsupportedAbility(
  { provider, abilities }: { readonly provider: ProviderName; readonly abilities: ProviderAbilities },
  needed: OptionalAbility,
  field?: string,
): Refused | null {
  if (abilities[needed]) return null
  const { what, instead } = UNSUPPORTED[needed]
  return refused('NOT_SUPPORTED_BY_PROVIDER', `${provider} ${what}.`, {
    ...(field ? { field } : {}),
    remedies: [instead],
  })
}
