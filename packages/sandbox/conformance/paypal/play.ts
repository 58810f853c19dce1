import { startSandbox } from '#sandbox.js'
import { CLIENT_PREFIX, SECRET_PREFIX } from '#paypal/api/access-token.js'
import type { StepResult } from '../run-scenario.js'
import { Normalizer } from './normalize.js'
import type { Answer, Stage, Step } from './step.js'

const TOKEN = 'conformance'

/** API that the scenario is played against. */
export interface Opposite {
  /** Base URL of the API, without a trailing slash. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  /** The present business time. */
  readonly now: Date
  /** Control interface of the sandbox. Null for PayPal, which has none. */
  readonly control: Stage['control'] | null
}

/** Plays all steps in order. An error response is a valid result; only a step that throws is an error. */
export async function play(steps: readonly Step[], opposite: Opposite): Promise<StepResult[]> {
  const { url, now, control } = opposite
  const ids = new Map<string, string>()
  const normalizer = new Normalizer(now)
  const token = await tokenOf(opposite)
  const stage: Stage = {
    begun: now,
    call: (method, path, body, headers = {}) =>
      ask(`${url}${path}`, method, body, { ...headers, authorization: token }),
    id: (name) => {
      const id = ids.get(name)
      if (id === undefined) throw new Error(`no step kept ${name}`)
      return id
    },
    keep: (name, id) => {
      if (typeof id !== 'string') throw new Error(`${name} was not answered with an id`)
      ids.set(name, id)
    },
    control: (...call) => {
      if (control === null) throw new Error('only the sandbox can be controlled')
      return control(...call)
    },
  }
  const played: StepResult[] = []
  for (const { name, sandboxOnly, run } of steps) {
    if (sandboxOnly && control === null) continue
    const outcome = await run(stage).catch((error: unknown) => {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    })
    played.push({ step: name, outcome: normalizer.normalize(outcome) })
  }
  return played
}

/**
 * Plays the scenario against a new in-memory sandbox. Also returns the violations of PayPal's schemas and the calls.
 */
export async function playAgainstPayPalSandbox(
  steps: readonly Step[],
  { now, live = false }: { readonly now: Date; readonly live?: boolean },
): Promise<{ played: StepResult[]; violations: string[]; calls: { method: string; path: string }[] }> {
  const sandbox = await startSandbox({ port: 0, dataDir: null, token: TOKEN, clock: now, checked: true })
  try {
    const control: Stage['control'] = (method, path, body) =>
      ask(`${sandbox.url}/_sandbox/api/${path}`, method, body, { authorization: `Bearer ${TOKEN}` })
    const played = await play(steps, {
      url: `${sandbox.url}/paypal`,
      clientId: `${CLIENT_PREFIX}conformance`,
      clientSecret: `${SECRET_PREFIX}conformance`,
      now,
      // Beside PayPal itself the sandbox plays only what PayPal can play too.
      control: live ? null : control,
    })
    const { body } = await control('GET', 'calls')
    return { played, violations: [...sandbox.violations], calls: body['calls'] as { method: string; path: string }[] }
  } finally {
    await sandbox.close()
  }
}

async function tokenOf({ url, clientId, clientSecret }: Opposite): Promise<string> {
  const response = await fetch(`${url}/v1/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  })
  if (!response.ok) throw new Error(`PayPal gives no token: ${response.status}`)
  return `Bearer ${((await response.json()) as { access_token: string }).access_token}`
}

async function ask(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] }
}
