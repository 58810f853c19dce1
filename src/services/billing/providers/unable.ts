import { refused, remedy, type Refused } from '../../kernel/denials/denial.js'
import type { Remedy } from '../../kernel/denials/denial.js'
import type { ProviderName } from './port.js'
import type { ProviderAbilities } from './subscription-port.js'

/** What can be refused because a provider lacks it; what we do in its place, or only plan by, is not among them. */
export type RefusableAbility = Exclude<
  keyof ProviderAbilities,
  'endAtPeriodEnd' | 'oneTimePrices' | 'startsAheadHours' | 'schedulesChanges' | 'metering'
>

interface Lack {
  /** Follows the provider's name. */
  readonly what: string
  readonly instead: Remedy
}

const LACKS: Record<RefusableAbility, Lack> = {
  changeNow: {
    what: 'cannot change a running subscription at once: change it at the end of the period',
    instead: remedy('CHANGE_PLAN', 'Change it at the end of the period', { mutation: 'changePlan' }),
  },
  changeAtPeriodEnd: {
    what: 'cannot plan a change for the end of the period: change it now',
    instead: remedy('CHANGE_PLAN', 'Change it now', { mutation: 'changePlan' }),
  },
  addons: {
    what: 'cannot have add-ons on a subscription: a subscription by STRIPE can',
    instead: remedy('CHANGE_PLAN', "Cancel at the period's end, then subscribe by STRIPE", {
      mutation: 'cancelSubscription',
    }),
  },
  preview: {
    what: 'cannot say beforehand what a change costs: it settles nothing by the day, and the new price is paid from the next period on',
    instead: remedy('CHANGE_PLAN', 'Change it at the end of the period', { mutation: 'changePlan' }),
  },
  takeBackEnd: {
    what: 'cannot take back a cancellation: subscribe anew when it has ended',
    instead: remedy('WAIT', 'Subscribe when it has ended'),
  },
  portal: {
    what: 'has no page of its own for customers here: invoices are in `account.invoices`, a plan is changed and cancelled here, and how it is paid in the PayPal account under automatic payments',
    instead: remedy('CONTINUE_CHECKOUT', 'Change how it is paid', { url: 'https://www.paypal.com/myaccount/autopay/' }),
  },
  promotions: {
    what: 'takes no promotion codes: leave it out, or pay by STRIPE',
    instead: remedy('CONTINUE_CHECKOUT', 'Buy without it'),
  },
  taxes: {
    what: 'works out no taxes, which this catalog wants: pay by STRIPE',
    instead: remedy('CONTINUE_CHECKOUT', 'Buy by STRIPE'),
  },
}

/** The remedy for a debt: the billing portal, or the customer's account at a provider without one. */
export const payRemedy = (provider: ProviderName): Remedy =>
  provider === 'PAYPAL'
    ? LACKS.portal.instead
    : remedy('CONTINUE_CHECKOUT', 'Pay or change the card', { mutation: 'openBillingPortal' })

/** What a provider cannot do, said with what to do instead, before it is asked. Null when it can. */
export function unable(
  { provider, abilities }: { readonly provider: ProviderName; readonly abilities: ProviderAbilities },
  needed: RefusableAbility,
  field?: string,
): Refused | null {
  if (abilities[needed]) return null
  const { what, instead } = LACKS[needed]
  return refused('NOT_SUPPORTED_BY_PROVIDER', `${provider} ${what}.`, {
    ...(field ? { field } : {}),
    remedies: [instead],
  })
}
