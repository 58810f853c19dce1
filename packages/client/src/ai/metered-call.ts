import type { FeatureKey } from '../catalog-keys.js'
import { DenialError } from '../denials.js'
import type { Entitlements } from '../entitlements/entitlements.js'
import type { Consumption, UseProperties, Work } from '../entitlements/types.js'
import { StackgateError } from '../errors.js'
import { createIdempotencyKey } from '../idempotency.js'
import { delay, platformTimers } from '../timers.js'
import { ownUsage, readUsage, type AiUsage, type ModelUsage } from './reported-usage.js'

export type { AiUsage, ModelUsage } from './reported-usage.js'

/** A call of a model. */
export interface AiCall {
  readonly model: string
  readonly kind: 'generate' | 'stream' | 'embed'
  /** Parameters of the call, in the form of the SDK. */
  readonly params: unknown
}

/** Names of the quantities of the rate card. A part without a name is priced as a part of its whole. */
export interface QuantityNames {
  /** Default: `input_tokens`. */
  readonly input?: string | undefined
  /** For example `cached_tokens`. */
  readonly cachedInput?: string | undefined
  readonly cacheWrite?: string | undefined
  /** Tokens that the cache keeps for an hour. Without a name, they have the name of `cacheWrite`. */
  readonly cacheWriteHour?: string | undefined
  /** Default: `output_tokens`. */
  readonly output?: string | undefined
  readonly reasoning?: string | undefined
}

/**
 * End of a metered call. `reported`: the ledger has what the provider reported. `estimated`: the reservation ends with the estimate, which the
 * ledger flags. `released`: the provider did no work. `duplicate`: the key of the call was charged before. `failed`: no commit reached
 * Stackgate, and the reservation ends by itself with the estimate.
 */
export type AiOutcome = 'reported' | 'estimated' | 'released' | 'duplicate' | 'failed'

/** A metered call that has ended. */
export interface AiCallEnd {
  readonly call: AiCall
  readonly key: string
  readonly outcome: AiOutcome
  /** Usage that the provider reported. Undefined if it reported none. */
  readonly usage?: AiUsage | undefined
  /** Consumption of the call. Only for `reported`. */
  readonly consumption?: Consumption | undefined
  /** Parts of other models that are not charged, because the rate card has no price of them. Undefined for none. */
  readonly uncharged?: readonly ModelUsage[] | undefined
  /** Only for `failed`. */
  readonly error?: unknown
}

/** Settings of metered calls of one account. */
export interface AiMetering {
  readonly entitlements: Pick<Entitlements, 'reserve' | 'extend' | 'commit'> &
    Partial<Pick<Entitlements, 'recordUsage'>>
  /** ID or reference of the account, for example `customer:42`. */
  readonly accountId: string
  /** Code of the feature, whose rate card prices the tokens. */
  readonly feature: FeatureKey
  readonly quantities?: QuantityNames | undefined
  /** Dimensions of the rate card. Default: `model`. */
  readonly dimensions?: ((call: AiCall) => Readonly<Record<string, string>>) | undefined
  /** Properties of the use, of those that the feature has in the catalog. Default: none. */
  readonly properties?: ((call: AiCall) => UseProperties) | undefined
  /**
   * Tokens that are reserved. Default: a token for each four characters of the prompt, and the limit that the call states for its output, or
   * 1,000 without one.
   */
  readonly estimate?: ((call: AiCall) => Partial<Pick<AiUsage, 'input' | 'output'>>) | undefined
  /**
   * Identifies a call: calls with the same key are charged once. Default: a new key for each call, which covers the repetitions of the SDK.
   */
  readonly key?: ((call: AiCall) => string) | undefined
  /** Time after which the reservation ends without a sign of the application. Default: 60. */
  readonly expiresInSeconds?: number | undefined
  /** Called when a call has ended. An error that it throws changes nothing. */
  readonly onEnd?: ((end: AiCallEnd) => void) | undefined
}

