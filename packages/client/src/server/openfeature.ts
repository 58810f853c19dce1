import type { CheckResult } from '../entitlements/types.js'
import { isUnavailable } from '../entitlements/entitlements.js'
import { StackgateError } from '../errors.js'
import { isTextId } from '../text-id.js'
import { isRefusedId } from './identity.js'
import { ASK_SERVER, GrantChanges } from './openfeature-changes.js'
import { ProviderEvents } from './openfeature-events.js'
import type { Stackgate } from './stackgate-server.js'

/** Context of an evaluation. Its `targetingKey` is your ID of the customer. */
interface EvaluationContext {
  readonly targetingKey?: string | undefined
}

/** Result of an evaluation, as OpenFeature has it. */
interface Resolution<Value> {
  readonly value: Value
  readonly reason: string
  readonly variant?: string
  readonly errorCode?: never
  readonly errorMessage?: string
}

/** Codes of OpenFeature. */
type Code =
  | 'FLAG_NOT_FOUND'
  | 'GENERAL'
  | 'INVALID_CONTEXT'
  | 'PROVIDER_FATAL'
  | 'TARGETING_KEY_MISSING'
  | 'TYPE_MISMATCH'

/** A value, or the reason for which the feature has none of this type. */
type Read<Value> = { readonly value: Value } | { readonly mismatch: string }

/** Codes of a key that no repetition makes valid. */
const REJECTED: readonly string[] = ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED']

/**
 * A provider of OpenFeature (`@openfeature/server-sdk`): features are flags. A boolean says whether the customer has the feature, a number how
 * many units remain (`Infinity` without a limit), and an object is the entitlement. Features that are not counted have no number.
 */
export class StackgateProvider {
  readonly metadata = { name: 'stackgate' } as const
  readonly runsOn = 'server'
  readonly events = new ProviderEvents()
  readonly #stackgate: Stackgate
  readonly #changes: GrantChanges
  /** True while the server answers. Undefined before the first answer. */
  #isUp: boolean | undefined

  constructor(stackgate: Stackgate) {
    this.#stackgate = stackgate
    this.#changes = new GrantChanges(stackgate, (customer, flagsChanged) =>
      this.events.emit('PROVIDER_CONFIGURATION_CHANGED', { flagsChanged, metadata: { targetingKey: customer } }),
    )
  }

  /** @throws if the server does not answer, or rejects the key (`PROVIDER_FATAL`) */
  async initialize(): Promise<void> {
    try {
      await this.#stackgate.client.request(ASK_SERVER, {})
      this.#isUp = true
    } catch (error) {
      this.#isUp = false
      const { name, code } = isRejected(error)
        ? { name: 'ProviderFatalError', code: 'PROVIDER_FATAL' }
        : { name: 'GeneralError', code: 'GENERAL' }
      throw Object.assign(new Error((error as Error).message, { cause: error }), { name, code })
    }
  }

  onClose(): Promise<void> {
    this.#changes.close()
    return Promise.resolve()
  }

  resolveBooleanEvaluation(
    feature: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<Resolution<boolean>> {
    return this.#resolve(feature, defaultValue, context, ({ allowed }) => ({ value: allowed }))
  }

  resolveNumberEvaluation(
    feature: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<Resolution<number>> {
    return this.#resolve(feature, defaultValue, context, ({ entitlement }): Read<number> => {
      if (entitlement === null || entitlement.kind === 'boolean')
        return { mismatch: `The feature ${feature} is not counted, and has no number.` }
      return { value: entitlement.granted ? (entitlement.remaining ?? Infinity) : 0 }
    })
  }

  resolveStringEvaluation(feature: string, defaultValue: string): Promise<Resolution<string>> {
    const message = `The feature ${feature} has no text.`
    return Promise.resolve(failed(defaultValue, 'TYPE_MISMATCH', message))
  }

  resolveObjectEvaluation<Value>(
    feature: string,
    defaultValue: Value,
    context: EvaluationContext,
  ): Promise<Resolution<Value>> {
    return this.#resolve(feature, defaultValue, context, ({ entitlement }) => ({ value: entitlement as Value }))
  }

  async #resolve<Value>(
    feature: string,
    defaultValue: Value,
    { targetingKey }: EvaluationContext,
    read: (result: CheckResult) => Read<Value>,
  ): Promise<Resolution<Value>> {
    if (!isTextId(targetingKey))
      return failed(defaultValue, 'TARGETING_KEY_MISSING', 'Set targetingKey to your ID of the customer, as a text.')
    try {
      const result = await this.#stackgate.check({ customer: targetingKey, feature })
      this.#report(result.decidedBy === 'server' ? null : 'A policy decides while Stackgate is unavailable.')
      const { allowed, denial, entitlement } = result
      if (denial?.code === 'NOT_FOUND')
        return failed(defaultValue, 'FLAG_NOT_FOUND', `The catalog has no feature ${feature}.`)
      // Without the server, the policy decides whether a feature is allowed, but not its amount.
      if (entitlement === null && typeof defaultValue !== 'boolean')
        return failed(defaultValue, 'GENERAL', result.explain[0] ?? 'Stackgate is unavailable.')
      this.#changes.follow(targetingKey)
      const found = read(result)
      if ('mismatch' in found) return failed(defaultValue, 'TYPE_MISMATCH', found.mismatch)
      const variant = allowed ? 'allowed' : (denial?.code ?? 'denied')
      return { value: found.value, reason: 'TARGETING_MATCH', variant }
    } catch (error) {
      if (!(error instanceof StackgateError)) throw error
      if (isRejected(error)) return failed(defaultValue, 'PROVIDER_FATAL', error.message)
      if (isRefusedId(error)) return failed(defaultValue, 'INVALID_CONTEXT', error.message)
      if (isUnavailable(error)) this.#report(error.message)
      return failed(defaultValue, 'GENERAL', error.message)
    }
  }

  /** Emits an event when the server stops or begins to answer. */
  #report(problem: string | null): void {
    const isUp = problem === null
    const wasUp = this.#isUp
    this.#isUp = isUp
    if (wasUp === undefined || wasUp === isUp) return
    if (isUp) this.events.emit('PROVIDER_READY')
    else this.events.emit('PROVIDER_ERROR', { message: problem })
  }
}

const isRejected = (error: unknown): boolean => error instanceof StackgateError && REJECTED.includes(error.code)

function failed<Value>(value: Value, code: Code, errorMessage: string): Resolution<Value> {
  // The type of OpenFeature is an enumeration of the same texts.
  return { value, reason: 'ERROR', errorCode: code as never, errorMessage }
}
