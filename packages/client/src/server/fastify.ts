import { decideGate, type GateOptions } from './gate.js'

/** A reply of Fastify. */
interface Reply {
  code(status: number): { send(body: unknown): unknown }
}

/** A request of Fastify. */
interface FastifyRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A hook `preHandler` that lets a request pass if the customer has a feature, and otherwise replies with what would lift the denial. */
export const gate =
  <Incoming extends FastifyRequest>(options: GateOptions<Incoming>) =>
  (feature: string) =>
  async (request: Incoming, reply: Reply): Promise<unknown> => {
    const answer = await decideGate(options, request, feature)
    return answer ? reply.code(answer.status).send(answer.body) : undefined
  }
