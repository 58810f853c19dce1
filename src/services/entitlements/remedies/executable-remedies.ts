import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { accountsByIds } from '#services/identity/accounts/account-queries.js'
import type { Buyer, Denial, Remedy } from '#services/kernel/denials/denial.js'
import { remedyAction, type RemedyAction } from './remedy-action.js'
import type { RemedyCall, WithRemedyRules } from './remedy-rules.js'

/** A context in which remedies are decided. */
type Deciding<Context> = CatalogContext & WithRemedyRules<Context>

/** A remedy of a remedy, for example to pay an invoice before a change of plan, and one more. */
const MAX_STEPS = 2

/** Each denial is made for one response, whose fields show the same remedies. */
const shown = new WeakMap<Denial, Promise<readonly Remedy[]>>()

/** The denial with the remedies that can be carried out now. */
export async function withExecutableRemedies<Context extends Deciding<Context>>(
  context: Context,
  denial: Denial,
): Promise<Denial> {
  const { mutations } = context.remedyRules
  const possible = denial.remedies.flatMap((remedy) => withServedMutation(mutations, remedy))
  const remedies = shown.get(denial) ?? executableRemedies(context, possible)
  shown.set(denial, remedies)
  return { ...denial, remedies: await remedies }
}

/** Pure: a remedy without a mutation that is not installed still names what would help, and where. None if nothing is left. */
function withServedMutation(mutations: ReadonlySet<string>, remedy: Remedy): Remedy[] {
  const { mutation, target, at, url } = remedy
  if (mutation === null || mutations.has(mutation)) return [remedy]
  return (target ?? at ?? url) ? [{ ...remedy, mutation: null }] : []
}

/**
 * Remedies that can be carried out now. The mutation of each decides about it as about a call, without an effect; the remedies of its denial
 * take the place of one that it would deny, behind those that it accepts.
 */
async function executableRemedies<Context extends Deciding<Context>>(
  context: Context,
  remedies: readonly Remedy[],
): Promise<readonly Remedy[]> {
  const { decisions, completions } = context.remedyRules
  const isDecided = ({ buyer, mutation }: Remedy): boolean =>
    !!buyer?.accountId && mutation !== null && Object.hasOwn(decisions, mutation)
  const complete = async (remedy: Remedy): Promise<Remedy> => completions[remedy.kind]?.(context, remedy) ?? remedy
  if (!remedies.some(isDecided)) return Promise.all(remedies.map(complete))
  const sort = async (remedy: Remedy, steps: number): Promise<Sorted> => {
    const denial = isDecided(remedy) ? await decisionsFor(context, remedy.buyer!)(remedy) : null
    if (!denial) return { now: [remedy], before: [] }
    const provider = remedy.provider ? null : providerInstead(denial)
    if (provider) return sort({ ...remedy, provider }, steps)
    if (steps === MAX_STEPS) return { now: [], before: [] }
    // A repetition of the remedy is none of the denied request.
    const first = denial.remedies.filter((step) => !step.retry).map((step) => ({ ...step, buyer: remedy.buyer! }))
    const sorted = await Promise.all(first.map((step) => sort(step, steps + 1)))
    return { now: [], before: sorted.flatMap(({ now, before }) => [...now, ...before]) }
  }
  const sorted = await Promise.all(remedies.map((remedy) => sort(remedy, 0)))
  const found = withoutRepetitions([...sorted.flatMap(({ now }) => now), ...sorted.flatMap(({ before }) => before)])
  return Promise.all(found.map(complete))
}

/** Pure: the provider with which the denied mutation is repeated. Null if another change is needed. */
const providerInstead = ({ remedies }: Denial): Remedy['provider'] | null =>
  remedies.find(({ retry }) => retry?.provider && !retry.at && retry.omittedFields.length === 0)?.retry?.provider ??
  null

/** Remedies of which one is decided: itself, or those that come before it. */
interface Sorted {
  readonly now: readonly Remedy[]
  readonly before: readonly Remedy[]
}

function withoutRepetitions(remedies: readonly Remedy[]): Remedy[] {
  const seen = new Set<string>()
  return remedies.filter((remedy) => {
    const key = JSON.stringify(remedy)
    return !seen.has(key) && seen.add(key)
  })
}

type Decide = (remedy: Remedy) => Promise<Denial | null>

/** Decisions about one version of an account, until a time by the process's own clock: not every change of billing is a version. */
const recent = new WeakMap<CatalogSnapshot, Map<string, { readonly decide: Decide; readonly until: number }>>()
const RECENT_MS = 2_000
const MAX_RECENT = 10_000

/** Repeated denials of one version of an account are decided once. */
function decisionsFor<Context extends Deciding<Context>>(context: Context, buyer: Buyer): Decide {
  const { accountId, version } = buyer
  if (version === undefined) return decideFor(context, accountId)
  const catalog = context.catalog.current()
  const known = recent.get(catalog) ?? new Map<string, { readonly decide: Decide; readonly until: number }>()
  recent.set(catalog, known)
  const key = `${accountId} ${version} ${Math.floor(context.clock.now().getTime() / 60_000)}`
  const now = context.timers.monotonic()
  const found = known.get(key)
  if (found && found.until > now) return found.decide
  if (known.size >= MAX_RECENT) known.clear()
  const decide = decideFor(context, accountId)
  known.set(key, { decide, until: now + RECENT_MS })
  return decide
}

/** Decides about remedies for one account, each rule once. */
function decideFor<Context extends Deciding<Context>>(context: Context, accountId: string): Decide {
  const catalog = context.catalog.current()
  const account = accountsByIds(context.database, [accountId])
  const decisions = new Map<string, Promise<Denial | null>>()
  const shared = new Map<string, Promise<unknown>>()
  return async (remedy) => {
    const action = remedyAction(catalog, remedy)
    const [buyer] = await account
    if (!action || !buyer) return null
    const key = JSON.stringify(action)
    const known = decisions.get(key) ?? denialOf({ context, account: buyer, shared }, action)
    decisions.set(key, known)
    return known
  }
}

/** The denial that the mutation of an action would return. Null if it would accept it. */
async function denialOf<Context extends Deciding<Context>>(
  call: RemedyCall<Context>,
  { mutation, values }: RemedyAction,
): Promise<Denial | null> {
  const decide = call.context.remedyRules.decisions[mutation] as
    | ((call: RemedyCall<Context>, values: RemedyAction['values']) => Promise<Denial | null>)
    | undefined
  return decide ? decide(call, values) : null
}
