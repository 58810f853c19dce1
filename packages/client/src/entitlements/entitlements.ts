import { createStackgate, type Stackgate, type StackgateOptions } from '../client.js'
import { DenialError, type Denial } from '../denials.js'
import { isTemporary, misuse, NetworkError, StackgateError } from '../errors.js'
import type { Fetch } from '../http.js'
import { createIdempotencyKey } from '../idempotency.js'
import { serviceAddress } from '../service-address.js'
import { textId } from '../text-id.js'
import { platformTimers, type ClientTimers } from '../timers.js'
import { Tokens, type TokenProvider } from '../tokens.js'
import { RecordUsage } from './record-usage.js'
import { Rest, type RestAnswer } from './rest.js'
import type {
  AllocateInput,
  Allocation,
  CheckInput,
  CheckPlanInput,
  CheckPlanResult,
  CheckResult,
  CommitInput,
  ConsumeInput,
  ConsumeResult,
  Consumption,
  Denied,
  ExtendInput,
  PreviewInput,
  PreviewResult,
  RecordedUsage,
  ReleaseInput,
  Reservation,
  ReserveInput,
  UsageEvent,
} from './types.js'
import { sentNames, sentWork } from './work.js'
import { watchEntitlements, type EntitlementWatch, type WatchOptions } from './watch.js'
import { withReservation, type Hold, type WorkResult } from './with-reservation.js'

/** Result of checks while the server is unavailable. */
export type UnavailablePolicy = 'deny' | 'allow'

export interface EntitlementsOptions {
  /** Address of the installation, or that of GraphQL. */
  readonly url: string | URL
  /** Service key with the scope `entitlements:write`, or a function that returns it. */
  readonly key: string | TokenProvider
  /** Default: that of the platform. */
  readonly fetch?: Fetch | undefined
  /** Time of one attempt, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number | undefined
  /** Repetitions after a temporary failure, with the same key. Default: 2. */
  readonly retries?: number | undefined
  /** Decides checks while the server is unavailable. Default: the error is thrown. */
  readonly onUnavailable?: (UnavailablePolicy | ((feature: string) => UnavailablePolicy)) | undefined
  /** Class of WebSockets for `watch` where the platform has none, as in Node 20. */
  readonly WebSocket?: StackgateOptions['WebSocket'] | undefined
  /** Transport of `watch`. */
  readonly transport?: StackgateOptions['transport'] | undefined
  readonly timers?: ClientTimers | undefined
}

/**
 * Checks and usage of a service. All methods throw `StackgateError` unless they say otherwise. Its `key` is that of the call, also
 * if the client made it.
 */
export interface Entitlements {
  /** Checks if an account can use a feature now. A denial is a result. */
  check(input: CheckInput): Promise<CheckResult>
  /** Prices work by the rate card of the feature, and checks if it could be consumed now. Consumes nothing. */
  preview(input: PreviewInput): Promise<PreviewResult>
  /** Checks if an account has a plan, or one of a higher rank. A denial is a result. */
  checkPlan(input: CheckPlanInput): Promise<CheckPlanResult>
  /** Uses units of a quota or of credits. Does not throw if no answer arrives: see `ConsumeResult`. */
  consume(input: ConsumeInput): Promise<ConsumeResult>
  /** Holds units until they are committed, released or expired. */
  reserve(input: ReserveInput): Promise<{ readonly ok: true; readonly reservation: Reservation } | Denied>
  /** Changes the end or the estimate of a reservation. */
  extend(input: ExtendInput): Promise<{ readonly ok: true; readonly reservation: Reservation } | Denied>
  /** Uses the units of a reservation. After its end, the use is recorded as a fact. */
  commit(input: CommitInput): Promise<{ readonly ok: true; readonly consumption: Consumption } | Denied>
  /** Returns the units of a reservation. */
  release(input: ReleaseInput): Promise<{ readonly ok: true; readonly reservation: Reservation } | Denied>
  /** Counts a resource against a limit. A repetition has no effect. */
  allocate(input: AllocateInput): Promise<{ readonly ok: true; readonly allocation: Allocation } | Denied>
  /** Stops counting a resource. A repetition has no effect. */
  deallocate(input: AllocateInput): Promise<{ readonly ok: true; readonly allocation: Allocation } | Denied>
  /** Records usage that has happened: at most 1,000 events, each recorded whatever is available, or rejected as invalid. */
  recordUsage(events: readonly UsageEvent[]): Promise<RecordedUsage | Denied>
  /**
   * Reserves units, works, and commits them; releases them if the work throws. A reservation whose commit fails ends as
   * `onExpiry` says.
   * @throws the error of the work; StackgateError if the reservation or its commit fails
   */
  withReservation<Value>(input: ReserveInput, work: (hold: Hold) => Promise<Value>): Promise<WorkResult<Value> | Denied>
  /** Checks from memory: see `EntitlementWatch`. */
  watch(accountId: string, options: WatchOptions): EntitlementWatch
  /** Ends all watches. */
  close(): void
}

