import type { FeatureKey } from '../catalog-keys.js'
import { decideGate, type GateBody, type GateOptions } from './gate.js'

/** Options of a middleware of tRPC. */
interface MiddlewareOptions<Context, Result> {
  readonly ctx: Context
  readonly next: () => Promise<Result>
}

/** Codes of tRPC by status. */
const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
}

/** The error of a denied call. tRPC recognizes it by its name. `cause` has what would lift the denial, for `errorFormatter`. */
export class GateError extends Error {
  override readonly name = 'TRPCError'
  readonly code: string
  override readonly cause: Error & { readonly body: GateBody }

  constructor(status: number, body: GateBody) {
    super(body.message)
    this.code = CODES[status] ?? 'FORBIDDEN'
    this.cause = Object.assign(new Error(body.message), { body })
  }
}

/** Middleware that lets a call pass if the customer has a feature, and otherwise throws what would lift the denial. */
export const gate =
  <Context>(options: GateOptions<Context>) =>
  (feature: FeatureKey) =>
  async <Result>({ ctx, next }: MiddlewareOptions<Context, Result>): Promise<Result> => {
    const answer = await decideGate(options, ctx, feature)
    if (answer) throw new GateError(answer.status, answer.body)
    return next()
  }
