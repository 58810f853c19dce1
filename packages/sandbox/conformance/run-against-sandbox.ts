import { Stripe } from 'stripe'
import { startSandbox } from '../sandbox.js'
import { runScenario, type StepResult } from './run-scenario.js'
import type { Step } from './step.js'

const TOKEN = 'conformance'

/** Plays the scenario against a new in-memory sandbox. Also returns the violations of Stripe's schemas. */
export async function runAgainstSandbox(
  steps: readonly Step[],
  { now, live = false }: { now: number; live?: boolean },
): Promise<{ played: StepResult[]; violations: string[] }> {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    token: TOKEN,
    clock: new Date(now * 1000),
    checked: true,
  })
  try {
    const stripe = new Stripe('sk_test_sandbox_conformance', {
      host: '127.0.0.1',
      port: sandbox.port,
      protocol: 'http',
      telemetry: false,
    })
    const control = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${sandbox.url}/_sandbox/api/${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return { status: response.status, ...((await response.json()) as object) }
    }
    // Beside Stripe itself the sandbox plays only what Stripe can play too.
    const played = await runScenario(steps, { stripe, now, control: live ? null : control })
    return { played, violations: [...sandbox.violations] }
  } finally {
    await sandbox.close()
  }
}
