import type { StoredInvoiceTerms } from '#entities/identity/account.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { providerUnavailable } from '../model/change-denials.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected, ProviderUnavailable } from '../providers/provider-errors.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'

const MAX_DAYS = 365

/** Terms of invoices to change. A member that is undefined stays. */
export type InvoiceTermsChange = Partial<StoredInvoiceTerms>

/** Pure: denial of terms that no provider of the server can keep. Null if one can. */
export function validateInvoiceTerms(
  { providers }: Pick<BillingContext, 'providers'>,
  { daysUntilDue }: InvoiceTermsChange,
): Refused | null {
  const field = 'daysUntilDue'
  if (daysUntilDue !== undefined && (daysUntilDue < 1 || daysUntilDue > MAX_DAYS))
    return refused('INVALID_PARAMETERS', `daysUntilDue must be between 1 and ${MAX_DAYS}.`, { field })
  return Object.values(providers).some(({ abilities }) => abilities.invoiceTerms)
    ? null
    : refused('NOT_SUPPORTED_BY_PROVIDER', 'No payment provider of this server sends invoices. Set up Stripe first.', {
        field,
      })
}

/**
 * Lets an account pay its plans by invoices that are due after days, or without terms by a payment method that is charged. Running subscriptions
 * follow at their provider first, so that a repeated call completes one that failed.
 */
export async function changeInvoiceTerms(
  context: BillingContext,
  accountId: string,
  change: InvoiceTermsChange | null,
  reason: string,
): Promise<Refused | null> {
  const daysUntilDue = change === null ? null : change.daysUntilDue
  try {
    if (daysUntilDue !== undefined) await changeRunning(context, accountId, daysUntilDue)
  } catch (error) {
    if (error instanceof ProviderUnavailable) return providerUnavailable(context)
    if (error instanceof ProviderRejected)
      return refused('PROVIDER_UNAVAILABLE', `The payment provider does not accept the terms: ${error.message}`)
    throw error
  }
  await storeTerms(context, accountId, change, reason)
  return null
}

async function changeRunning(context: BillingContext, accountId: string, daysUntilDue: number | null): Promise<void> {
  const running = await context.database.query
    .selectFrom('billing_subscription')
    .select(['provider', 'externalId'])
    .where('accountId', '=', accountId)
    .where('status', 'not in', TERMINAL_STATUSES)
    .where('daysUntilDue', 'is distinct from', daysUntilDue)
    .execute()
  for (const { provider, externalId } of running) {
    const port = providerOf(context, provider)
    if (!port.abilities.invoiceTerms) continue
    await port.setInvoiceTerms!(externalId, daysUntilDue)
    await syncSubscription(context, port, externalId)
  }
}

async function storeTerms(
  context: BillingContext,
  accountId: string,
  change: InvoiceTermsChange | null,
  reason: string,
): Promise<void> {
  const at = context.clock.now()
  const by = context.caller.principal
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const { invoiceTerms: before } = await transaction.query
      .selectFrom('account')
      .select('invoiceTerms')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow()
    const terms = changed(before, change)
    if (before?.daysUntilDue === terms?.daysUntilDue && before?.access === terms?.access) return
    await transaction.query
      .updateTable('account')
      .set({ invoiceTerms: terms && jsonb(terms) })
      .where('id', '=', accountId)
      .execute()
    await recordAccountEvent(transaction, accountId, at, {
      type: 'invoice.terms_set',
      summary: terms
        ? `An operator has plans paid by invoice, within ${terms.daysUntilDue} days.`
        : 'An operator has plans charged when they begin and renew.',
      data: { daysUntilDue: terms?.daysUntilDue ?? null, access: terms?.access ?? null, by },
    })
    await recordChange(transaction, {
      accountId,
      actor: by,
      action: 'invoice.terms_set',
      object: accountId,
      details: { before, after: terms, reason },
    })
  })
}

/** Pure: the terms after a change. An access alone changes nothing for an account whose plans are charged. */
function changed(before: StoredInvoiceTerms | null, change: InvoiceTermsChange | null): StoredInvoiceTerms | null {
  const daysUntilDue = change?.daysUntilDue ?? before?.daysUntilDue
  if (!change || daysUntilDue === undefined) return null
  return { daysUntilDue, access: change.access ?? before?.access ?? 'FROM_START' }
}
