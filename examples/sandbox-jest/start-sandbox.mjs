import { startPaymentSandbox } from '@stackgate/sandbox'

/** Starts one sandbox for the run. Test files find it in the environment: they may be CommonJS, which cannot import it. */
export default async function startSandbox() {
  const sandbox = await startPaymentSandbox({ clock: new Date('2026-01-31T10:00:00Z') })
  const { url, token, stripe } = sandbox
  process.env.PAYMENT_SANDBOX = JSON.stringify({ url, token, stripe })
  globalThis.paymentSandbox = sandbox
}
