import { codeInfo } from '#services/kernel/codes/codes.js'
import { denied, isDenied } from '#services/kernel/result/denied.js'
import type { RequestContext } from '#context/request-context.js'

/** Status of denials that a program can pay. */
const PAYMENT_REQUIRED = 402

/** Runs an operation again after a program has paid for what lifts its denial, or offers that to programs. */
export async function payDenied(context: RequestContext, run: () => unknown): Promise<unknown> {
  const outcome = await run()
  const { machinePayments: payments, payment } = context
  if (!payments || !payment || payment.isRedeemed) return outcome
  const { credential } = payment
  if (!isDenied(outcome)) {
    const headers = credential === null ? null : await payments.receipt(context, credential)
    if (headers) payment.extension = { receipt: headers.get('payment-receipt') }
    return outcome
  }
  if (codeInfo(outcome.denial.code).status !== PAYMENT_REQUIRED) return outcome
  const answer = await payments.answer(context, outcome.denial, credential)
  if (!answer) return outcome
  if (answer.kind === 'UNKNOWN') {
    // No challenge beside a payment that can have been made.
    payment.extension = null
    return denied(answer.denial)
  }
  if (answer.kind === 'OFFER') {
    const challenge = answer.headers.get('www-authenticate')
    if (challenge ?? answer.problem) payment.extension ??= { challenge, problem: answer.problem }
    return outcome
  }
  payment.isRedeemed = true
  const receipt = answer.headers.get('payment-receipt')
  payment.extension = receipt === null ? null : { receipt }
  context.clearLoaded()
  return run()
}
