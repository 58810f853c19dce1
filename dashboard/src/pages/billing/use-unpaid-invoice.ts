import { Invoices, type InvoicesData, type SubscriptionFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'

/** Invoices that are read at first. */
export const INVOICES = 12

type Invoice = NonNullable<NonNullable<NonNullable<InvoicesData['account']>['billing']>['invoices']>['nodes'][number]

/** True while an invoice of a subscription is overdue, or the plan has not begun because its first invoice is unpaid. */
export const isUnpaid = (
  subscription: Pick<SubscriptionFields, 'status' | 'graceEndsAt'> | null | undefined,
): boolean =>
  Boolean(subscription && (subscription.graceEndsAt ?? ['INCOMPLETE', 'PAST_DUE'].includes(subscription.status)))

/** The oldest unpaid invoice among the latest ones. It is paid at the page of the provider. */
export function useUnpaidInvoice(account: string, enabled: boolean): Invoice | undefined {
  const invoices = useOperation(Invoices, { account, first: INVOICES }, { enabled })
  // The data can come from another part of the page, also if this part does not ask.
  if (!enabled) return undefined
  return invoices.data?.account?.billing?.invoices?.nodes.findLast(({ paymentUrl }) => paymentUrl)
}
