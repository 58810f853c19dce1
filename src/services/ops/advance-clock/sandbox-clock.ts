import { AppError } from '#services/kernel/errors/app-error.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** The sandbox's own clock, over its control interface. It moves with ours. */
export interface SandboxClock {
  read(): Promise<SandboxClockState>
  /** Moves the clock. Returns when all scheduled jobs there have run and their deliveries were attempted. */
  move(to: Date): Promise<SandboxClockState>
}

export interface SandboxClockState {
  readonly now: Date
  readonly nextDue: Date | null
  readonly pendingDeliveries: number
  /** Work of single subscriptions or payments that failed there. It is repeated after a day, and everything else continues. */
  readonly failed: readonly FailedSandboxWork[]
}

interface FailedSandboxWork {
  readonly kind: string
  readonly subject: string
  readonly message: string
}

export function createSandboxClock(baseUrl: URL, token: string, timers: Timers): SandboxClock {
  const ask = async (init: RequestInit): Promise<SandboxClockState> => {
    const response = await fetch(new URL('/_sandbox/api/clock', baseUrl), {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: timers.timeoutSignal(300_000),
    }).catch((error: unknown) => {
      throw new AppError('UNAVAILABLE', 'The clock of the payment sandbox does not respond.', { cause: error })
    })
    if (!response.ok) throw await errorOf(response)
    const state = (await response.json()) as Omit<SandboxClockState, 'now' | 'nextDue'> & {
      readonly now: string
      readonly nextDue: string | null
    }
    return {
      now: new Date(state.now),
      nextDue: state.nextDue ? new Date(state.nextDue) : null,
      pendingDeliveries: state.pendingDeliveries,
      failed: state.failed,
    }
  }
  return {
    read: () => ask({ method: 'GET' }),
    move: (to) => ask({ method: 'POST', body: JSON.stringify({ to: to.toISOString() }) }),
  }
}

/** The sentence of the sandbox: it tells more than a status. */
async function errorOf(response: Response): Promise<AppError> {
  const text = await response.text()
  const sentence = sentenceOf(text) ?? `It responded with ${response.status}.`
  const message = `The payment sandbox did not move its clock. ${sentence}`
  return new AppError('UNAVAILABLE', message, { cause: new Error(text.slice(0, 200)) })
}

function sentenceOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { message?: string } }).error?.message
  } catch {
    return undefined
  }
}
