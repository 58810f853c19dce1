import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { accessTo, type Access } from './access.js'
import type { CheckoutPayment, PaymentSandbox, PaymentSandboxOptions } from './payment-sandbox.js'
import { startSandbox, type Sandbox } from './sandbox.js'

export type { CheckoutPayment, PaymentChoice, PaymentSandbox, PaymentSandboxOptions } from './payment-sandbox.js'

const HOST = '127.0.0.1'
const clock = z.object({ now: z.string() })
const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Starts a sandbox for tests. It has no effect on other sandboxes of this or another process. */
export async function startPaymentSandbox(options: PaymentSandboxOptions = {}): Promise<PaymentSandbox> {
  const { port = 0, folder = null, checked = true, ...others } = options
  const sandbox = await startSandbox({
    ...others,
    host: HOST,
    port,
    dataDir: folder,
    checked,
    token: randomBytes(24).toString('base64url'),
  })
  return { ...accessTo(sandbox), violations: sandbox.violations, ...controlOf(sandbox) }
}

function controlOf(sandbox: Sandbox): Omit<PaymentSandbox, keyof Access | 'violations'> {
  const control: PaymentSandbox['control'] = (method, path, body) => callControl(sandbox, method, path, body)
  const advance = async (input: object) => new Date(clock.parse(await control('POST', 'clock', input)).now)
  const close = () => sandbox.close()
  return {
    control,
    payCheckout: async (id, choice = {}) =>
      (await control('POST', `checkouts/${encodeURIComponent(id)}/pay`, choice)) as CheckoutPayment,
    failNextPayment: async (customer, planned = {}) =>
      void (await control('POST', 'payments/fail-next', { customer, ...planned })),
    advanceClock: (to) => advance(to instanceof Date ? { to: to.toISOString() } : { bySeconds: to.seconds }),
    webhooksAttempted: async () => void (await advance({ bySeconds: 0 })),
    reset: async () => void (await control('POST', 'reset')),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function callControl(
  { url, token }: Sandbox,
  method: string,
  path: string,
  body: object | undefined,
): Promise<unknown> {
  const response = await fetch(`${url}/_sandbox/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const result: unknown = await response.json()
  if (response.ok) return result
  const { code, message } = failure.parse(result).error
  throw new Error(`${code}: ${message}`)
}
