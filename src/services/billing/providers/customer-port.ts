import type { StoredBillingDetails } from '#entities/identity/account.entity.js'

/** A provider's customers as payers: their name, address, tax IDs and exemption are on its invoices and decide its taxes. */
export interface CustomerPort {
  /** Address of the customer's page in the provider's dashboard, for the seller. Null in the sandbox, which has no such pages. */
  pageOf(customerId: string): string | null
  /** Null if the customer does not exist any more. */
  fetchDetails(customerId: string): Promise<StoredBillingDetails | null>
  /**
   * Writes the details, and removes those that are missing. Repeated calls have no effect.
   * A tax ID that the provider does not accept is a `ProviderRejected` about `TAX_ID`, and nothing is changed.
   */
  writeDetails(customerId: string, details: StoredBillingDetails): Promise<void>
}
