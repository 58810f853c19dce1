import type { RequestContext } from '#context/request-context.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { GreetProbeArgs } from './greet-probe.type.js'

/** Publishes an event with a greeting. */
export function greetProbe(
  { caller, clock, database, requestId, settings }: RequestContext,
  { name, idempotencyKey }: GreetProbeArgs,
): Promise<{ readonly greeting: string } | Denied> {
  const greeting = `${settings.PROBE_GREETING}, ${name}`
  return runIdempotent(database, {
    scope: idempotencyScope(caller, 'probe', 'greetProbe', idempotencyKey),
    request: { name },
    replay: () => Promise.resolve({ greeting }),
    execute: async (transaction) => {
      if (name === '') return denied(refused('INVALID_PARAMETERS', 'The name is empty.', { field: 'name' }))
      await writeOutbox(transaction, {
        type: 'probe.ran',
        accountId: null,
        payload: { greeting },
        at: clock.now(),
        requestId,
      })
      return { value: { greeting }, reference: { __typename: 'Probe', id: name } }
    },
  })
}
