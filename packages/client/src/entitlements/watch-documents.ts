import type { TypedDocument } from '../operation.js'
import type { Entitlement } from './types.js'

/** An entitlement as GraphQL returns it. */
export interface EntitlementFields {
  readonly feature: { readonly code: string; readonly kind: string }
  readonly granted: boolean
  readonly unlimited: boolean
  readonly limit: number | null
  readonly used: number
  readonly reserved: number
  readonly remaining: number | null
  readonly resetsAt: string | null
  readonly percent: number | null
  readonly nearLimit: boolean
  readonly revision: number
  readonly sources: readonly {
    readonly kind: string
    readonly code: string | null
    readonly reason: string | null
    readonly amount: number | null
    readonly unlimited: boolean
    readonly expiresAt: string | null
  }[]
  /** Absent in responses of older servers. */
  readonly overage?: {
    readonly price: { readonly amount: string; readonly currency: string; readonly per: number }
    readonly units: number
    readonly cap: number
    readonly reserved: number
    readonly remaining: number
  } | null
}

/** An item of the stream. Notices of missing events are handled by the client. */
export interface EntitlementItem {
  readonly __typename: 'EntitlementsChanged'
  readonly cursor: string
  readonly entitlements: readonly EntitlementFields[]
}

interface WatchVariables {
  readonly accountId: string
  readonly features: readonly string[] | null
}

const FIELDS = `feature { code kind } granted unlimited limit used reserved remaining resetsAt percent nearLimit revision
  sources { kind code reason amount unlimited expiresAt } overage { price { amount currency per } units cap reserved remaining }`

const READ = `query StackgateEntitlements($accountId: ID!, $features: [String!]) {
  account(id: $accountId) { cursor revision usage { entitlements(features: $features) { ${FIELDS} } } }
}`

const FOLLOW = `subscription StackgateEntitlementChanges($accountId: ID!, $features: [String!], $after: String) {
  entitlements(accountId: $accountId, features: $features, after: $after) {
    __typename cursor
    ... on EntitlementsChanged { entitlements { ${FIELDS} } }
  }
}`

const typed = <Result, Variables>(text: string): TypedDocument<Result, Variables> =>
  Object(text) as TypedDocument<Result, Variables>

/** The entitlements of an account, with the position of its stream. */
export const ReadEntitlements = /* @__PURE__ */ typed<
  {
    readonly account: {
      readonly cursor: string
      readonly revision: number
      readonly usage: { readonly entitlements: readonly EntitlementFields[] } | null
    } | null
  },
  WatchVariables
>(READ)

/** Changes of the entitlements. */
export const FollowEntitlements = /* @__PURE__ */ typed<
  { readonly entitlements: EntitlementItem },
  WatchVariables & { readonly after?: string | null }
>(FOLLOW)

/** An entitlement in the form of this entry. */
export function entitlementOf({ feature, resetsAt, sources, overage, ...counted }: EntitlementFields): Entitlement {
  return {
    ...counted,
    feature: feature.code,
    kind: feature.kind.toLowerCase() as Entitlement['kind'],
    resetsAt: dateOf(resetsAt),
    overage: overage ? overageOf(overage) : undefined,
    sources: sources.map(({ kind, expiresAt, ...source }) => ({
      ...source,
      kind: kind.toLowerCase() as Entitlement['sources'][number]['kind'],
      expiresAt: dateOf(expiresAt),
    })),
  }
}

const overageOf = ({
  price: { amount, currency, per },
  units,
  ...counted
}: NonNullable<EntitlementFields['overage']>): Entitlement['overage'] => ({
  price: amount,
  currency,
  per,
  used: units,
  ...counted,
})

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))
