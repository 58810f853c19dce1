import { refused, remedy, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import type { HoldReason, SaleHold } from '../sale/sale-hold.js'

/** The remedy for a period whose invoice cannot be paid: a new subscription begins a period with an invoice of its own. */
export function cancelAndSubscribe(target: Remedy['target'] = null): Remedy {
  return remedy('CHANGE_PLAN', 'Cancel immediately, then subscribe', {
    mutation: 'cancelSubscription',
    target,
    changeAt: 'NOW',
  })
}

/** Cause of a hold in a sentence, its end, and the step that ends it. */
export const HOLDS: Record<HoldReason, { readonly cause: string; readonly until: string; readonly step: Remedy }> = {
  OVERAGE_UNPAID: {
    cause: 'An invoice for use beyond the allowance is unpaid',
    until: 'it is paid',
    step: remedy('PAY_INVOICE', 'Pay the invoice', { mutation: 'openBillingPortal' }),
  },
  PERIOD_UNPAID: {
    cause: 'The invoice of the running period is unpaid',
    until: 'it is paid',
    step: remedy('PAY_INVOICE', 'Pay the open invoice', { mutation: 'openBillingPortal' }),
  },
  PERIOD_VOIDED: {
    cause: 'The invoice of the running period was voided',
    until: 'another one is paid',
    step: cancelAndSubscribe(),
  },
  CHARGED_BACK: {
    cause: 'The bank charged back a payment for use beyond the allowance',
    until: 'the new invoice is paid',
    step: remedy('PAY_INVOICE', 'Pay the open invoice', { mutation: 'openBillingPortal' }),
  },
  NO_PAYMENT_METHOD: {
    cause: 'The subscription has no payment method',
    until: 'one is added',
    step: remedy('ADD_PAYMENT_METHOD', 'Add a payment method', { mutation: 'openBillingPortal' }),
  },
  DISPUTED: {
    cause: 'A payment of this account is disputed',
    until: 'the bank decides',
    step: remedy('WAIT', 'Wait for the decision, or withdraw the dispute at the bank'),
  },
  DELETION_SCHEDULED: {
    cause: 'The account is scheduled for deletion',
    until: 'the deletion is canceled',
    step: remedy('CHANGE_PLAN', 'Cancel the deletion', { mutation: 'cancelAccountDeletion' }),
  },
}

/** Denial of a sale that is paid first, or of higher terms of a subscription. */
export function saleDenied({ reason }: Pick<SaleHold, 'reason'>): Refused {
  const { cause, until, step } = HOLDS[reason]
  const code = reason === 'DELETION_SCHEDULED' ? 'INVALID_TRANSITION' : 'PAYMENT_FAILED'
  return refused(code, `${cause}. New purchases are blocked until ${until}.`, { remedies: [step] })
}
