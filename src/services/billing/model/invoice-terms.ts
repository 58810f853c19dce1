import type { AccountRow, StoredInvoiceTerms } from '#entities/identity/account.entity.js'
import type { BillingContext } from './billing-context.js'
import type { Offer } from './offer.js'
import type { ProviderName } from '../providers/provider-name.js'

/**
 * Terms by which an account pays an offer by invoice. Null if it pays on a page: it has no terms, the provider sends no invoices, or the offer
 * is paid once.
 */
export const invoiceTermsOf = (
  { providers }: Pick<BillingContext, 'providers'>,
  { invoiceTerms }: Pick<AccountRow, 'invoiceTerms'>,
  { price }: Pick<Offer, 'price'>,
  provider: ProviderName,
): StoredInvoiceTerms | null =>
  providers[provider]?.abilities.invoiceTerms && price.interval !== 'ONE_TIME' ? invoiceTerms : null
