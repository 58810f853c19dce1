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
}

export function createSandboxClock(baseUrl: URL, token: string, timers: Timers): SandboxClock {
  const ask = async (init: RequestInit): Promise<SandboxClockState> => {
    const response = await fetch(new URL('/_sandbox/api/clock', baseUrl), {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: timers.timeoutSignal(300_000),
    })
    if (!response.ok)
      throw new Error(`the sandbox clock responded with ${response.status}: ${(await response.text()).slice(0, 200)}`)
    const state = (await response.json()) as { now: string; nextDue: string | null; pendingDeliveries: number }
    return {
      now: new Date(state.now),
      nextDue: state.nextDue ? new Date(state.nextDue) : null,
      pendingDeliveries: state.pendingDeliveries,
    }
  }
  return {
    read: () => ask({ method: 'GET' }),
    move: (to) => ask({ method: 'POST', body: JSON.stringify({ to: to.toISOString() }) }),
  }
}
