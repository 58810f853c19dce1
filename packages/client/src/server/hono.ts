import type { FeatureKey } from '../catalog-keys.js'
import { decideGate, type GateOptions } from './gate.js'

/** A context of Hono. */
interface HonoContext {
  readonly req: { readonly raw: Request }
}

/** Middleware that lets a request pass if the customer has a feature, and otherwise responds with what would lift the denial. */
export const gate =
  <Incoming extends HonoContext>(options: GateOptions<Incoming>) =>
  (feature: FeatureKey) =>
  async (context: Incoming, next: () => Promise<void>): Promise<Response | void> => {
    const answer = await decideGate(options, context, feature)
    if (answer) return Response.json(answer.body, { status: answer.status })
    await next()
  }
