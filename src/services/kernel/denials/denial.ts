import type { DenialCode } from '../codes/codes.js'

/** Something that a denial or an event points at; the edge loads it. */
export interface NodeReference {
  readonly __typename: string
  readonly id: string
}

/** A price as a remedy shows it. Amounts are integer minor units of the currency. */
export interface PriceView {
  readonly id: string
  readonly money: { readonly amountMinor: number; readonly currency: string }
  readonly interval: 'ONE_TIME' | 'MONTH' | 'YEAR'
  readonly trialDays: number
  readonly per: string | null
}

export type RemedyKind =
  | 'UPGRADE_PLAN'
  | 'BUY_PACKAGE'
  | 'BUY_TEMPLATE'
  | 'ADD_ADDON'
  | 'WAIT'
  | 'CONTACT_SALES'
  | 'CONTINUE_CHECKOUT'
  | 'CHANGE_PLAN'

/** A step that would lift a denial: the mutation to call with its arguments, or the time to wait. */
export interface Remedy {
  readonly kind: RemedyKind
  readonly label: string
  readonly mutation: string | null
  readonly target: NodeReference | null
  readonly price: PriceView | null
  readonly at: Date | null
  readonly url: string | null
}

/** An expected, typed denial with an explanation. Domains add members with their own fields. */
export interface Denial {
  readonly __typename: string
  readonly code: DenialCode
  readonly message: string
  /** Cheapest first; empty when nothing that the caller can do would lift it. */
  readonly remedies: readonly Remedy[]
}

/** A denial without fields of its own. */
export interface Refused extends Denial {
  readonly __typename: 'Refused'
  /** The input field at fault. */
  readonly field: string | null
}

/** Too many requests; waiting is enough. */
export interface RateLimited extends Denial {
  readonly __typename: 'RateLimited'
  readonly code: 'RATE_LIMITED'
  readonly retryAfterMs: number
}

export function refused(
  code: DenialCode,
  message: string,
  options: { field?: string; remedies?: Remedy[] } = {},
): Refused {
  return { __typename: 'Refused', code, message, remedies: options.remedies ?? [], field: options.field ?? null }
}

export function remedy(kind: RemedyKind, label: string, rest: Partial<Omit<Remedy, 'kind' | 'label'>> = {}): Remedy {
  return { kind, label, mutation: null, target: null, price: null, at: null, url: null, ...rest }
}
