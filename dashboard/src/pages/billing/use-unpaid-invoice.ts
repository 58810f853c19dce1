import { Invoices, type InvoicesData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'

/** Invoices that are read at first. */
export const INVOICES = 12

type Invoice = NonNullable<NonNullable<NonNullable<InvoicesData['account']>['billing']>['invoices']>['nodes'][number]

/** The oldest unpaid invoice among the latest ones. It is paid at the page of the provider. */
export const useUnpaidInvoice = (account: string, enabled: boolean): Invoice | undefined =>
  useOldestUnpaid(account, enabled).unpaid

/** Like `useUnpaidInvoice`, and whether it is still unknown. */
export function useOldestUnpaid(account: string, enabled: boolean) {
  const invoices = useOperation(Invoices, { account, first: INVOICES }, { enabled })
  // The data can come from another part of the page, also if this part does not ask.
  const nodes = enabled ? invoices.data?.account?.billing?.invoices?.nodes : undefined
  return { unpaid: nodes?.findLast(({ paymentUrl }) => paymentUrl), isPending: enabled && invoices.isPending }
}
