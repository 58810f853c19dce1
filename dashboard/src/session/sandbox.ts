import type { Stackgate } from '@stackgate/client'
import { clientOf, signInToSandbox } from './session.js'

/** State of the payment sandbox: what can be paid, disputed, delivered again and broken. */
export interface SandboxOverview {
  readonly clock: { readonly now: string; readonly nextDue: string | null }
  readonly customers: readonly {
    readonly id: string
    readonly email: string | null
    readonly accountId: string | null
  }[]
  readonly checkouts: readonly SandboxAmount[]
  readonly payments: readonly SandboxAmount[]
  readonly deliveries: readonly {
    readonly id: string
    readonly eventType: string
    readonly status: string
    readonly attempts: number
  }[]
  readonly faults: readonly { readonly action: string }[]
  readonly failures: readonly { readonly customer: string }[]
}

export interface SandboxAmount {
  readonly id: string
  readonly accountId: string | null
  readonly amount: string
}

/** An action of the route of the sandbox. */
export type SandboxAction =
  | { readonly action: 'overview' | 'clear' }
  | { readonly action: 'pay'; readonly checkout: string; readonly outcome: 'paid' | 'declined' }
  | { readonly action: 'failNext'; readonly customer: string }
  | { readonly action: 'dispute'; readonly payment: string }
  | { readonly action: 'resend'; readonly delivery: string }
  | { readonly action: 'fault'; readonly fault: 'duplicate' | 'shuffle' | 'down' }

async function post<Result>(path: string, body: unknown): Promise<Result> {
  const response = await fetch(new URL(`sandbox/${path}`, document.baseURI), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: 'omit',
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Result & { message?: string; error?: { message?: string } }
  if (!response.ok) throw new Error(answer.message ?? answer.error?.message ?? String(response.status))
  return answer
}

/** Changes the payment sandbox. Only pages that are opened on the machine of the server can. */
export const controlSandbox = <Result>(action: SandboxAction): Promise<Result> => post<Result>('control', action)

export const startDemonstrationAgent = (deploymentHash: string, enrolmentToken: string) =>
  post<{ readonly agentId: string }>('agent', { deploymentHash, enrolmentToken })

let operator: Promise<Stackgate> | null = null

/** The clock belongs to operators: the bar has an operator of its own, for every person who is signed in. */
export function operatorClient(): Promise<Stackgate> {
  operator ??= signInToSandbox({ person: 'ops' }, false).then(
    (session) => clientOf(session, () => (operator = null)),
    (error: unknown) => {
      operator = null
      throw error
    },
  )
  return operator
}
