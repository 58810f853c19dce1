import { FollowEntitlements, type EntitlementFields } from '../entitlements/watch-documents.js'
import type { TypedDocument } from '../operation.js'
import type { StreamHandle } from '../stream/streams.js'
import { accountOf, type Stackgate } from './stackgate-server.js'

/** A request that the server answers to any valid key. */
export const ASK_SERVER = /* @__PURE__ */ Object('query StackgateProvider { __typename }') as TypedDocument<
  object,
  object
>

/** Customers whose entitlements are followed: those that were evaluated last. */
const MAX_CUSTOMERS = 100

interface Followed {
  /** Grants by feature. Undefined before the first state. */
  granted: ReadonlyMap<string, string> | undefined
  readonly stream: Promise<StreamHandle | undefined>
}

/** Follows the grants of customers, and reports each customer whose grants changed, with their features. Use alone is no change. */
export class GrantChanges {
  readonly #customers = new Map<string, Followed>()

  constructor(
    private readonly stackgate: Stackgate,
    private readonly onChange: (customer: string, features: string[]) => void,
  ) {}

  follow(customer: string): void {
    const known = this.#customers.get(customer)
    this.#customers.delete(customer)
    this.#customers.set(customer, known ?? this.#open(customer))
    const [oldest] = this.#customers.keys()
    if (this.#customers.size > MAX_CUSTOMERS) this.#close(oldest!)
  }

  close(): void {
    for (const customer of this.#customers.keys()) this.#close(customer)
  }

  #open(customer: string): Followed {
    const accountId = accountOf(customer)
    const stream = this.stackgate.client
      .follow(
        FollowEntitlements,
        { accountId, features: null },
        {
          account: accountId,
          onItem: ({ entitlements }) => this.#apply(customer, entitlements),
          onState: ({ state }) => {
            // Ended for good: the next evaluation opens another one.
            if (state === 'ended') this.#customers.delete(customer)
          },
        },
      )
      .catch(() => {
        this.#customers.delete(customer)
        return undefined
      })
    return { granted: undefined, stream }
  }

  /** The first item has all features, later ones those that changed. */
  #apply(customer: string, entitlements: readonly EntitlementFields[]): void {
    const followed = this.#customers.get(customer)
    if (!followed) return
    const { granted } = followed
    const now = entitlements.map((each) => [each.feature.code, grantOf(each)] as const)
    followed.granted = new Map([...(granted ?? []), ...now])
    const changed = now.filter(([feature, grant]) => granted && granted.get(feature) !== grant)
    if (changed.length > 0)
      this.onChange(
        customer,
        changed.map(([feature]) => feature),
      )
  }

  #close(customer: string): void {
    const followed = this.#customers.get(customer)
    this.#customers.delete(customer)
    void followed?.stream.then((stream) => stream?.close())
  }
}

/** Returns a grant as a text that does not depend on the used units. */
const grantOf = ({ granted, unlimited, limit, sources }: EntitlementFields): string =>
  JSON.stringify([granted, unlimited, limit, sources.map(({ kind, code, amount }) => [kind, code, amount])])
