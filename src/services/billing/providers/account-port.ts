/** What a provider says of our account there, for whoever checks that everything is set up. It changes nothing. */
export interface ProviderAccountPort {
  readonly provider: 'STRIPE' | 'PAYPAL'
  readonly wanted: DesiredEndpoint
  inspect(): Promise<ProviderAccount>
}

/** What our endpoint there has to be. */
export interface DesiredEndpoint {
  /** What it is told of. */
  readonly events: readonly string[]
  /** The version of the provider's API that is read here; null where the provider has no versions. */
  readonly apiVersion: string | null
  /** The only endpoint whose signatures hold here, where they hold for one alone; null: any. */
  readonly id: string | null
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