/**
 * Checks and usage over REST, for services.
 * @throws StackgateError with the code `CONFIGURATION` if the settings are wrong
 */
export function createEntitlements(options: EntitlementsOptions): Entitlements {
  const { base, graphql } = serviceAddress(options.url)
  const { timers = platformTimers, timeoutMs = 5_000, retries = 2, key, onUnavailable } = options
  if (!key) throw misuse('createEntitlements needs a service key.')
  const fetch = options.fetch ?? ((address, init) => globalThis.fetch(address, init))
  const rest = new Rest({ base, fetch, tokens: new Tokens(key, undefined), timers, timeoutMs, retries })
  const { WebSocket, transport } = options
  const settings = { url: graphql, token: key, fetch, timers }
  const client = createStackgate({ ...settings, retry: { attempts: retries } })
  let watching: Stackgate | undefined
  const watches = new Set<EntitlementWatch>()
  /** Without repetitions: a read is only proof of the time at which it was sent. */
  const watchClient = () =>
    (watching ??= createStackgate({
      ...settings,
      retry: false,
      ...(WebSocket ? { WebSocket } : {}),
      ...(transport ? { transport } : {}),
    }))

  const keyed = <Input extends { readonly key?: string }>(input: Input) => ({
    ...input,
    key: input.key ?? createIdempotencyKey(),
  })

  /** A read: a denial of the request itself is an error. */
  const ask = async (verb: string, input: { readonly accountId: string }): Promise<unknown> => {
    const answer = await rest.post(verb, input, textId(input.accountId, 'accountId'))
    if ('denial' in answer) throw deniedRequest(answer.denial)
    return answer.body
  }

  /** The methods below have the types of the results. */
  const act = async (name: string, verb: string, input: object & Keys, accountId?: string): Promise<never> => {
    try {
      return resultOf(name, await rest.post(verb, sent(input), accountId)) as never
    } catch (error) {
      throw withKeys(error, input)
    }
  }

  /** A call about an account, which it has to name. */
  const actOn = async (name: string, verb: string, input: Keys & { readonly accountId: string }): Promise<never> =>
    act(name, verb, input, textId(input.accountId, 'accountId'))

  /** A call about a reservation. Its account only leads the request to a suitable process. */
  const actHeld = async (
    name: string,
    verb: string,
    { accountId, ...input }: Keys & { readonly accountId?: string | undefined },
  ): Promise<never> =>
    act(name, verb, keyed(input), accountId === undefined ? undefined : textId(accountId, 'accountId'))

  const entitlements: Entitlements = {
    async check(input) {
      try {
        const { decidedBy, ...body } = (await ask('check', input)) as CheckResult & { decidedBy?: string }
        return { ...body, decidedBy: decidedBy === undefined ? 'server' : 'policy' }
      } catch (error) {
        const policy = typeof onUnavailable === 'function' ? onUnavailable(input.feature) : onUnavailable
        if (policy === undefined || !isUnavailable(error)) throw error
        const explain = [`Stackgate is unavailable (${(error as Error).message}), and the policy is ${policy}.`]
        return { allowed: policy === 'allow', entitlement: null, denial: null, explain, decidedBy: 'policy' }
      }
    },
    async preview(input) {
      const { decidedBy, ...body } = (await ask('preview', input)) as PreviewResult & { decidedBy?: string }
      return { ...body, decidedBy: decidedBy === undefined ? 'server' : 'policy' }
    },
    checkPlan: async (input) => (await ask('check-plan', input)) as CheckPlanResult,
    async consume(given) {
      const input = keyed(given)
      const { key } = input
      try {
        const answer = await rest.post('consume', sent(input), textId(input.accountId, 'accountId'))
        if ('denial' in answer) return { ok: false, recorded: false, denial: answer.denial, key }
        const { decidedBy, ...consumption } = answer.body as Consumption & { decidedBy?: string }
        return { ok: true, recorded: decidedBy === undefined, consumption, key }
      } catch (error) {
        if (!isUnavailable(error)) throw withKeys(error, input)
        return { ok: false, recorded: 'unknown', denial: null, error: error as StackgateError, key }
      }
    },
    reserve: (input) => actOn('reservation', 'reserve', keyed(input)),
    extend: (input) => actHeld('reservation', 'extend', input),
    commit: (input) => actHeld('consumption', 'commit', input),
    release: (input) => actHeld('reservation', 'release', input),
    allocate: (input) => actOn('allocation', 'allocate', input),
    deallocate: (input) => actOn('allocation', 'deallocate', input),
    async recordUsage(given) {
      const events = given.map(keyed).map(({ accountId, at, work, properties, ...event }) => ({
        ...event,
        accountId: textId(accountId, 'accountId'),
        work: work && sentWork(work),
        properties: properties && sentNames(properties),
        at: at && at.toISOString(),
      }))
      const keys = events.map((event) => event.key)
      if (events.length === 0) return { ok: true, accepted: 0, duplicates: 0, rejected: [], keys: [] }
      const result = await client
        .mutate(RecordUsage, { events }, { timeoutMs, account: events[0]!.accountId })
        .catch((error: unknown) => {
          throw withKeys(error, { keys })
        })
      if (!result.ok) return result
      const { acceptedCount: accepted, duplicateCount: duplicates, rejected } = result.value
      return { ok: true, accepted, duplicates, rejected, keys }
    },
    withReservation: (input, work) => withReservation(entitlements, input, work),
    watch(accountId, watch) {
      const sources = { client: watchClient(), entitlements, timers, onClose: () => watches.delete(opened) }
      const opened = watchEntitlements(sources, textId(accountId, 'accountId'), watch)
      watches.add(opened)
      return opened
    },
    close() {
      for (const watch of watches) watch.close()
      watching?.close()
    },
  }
  return entitlements
}

const resultOf = (name: string, answer: RestAnswer): object =>
  'denial' in answer ? { ok: false, denial: answer.denial } : { ok: true, [name]: answer.body }

interface Keys {
  readonly key?: string
  readonly keys?: readonly string[]
}

/** The input with the name that the key has over REST. */
const sent = <Input extends Keys>({ key, ...input }: Input) =>
  key === undefined ? input : { ...input, idempotencyKey: key }

/** The error with the keys of the call: a copy, as calls can share the error of a token. */
function withKeys(error: unknown, { key, keys }: Keys): unknown {
  if (!(error instanceof StackgateError)) return error
  const { code, message, cause, stack, errors } = error
  const copy =
    error instanceof NetworkError
      ? new NetworkError(message, cause)
      : new StackgateError({ code, message, cause, errors: errors.slice(1) })
  return Object.assign(copy, error, { stack }, keys ? { keys } : { key })
}

/** True if no answer of Stackgate about the request arrived, or it could not decide. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof StackgateError && (isTemporary(error) || (error.status ?? 0) >= 500) && error.code !== 'RATE_LIMITED'

const deniedRequest = (denial: Denial): StackgateError => Object.assign(new DenialError(denial), { status: 429 })
