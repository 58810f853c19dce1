/** What a provider says of our account there, for whoever checks that everything is set up. It changes nothing. */
export interface ProviderAccountPort {
  readonly provider: 'STRIPE' | 'PAYPAL'
  /** What our endpoint there has to be subscribed to, and in which version of its API; null where the provider has no versions. */
  readonly wanted: { readonly events: readonly string[]; readonly apiVersion: string | null }
  inspect(): Promise<ProviderAccount>
}

export interface ProviderAccount {
  /** The provider's clock when it answered; null when it did not say. */
  readonly time: Date | null
  readonly endpoints: readonly ProviderEndpoint[]
}

/** Where the provider sends its events. */
export interface ProviderEndpoint {
  readonly id: string
  readonly url: string
  readonly enabled: boolean
  /** `*` stands for all. */
  readonly events: readonly string[]
  readonly apiVersion: string | null
  readonly live: boolean
}
