import type { Timers } from '#services/kernel/time/timers.js'

/** Time for a call, which can include deliveries. */
const TIMEOUT_MS = 60_000

/** Calls of the control interface of the payment sandbox, for pages of this machine. */
export const createSandboxControl =
  (baseUrl: URL, token: string, timers: Timers) =>
  async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> => {
    const response = await fetch(new URL(`/_sandbox/api/${path}`, baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: timers.timeoutSignal(TIMEOUT_MS),
    })
    return { status: response.status, body: await response.json() }
  }
