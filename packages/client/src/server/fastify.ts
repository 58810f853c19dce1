import type { FeatureKey } from '../catalog-keys.js'
import { toRequest, type ExpressResponse } from './express.js'
import { decideGate, type GateOptions } from './gate.js'
import { stackgateHandler, type HandlerOptions } from './handler.js'

/** A reply of Fastify. */
interface Reply {
  code(status: number): { send(body: unknown): unknown }
  send(body: unknown): unknown
  /** The response of Node. */
  readonly raw: object
}

/** A request of Fastify. */
interface FastifyRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly method: string
  readonly url: string
  readonly body?: unknown
}

/** A hook `preHandler` that lets a request pass if the customer has a feature, and otherwise replies with what would lift the denial. */
export const gate =
  <Incoming extends FastifyRequest>(options: GateOptions<Incoming>) =>
  (feature: FeatureKey) =>
  async (request: Incoming, reply: Reply): Promise<unknown> => {
    const answer = await decideGate(options, request, feature)
    return answer ? reply.code(answer.status).send(answer.body) : undefined
  }

/** Serves the browser of the customer: see `stackgateHandler`. */
export function fastifyHandler<Incoming extends FastifyRequest>({
  identify,
  ...options
}: HandlerOptions<Incoming>): (request: Incoming, reply: Reply) => Promise<unknown> {
  const incoming = new WeakMap<Request, Incoming>()
  const handle = stackgateHandler({ ...options, identify: (request) => identify(incoming.get(request)!) })
  return async (request, reply) => {
    const { method, url, headers, body } = request
    const given = await toRequest({ method, url, headers, body }, reply.raw as ExpressResponse)
    incoming.set(given, request)
    return reply.send(await handle(given))
  }
}
