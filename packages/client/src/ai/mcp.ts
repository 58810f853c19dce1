import type { FeatureKey } from '../catalog-keys.js'
import type { Denial } from '../denials.js'
import type { Entitlements } from '../entitlements/entitlements.js'
import type { UseProperties, Work } from '../entitlements/types.js'

/** Price of the calls of a tool. */
export interface ToolMetering<Args extends readonly unknown[]> {
  readonly entitlements: Pick<Entitlements, 'withReservation'>
  /** ID or reference of the account, or a function of the arguments and the context of a call. */
  readonly accountId: string | ((...args: Args) => string)
  /** Code of the feature. */
  readonly feature: FeatureKey
  /** Units of a call. Default: 1 without `work`. */
  readonly amount?: number | undefined
  /** Work that the rate card of the feature prices, instead of `amount`. */
  readonly work?: ((...args: Args) => Work) | undefined
  /** Properties of the use, of those that the feature has in the catalog. Default: none. */
  readonly properties?: ((...args: Args) => UseProperties) | undefined
  /** Identifies a call: calls with the same key are charged once. Default: a new key. */
  readonly key?: ((...args: Args) => string) | undefined
}

/** Result of a denied call. Its text says what is wrong and what helps, and `_meta` has that for programs. */
export interface DeniedToolResult {
  isError: true
  content: { type: 'text'; text: string }[]
  _meta: { 'stackgate/denial': { code: string; remedies: unknown } }
  [member: string]: unknown
}

/**
 * Charges each call of a tool whose result is no error. A denial is a result that the model reads, and the tool is not called. A call is also
 * charged if the process ends before its result.
 */
export const meterTool =
  <Args extends readonly unknown[], Result extends object>(
    { entitlements, accountId, feature, amount, work, properties, key }: ToolMetering<Args>,
    handler: (...args: Args) => Promise<Result> | Result,
  ) =>
  async (...args: Args): Promise<Result | DeniedToolResult> => {
    const input = {
      accountId: typeof accountId === 'function' ? accountId(...args) : accountId,
      feature,
      ...(work ? { work: work(...args) } : { amount }),
      properties: properties?.(...args),
      key: key?.(...args),
      onExpiry: 'commit' as const,
    }
    let result: Result | undefined
    const done = await entitlements
      .withReservation(input, async (hold) => {
        result = await handler(...args)
        if ('isError' in result && result.isError) hold.use(0)
        return result
      })
      .catch((error: unknown) => {
        // The call is done, and its reservation commits it by itself.
        if (result) return { ok: true as const, value: result }
        throw error
      })
    return done.ok ? done.value : (result ?? deniedResult(done.denial))
  }

/** The result of a tool whose call is denied. */
export function deniedResult({ code, message, remedies }: Denial): DeniedToolResult {
  const steps = remedies.flatMap(({ label, url }) => (label ? [`- ${label}${url ? `: ${url}` : ''}`] : []))
  const text = [message, ...(steps.length > 0 ? ['What helps:', ...steps] : [])].join('\n')
  return { isError: true, content: [{ type: 'text', text }], _meta: { 'stackgate/denial': { code, remedies } } }
}