/** The end of a reservation is moved, with what is used so far, at least as often. */
const RENEW_MS = 10_000
/** Time until a reservation ends whose call has ended without a report. A repetition with the same key is charged afterwards as well. */
const END_SECONDS = 1
const LATE_ATTEMPTS = 3
/** A response is not held back longer by its commit. */
const MAX_END_MS = 2_000
const CHARACTERS_PER_TOKEN = 4
const COST_DECIMALS = 12
const MAX_COST = 1_000_000_000
const DEFAULT_OUTPUT = 1_000
/** Members of requests that limit the output. */
const LIMITS = ['maxOutputTokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens']
/** The key has been charged, or the reservation is over. */
const CHARGED: readonly unknown[] = ['RESERVATION_CLOSED', 'IDEMPOTENCY_MISMATCH']

type Ended = Pick<AiCallEnd, 'outcome' | 'consumption' | 'uncharged'>

/** A call of a model whose tokens are reserved. */
export class MeteredCall {
  private usage: AiUsage | undefined
  private isComplete = false
  private characters = 0
  private waits = 0
  private ended: Promise<void> | undefined
  private renewed: Promise<unknown> | undefined
  private readonly timer: ReturnType<typeof setInterval>

  private constructor(
    private readonly metering: AiMetering,
    private readonly call: AiCall,
    readonly key: string,
    private readonly reservationId: string,
    private readonly expected: AiUsage,
  ) {
    const expiryMs = expirySeconds(metering) * 1000
    let idleMs = 0
    const renewMs = Math.min(RENEW_MS, expiryMs / 3)
    this.timer = setInterval(() => {
      idleMs = this.waits > 0 ? 0 : idleMs + renewMs
      // A stream that the application does not read any more ends by its time.
      if (idleMs > expiryMs) clearInterval(this.timer)
      else if (idleMs === 0) this.renewed = this.renew()
    }, renewMs)
    // A process of Node ends without waiting for it.
    ;(this.timer as { unref?: () => void }).unref?.()
  }

  /**
   * Reserves the estimated tokens of a call.
   * @throws DenialError if they are denied; StackgateError if the request fails
   */
  static async begin(metering: AiMetering, call: AiCall, repeatedKey?: string): Promise<MeteredCall> {
    const { entitlements, accountId, feature } = metering
    const key = metering.key?.(call) ?? repeatedKey ?? createIdempotencyKey()
    const expected = { ...estimateOf(call), ...metering.estimate?.(call) }
    const held = await entitlements.reserve({
      accountId,
      feature,
      work: workOf(metering, call, expected),
      properties: metering.properties?.(call),
      onExpiry: 'commit_estimate',
      expiresInSeconds: expirySeconds(metering),
      key,
    })
    if (!held.ok) throw new DenialError(held.denial)
    return new MeteredCall(metering, call, key, held.reservation.id, expected)
  }

  /** Keeps the reservation while the provider works. */
  async whileWaiting<Value>(work: PromiseLike<Value>): Promise<Value> {
    this.waits++
    try {
      return await work
    } finally {
      this.waits--
    }
  }

  /** Counts text of the response, which is the estimate until the provider reports its tokens. */
  read(text: unknown): void {
    if (typeof text === 'string') this.characters += text.length
  }

  /**
   * Takes what the provider reports.
   * @param isComplete the numbers are those of the whole call
   */
  report(usage: AiUsage | undefined, isComplete: boolean): void {
    if (!usage) return
    this.usage = usage
    this.isComplete ||= isComplete
  }

  /** Takes a report in the form of the provider. */
  readReport(report: unknown, isComplete: boolean): void {
    this.report(readUsage(report, this.call.model), isComplete)
  }

  /** Ends the call: commits what was reported, otherwise the estimate. Waits two seconds at most. */
  end(): Promise<void> {
    return this.endBy(() => (this.isComplete && this.usage ? this.commit(this.usage) : this.giveUp()))
  }

