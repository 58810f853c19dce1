import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isOwnLocalPage } from './own-page.js'

/** A person of the sandbox. */
export interface SandboxPerson {
  readonly email: string
  readonly roles: readonly string[]
}

export type SignSandboxToken = (person: SandboxPerson & { readonly expiresInSeconds: number }) => Promise<string>

/** People to try the dashboard as. */
const PERSONS: Readonly<Record<'ann' | 'vera' | 'ops', SandboxPerson>> = {
  ann: { email: 'ann@example.com', roles: ['user'] },
  vera: { email: 'vera@example.com', roles: ['vendor'] },
  ops: { email: 'ops@example.com', roles: ['admin'] },
}

const ROLES = ['user', 'vendor', 'developer', 'admin', 'root'] as const
/** A working day: a reload must not be a new start. */
const EXPIRES_IN_SECONDS = 8 * 3600

const body = z.union([
  z.strictObject({ person: z.enum(['ann', 'vera', 'ops']) }),
  z.strictObject({ email: z.email().max(254), role: z.enum(ROLES) }),
])

/** Signs in a person of the sandbox with one click. Only a page of this server that is opened on this machine gets a token; others get 404. */
export function registerSandboxSession(app: FastifyInstance, sign: SignSandboxToken): void {
  app.post('/dashboard/sandbox/session', async (request, reply) => {
    if (!isOwnLocalPage(request)) return reply.callNotFound()
    const parsed = body.safeParse(request.body)
    if (!parsed.success)
      return reply
        .code(400)
        .send({ code: 'BAD_USER_INPUT', message: 'Name a person: ann, vera or ops; or an email and a role.' })
    const input = parsed.data
    const person = 'person' in input ? PERSONS[input.person] : { email: input.email, roles: [input.role] }
    const token = await sign({ ...person, expiresInSeconds: EXPIRES_IN_SECONDS })
    return reply.header('cache-control', 'no-store').send({ token, expiresInSeconds: EXPIRES_IN_SECONDS, ...person })
  })
}
