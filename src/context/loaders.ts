import DataLoader from 'dataloader'
import type { EntitlementsContext } from '../services/entitlements/entitlements-context.js'
import type { AccountLoader } from '../services/identity/accounts/account-loader.js'

/**
 * One statement per kind of object and response. Created for each request, and for each event of a subscription. Each domain adds its own by a
 * declaration of this interface.
 */
export interface Loaders {}

export type LoaderParts = Pick<EntitlementsContext, 'database' | 'catalog' | 'clock' | 'entitlements'>

/** Parts of one response. */
export interface ResponseParts {
  /** Makes a value at its first use. It outlives a clearing of the loaders. */
  readonly once: <Value>(make: () => Value) => Value
  /** Accounts of the response, which usually has read them already. */
  readonly accounts: () => AccountLoader
}

/** Makers of loaders, by name. */
export type LoaderMakers<Made = Loaders> = {
  readonly [Name in keyof Made]: (parts: LoaderParts, response: ResponseParts) => Made[Name]
}

type Makers = Readonly<Record<string, (parts: LoaderParts, response: ResponseParts) => DataLoader<never, unknown>>>

/** Loaders of a response, which are made at their first use, because most responses use two or three. */
class LazyLoaders implements ResponseParts {
  readonly made: Record<string, DataLoader<never, unknown>> = {}
  readonly #values = new Map<() => unknown, unknown>()
  constructor(
    readonly parts: LoaderParts,
    readonly accounts: () => AccountLoader,
  ) {}

  readonly once = <Value>(make: () => Value): Value => {
    if (!this.#values.has(make)) this.#values.set(make, make())
    return this.#values.get(make) as Value
  }
}

/** Creates the loaders of responses. The getters are on a class, so that a request costs one object. */
export function loadersOf(makers: LoaderMakers): (parts: LoaderParts, accounts: () => AccountLoader) => Loaders {
  class ModuleLoaders extends LazyLoaders {}
  for (const [name, make] of Object.entries(makers as unknown as Makers))
    Object.defineProperty(ModuleLoaders.prototype, name, {
      get(this: LazyLoaders) {
        return (this.made[name] ??= make(this.parts, this))
      },
    })
  return (parts, accounts) => new ModuleLoaders(parts, accounts) as unknown as Loaders
}

/** Clears the loaders: after a mutation, the next field of the same response must see its effects. */
export function clearLoaded(loaders: Loaders): void {
  for (const loader of Object.values((loaders as unknown as LazyLoaders).made)) loader.clearAll()
}
