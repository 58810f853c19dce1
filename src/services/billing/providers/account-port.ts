/** Our account at a provider, for configuration checks and the endpoint of its events. */
export interface ProviderAccountPort {
  readonly provider: 'STRIPE' | 'PAYPAL'
  readonly wanted: DesiredEndpoint
  inspect(): Promise<ProviderAccount>
  /** Creates our endpoint, and returns the setting that a server needs to verify its events. */
  createEndpoint(url: string): Promise<EndpointSetting>
}

/** A setting that exists only after the endpoint was created. */
export interface EndpointSetting {
  readonly name: 'STRIPE_WEBHOOK_SECRET' | 'PAYPAL_WEBHOOK_ID'
  readonly value: string
}

/** Required configuration of our endpoint. */
export interface DesiredEndpoint {
  /** Event types that it receives. */
  readonly events: readonly string[]
  /** The version of the provider's API that is read here; null where the provider has no versions. */
  readonly apiVersion: string | null
  /** The only endpoint whose signatures hold here, where they hold for one alone; null: any. */
  readonly id: string | null
}

export interface ProviderAccount {
  /** The provider's time in its response. Null if not included. */
  readonly time: Date | null
  readonly endpoints: readonly ProviderEndpoint[]
}

/** A webhook endpoint at the provider. */
export interface ProviderEndpoint {
  readonly id: string
  readonly url: string
  readonly enabled: boolean
  /** `*` means all. */
  readonly events: readonly string[]
  readonly apiVersion: string | null
  readonly live: boolean
}
