import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isOwnLocalPage } from './own-page.js'

/** The control interface of the payment sandbox. */
export type SandboxControl = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly body: unknown }>

const id = z.string().regex(/^[\w-]{1,100}$/)

/** Actions of a page. The control interface has more. */
const body = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('overview') }),
  z.strictObject({ action: z.literal('pay'), checkout: id, outcome: z.enum(['paid', 'declined']) }),
  z.strictObject({ action: z.literal('failNext'), customer: id, times: z.int().min(1).max(10).default(1) }),
  z.strictObject({ action: z.literal('dispute'), payment: id }),
  z.strictObject({ action: z.literal('resend'), delivery: id }),
  z.strictObject({ action: z.literal('fault'), fault: z.enum(['duplicate', 'shuffle', 'down']) }),
  z.strictObject({ action: z.literal('clear') }),
])

type Action = z.output<typeof body>

/** Number of deliveries that a fault changes: enough for the events of a month. */
const FAULTY_DELIVERIES = 20
const FAULTS = {
  duplicate: { action: 'duplicate', times: FAULTY_DELIVERIES },
  shuffle: { action: 'shuffle', times: FAULTY_DELIVERIES, window: 3 },
  // Without a number of times it stays until it is removed.
  down: { match: { path: '/' }, action: '500' },
} as const

/** Lets a page of this machine change the payment sandbox: the page needs no other address, and never sees the sandbox's own token. */
export function registerSandboxControl(app: FastifyInstance, control: SandboxControl): void {
  app.post('/dashboard/sandbox/control', async (request, reply) => {
    if (!isOwnLocalPage(request)) return reply.callNotFound()
    const parsed = body.safeParse(request.body)
    if (!parsed.success)
      return reply.code(400).send({ code: 'BAD_USER_INPUT', message: 'The sandbox has no such action.' })
    const { status, body: content } = await perform(control, parsed.data)
    return reply.code(status).header('cache-control', 'no-store').send(content)
  })
}

async function perform(control: SandboxControl, action: Action) {
  switch (action.action) {
    case 'overview':
      return control('GET', 'overview')
    case 'pay':
      return control('POST', `checkouts/${action.checkout}/pay`, { outcome: action.outcome })
    case 'failNext':
      return control('POST', 'payments/fail-next', { customer: action.customer, times: action.times })
    case 'dispute':
      return control('POST', 'disputes', { payment: action.payment })
    case 'resend':
      return control('POST', `deliveries/${action.delivery}/resend`)
    case 'fault':
      return control('POST', 'faults', FAULTS[action.fault])
    case 'clear':
      await control('DELETE', 'payments/fail-next')
      return control('DELETE', 'faults')
  }
}