  /**
   * Ends the call after an error. A provider that responds with an error has done no work. After a lost connection, an abort or a part of the
   * response it may have.
   */
  fail(error: unknown): Promise<void> {
    const { status, statusCode } = Object(error) as { status?: unknown; statusCode?: unknown }
    // An incomplete response has the status 200.
    const isRefused = Number(status ?? statusCode) >= 400 && !this.hasOutput()
    return isRefused ? this.endBy(() => this.free()) : this.end()
  }

  private endBy(work: () => Promise<Ended>): Promise<void> {
    return (this.ended ??= this.finish(work))
  }

  private async finish(work: () => Promise<Ended>): Promise<void> {
    clearInterval(this.timer)
    const { metering, call, key, usage } = this
    // A renewal that is under way could arrive behind the last change of the end.
    if (this.renewed) await this.renewed
    const done = work().then(
      (end) => metering.onEnd?.({ call, key, usage, ...end }),
      (error: unknown) => metering.onEnd?.({ call, key, usage, outcome: 'failed', error }),
    )
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MAX_END_MS)
      const over = (): void => {
        clearTimeout(timer)
        resolve()
      }
      done.then(over, over)
    })
  }

  private async renew(): Promise<void> {
    await this.extend(expirySeconds(this.metering), this.hasOutput() ? this.soFar() : null).catch(() => undefined)
  }

  private async commit(usage: AiUsage): Promise<Ended> {
    if (usage.input + usage.output === 0) return this.free()
    const { recordUsage } = this.metering.entitlements
    const others = recordUsage ? (usage.otherModels ?? []) : []
    const own = others.length > 0 ? ownUsage(usage) : usage
    // The reservation is that of the model which did the work, if the other one did nothing.
    const isOfOther = own.input + own.output === 0
    const [model, mainUsage, rest] = isOfOther
      ? [others[0]!.model, others[0]!, others.slice(1)]
      : [this.call.model, own, others]
    const end = await this.commitWork(workOf(this.metering, { ...this.call, model }, mainUsage), usage.cost)
    const uncharged: ModelUsage[] = []
    for (const other of rest) if (!(await this.record(other))) uncharged.push(other)
    return { ...end, ...(uncharged.length > 0 && { uncharged }) }
  }

  /** Records what another model did, whatever is available. False if the rate card has no price of it. */
  private async record(other: ModelUsage): Promise<boolean> {
    const { metering, call, key } = this
    const recorded = await metering.entitlements.recordUsage!([
      {
        accountId: metering.accountId,
        feature: metering.feature,
        work: workOf(metering, { ...call, model: other.model }, other),
        properties: metering.properties?.(call),
        key: `${key}-${other.model}`,
      },
    ])
    return 'rejected' in recorded && recorded.rejected.length === 0
  }

  private async commitWork(work: Work, cost: number | undefined): Promise<Ended> {
    const { reservationId, metering } = this
    const commit = {
      reservationId,
      accountId: metering.accountId,
      work,
      providerCost: costText(cost),
      key: `commit-${reservationId}`,
    }
    try {
      for (let attempt = 0; ; attempt++) {
        const committed = await metering.entitlements.commit(commit)
        if (committed.ok) return { outcome: 'reported', consumption: committed.consumption }
        if (attempt === LATE_ATTEMPTS) throw new DenialError(committed.denial)
        // Units are missing. The work is done: after the end of the reservation it is recorded as a fact, whatever is available.
        if (attempt === 0) await this.extend(END_SECONDS, null)
        await delay(platformTimers, END_SECONDS * 1000 + 100)
      }
    } catch (error) {
      if (isCharged(error)) return { outcome: 'duplicate' }
      throw error
    }
  }

  /** Lets the reservation end with what is used so far. */
  private async giveUp(): Promise<Pick<AiCallEnd, 'outcome'>> {
    // More than the reserved units can be missing. The reservation then ends with its latest estimate.
    if (!(await this.extend(END_SECONDS, this.soFar()))) await this.extend(END_SECONDS, null)
    return { outcome: 'estimated' }
  }

  /** Lets the reservation end without a charge. Unlike after a release, a repetition with the same key can still be charged. */
  private async free(): Promise<Pick<AiCallEnd, 'outcome'>> {
    await this.extend(END_SECONDS, { estimate: 0 })
    return { outcome: 'released' }
  }

  /** Moves the end of the reservation. False if it is denied. */
  private async extend(
    expiresInSeconds: number,
    estimate: { readonly estimate: number } | { readonly work: Work } | null,
  ): Promise<boolean> {
    const { reservationId, metering } = this
    const change = { reservationId, accountId: metering.accountId, expiresInSeconds, ...estimate }
    return metering.entitlements.extend(change).then(
      ({ ok }) => ok,
      (error: unknown) => {
        if (isCharged(error)) return true
        throw error
      },
    )
  }

  /** False while nothing of the response has arrived: until then the reserved tokens remain the estimate. */
  private hasOutput(): boolean {
    return this.usage !== undefined || this.characters > 0
  }

  private soFar(): { readonly work: Work } {
    const { usage, expected, characters, metering, call } = this
    const output = Math.max(usage?.output ?? 0, Math.ceil(characters / CHARACTERS_PER_TOKEN))
    return { work: workOf(metering, call, { ...(usage ?? { input: expected.input }), output }) }
  }
}

