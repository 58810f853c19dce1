import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Denial, Remedy, RemedyKind } from '#services/kernel/denials/denial.js'
import type { RemedyAction } from './remedy-action.js'

/** Account for which a mutation would be called. */
export interface RemedyCall<Context> {
  readonly context: Context
  readonly account: AccountRow
  /** Reads that decisions about the account share, by name. */
  readonly shared: Map<string, Promise<unknown>>
}

/** Values of the arguments of a mutation, without account and key. */
type Values<Mutation> = Extract<RemedyAction, { readonly mutation: Mutation }>['values']

/** Rules of a module about steps that lift denials. */
export interface RemedyRules<Context> {
  /** The denial that a mutation would return, or null. Mutations that are always accepted have no rule. */
  readonly decisions: {
    readonly [Mutation in RemedyAction['mutation']]?: (
      call: RemedyCall<Context>,
      values: Values<Mutation>,
    ) => Promise<Denial | null>
  }
  /** Completes the remedies of a kind. */
  readonly completions: Partial<Record<RemedyKind, (context: Context, remedy: Remedy) => Promise<Remedy>>>
  /** Further steps of a denied check of an account. */
  readonly explanations: readonly ((context: Context, accountId: string) => Promise<string[]>)[]
  /** Members that REST shows of a kind of denial, besides those of all denials. */
  readonly fields: Readonly<Record<string, (denial: Denial) => Record<string, unknown>>>
}

/** A context with the rules of all modules. */
export interface WithRemedyRules<Context> {
  readonly remedyRules: RemedyRules<Context> & {
    /** Names of the mutations that are served. A remedy names no other. */
    readonly mutations: ReadonlySet<string>
  }
}
