import type { FeatureKey } from '../catalog-keys.js'
import { isUnavailable } from '../entitlements/entitlements.js'
import type { CheckResult, Denied } from '../entitlements/types.js'
import { misuse } from '../errors.js'
import { isRefusedId, unauthenticated, whoSent, type IdentifyOptions, type Rejection } from './identity.js'
import type { Stackgate } from './stackgate-server.js'

/** Options of the gates of a framework. */
export interface GateOptions<Incoming> extends IdentifyOptions<Incoming> {
  readonly stackgate: Stackgate
}

/** Body of a denied request: that of REST, with what would lift the denial. */
export interface GateBody {
  readonly error: string
  readonly code: string
  readonly message: string
  readonly remedies: Denied['denial']['remedies']
}

/** Null if the request may pass, otherwise the response. */
export type GateAnswer = { readonly status: number; readonly body: GateBody } | null

/** Statuses of denials that no purchase lifts. All others have 402, as over REST. */
const STATUSES: Readonly<Record<string, number>> = { RATE_LIMITED: 429, POOL_EXHAUSTED: 403, SPEND_CAP_REACHED: 403 }
const PAYMENT_REQUIRED = 402

/**
 * Decides if a request may use a feature.
 * @throws StackgateError with the code `CONFIGURATION` if the catalog has no such feature
 */
export async function decideGate<Incoming>(
  options: GateOptions<Incoming>,
  request: Incoming,
  feature: FeatureKey,
): Promise<GateAnswer> {
  const sender = await whoSent(options, request)
  if ('rejection' in sender) return refused(sender.rejection)
  if (sender.identity === null) return refused(unauthenticated('Sign in to the application first.'))
  const { customer } = sender.identity
  try {
    return answerOf(await options.stackgate.check({ customer, feature }), feature)
  } catch (error) {
    if (isUnavailable(error)) return answerOf({ allowed: false, denial: null }, feature)
    if (isRefusedId(error)) return refused(unauthenticated((error as Error).message))
    throw error
  }
}

const ERRORS = { 401: 'Not signed in', 500: 'Internal error' } as const

const refused = ({ status, code, message }: Rejection): GateAnswer => ({
  status,
  body: { error: ERRORS[status], code, message, remedies: [] },
})

function answerOf({ allowed, denial }: Pick<CheckResult, 'allowed' | 'denial'>, feature: string): GateAnswer {
  if (allowed) return null
  const { code, message, remedies } = denial ?? {
    code: 'UNAVAILABLE',
    message: `${feature} cannot be checked, because Stackgate is unavailable.`,
    remedies: [],
  }
  // The message names the feature that was most probably meant.
  if (code === 'NOT_FOUND') throw misuse(message)
  if (denial === null) return { status: 503, body: { error: 'Unavailable', code, message, remedies } }
  const status = STATUSES[code] ?? PAYMENT_REQUIRED
  return { status, body: { error: 'Not included', code, message, remedies } }
}

/** Gates of frameworks whose handlers take a `Request` and return a `Response`. */
export const fetchGate =
  (options: GateOptions<Request>) =>
  (feature: FeatureKey, handler: (request: Request) => Promise<Response> | Response) =>
  async (request: Request): Promise<Response> => {
    const answer = await decideGate(options, request, feature)
    return answer ? Response.json(answer.body, { status: answer.status }) : handler(request)
  }