const expirySeconds = ({ expiresInSeconds = 60 }: AiMetering): number => expiresInSeconds

const isCharged = (error: unknown): boolean => error instanceof StackgateError && CHARGED.includes(error.code)

/** A cost as a decimal. Undefined for what is no cost: a commit is never refused because of it. */
const costText = (cost: unknown): string | undefined =>
  typeof cost === 'number' && cost >= 0 && cost < MAX_COST
    ? cost.toFixed(COST_DECIMALS).replace(/\.?0+$/, '')
    : undefined

/** Work of a call by the names of the rate card. */
function workOf({ quantities: names = {}, dimensions }: AiMetering, call: AiCall, usage: AiUsage): Work {
  const quantities: Record<string, number> = {}
  const add = (name: string | undefined, amount: number | undefined): number => {
    if (name === undefined || !amount) return 0
    quantities[name] = (quantities[name] ?? 0) + amount
    return amount
  }
  const ofHour = add(names.cacheWriteHour, usage.cacheWriteHour)
  const parts =
    ofHour + add(names.cachedInput, usage.cachedInput) + add(names.cacheWrite, (usage.cacheWrite ?? 0) - ofHour)
  add(names.input ?? 'input_tokens', Math.max(0, usage.input - parts))
  const reasoning = add(names.reasoning, usage.reasoning)
  add(names.output ?? 'output_tokens', Math.max(0, usage.output - reasoning))
  return { quantities, dimensions: dimensions?.(call) ?? { model: call.model } }
}

function estimateOf({ params, kind }: AiCall): AiUsage {
  const input = Math.max(1, Math.ceil(charactersOf(params) / CHARACTERS_PER_TOKEN))
  if (kind === 'embed') return { input, output: 0 }
  const request = Object(params) as Record<string, unknown>
  const limit = LIMITS.map((name) => request[name]).find((value) => typeof value === 'number')
  return { input, output: typeof limit === 'number' ? limit : DEFAULT_OUTPUT }
}

/** Characters of all texts of a request, without files that it contains as text. */
function charactersOf(value: unknown, name = ''): number {
  if (typeof value === 'string') return name === 'data' || value.startsWith('data:') ? 0 : value.length
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return 0
  return Object.entries(value).reduce((sum, [key, member]) => sum + charactersOf(member, key), 0)
}
