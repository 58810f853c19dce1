import type { Entitlement } from '../entitlements/types.js'
import { StackgateError } from '../errors.js'
import { isTextId } from '../text-id.js'
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
type Code = 'FLAG_NOT_FOUND' | 'GENERAL' | 'TARGETING_KEY_MISSING' | 'TYPE_MISMATCH'

/**
 * A provider of OpenFeature (`@openfeature/server-sdk`): features are flags. A boolean says whether the customer has the feature, a number how
 * many units remain (`Infinity` without a limit), and an object is the entitlement.
 */
export class StackgateProvider {
  readonly metadata = { name: 'stackgate' } as const
  readonly runsOn = 'server'
  readonly #stackgate: Stackgate

  constructor(stackgate: Stackgate) {
    this.#stackgate = stackgate
  }

  resolveBooleanEvaluation(
    feature: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<Resolution<boolean>> {
    return this.#resolve(feature, defaultValue, context, (allowed) => allowed)
  }

  resolveNumberEvaluation(
    feature: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<Resolution<number>> {
    return this.#resolve(feature, defaultValue, context, (_, entitlement) =>
      entitlement?.granted ? (entitlement.remaining ?? Infinity) : 0,
    )
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
    return this.#resolve(feature, defaultValue, context, (_, entitlement) => entitlement as Value)
  }

  async #resolve<Value>(
    feature: string,
    defaultValue: Value,
    { targetingKey }: EvaluationContext,
    valueOf: (allowed: boolean, entitlement: Entitlement | null) => Value,
  ): Promise<Resolution<Value>> {
    if (!isTextId(targetingKey))
      return failed(defaultValue, 'TARGETING_KEY_MISSING', 'Set targetingKey to your ID of the customer.')
    try {
      const { allowed, entitlement, denial } = await this.#stackgate.check({ customer: targetingKey, feature })
      if (denial?.code === 'NOT_FOUND')
        return failed(defaultValue, 'FLAG_NOT_FOUND', `The catalog has no feature ${feature}.`)
      const reason = 'TARGETING_MATCH'
      return { value: valueOf(allowed, entitlement), reason, variant: allowed ? 'allowed' : (denial?.code ?? 'denied') }
    } catch (error) {
      if (error instanceof StackgateError) return failed(defaultValue, 'GENERAL', error.message)
      throw error
    }
  }
}

function failed<Value>(value: Value, code: Code, errorMessage: string): Resolution<Value> {
  // The type of OpenFeature is an enumeration of the same texts.
  return { value, reason: 'ERROR', errorCode: code as never, errorMessage }
}
