import type { ReplayDeliveriesInput } from '#schema/identity/change-webhook-endpoint.type.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { eventTypeIssues } from '#services/kernel/events/event-filter.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import { deliveriesMatching, listEndpoints } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../model/caller.js'
import { ownerIssues } from '../model/installation-access.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { ownerOfEndpoint, requireEndpoint } from './endpoint-access.js'
import { REPLAYED } from './replayed.js'

/** Number of deliveries that are sent again, or would be. */
export interface Replayed {
  readonly count: number
}

/** Sends all matching events again, with the same IDs, so that receivers can detect the duplicates. */
export async function replayDeliveries(
  context: IdentityContext,
  input: ReplayDeliveriesInput,
): Promise<Replayed | Denied> {
  const { accountId, endpointIds } = await endpointsOf(context, input)
  const [issue, ...issues] = replayIssues(input)
  if (issue) return denied(refusedInput([issue, ...issues]))
  const { types, from, to } = input
  const statuses = input.statuses ?? (['DEAD'] as const)
  const matching = deliveriesMatching(endpointIds, {
    statuses,
    types: types ?? null,
    from: from ?? null,
    to: to ?? null,
  })
  if (input.dryRun) {
    const { count } = await context.database.query
      .selectFrom('webhook_delivery')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(matching)
      .executeTakeFirstOrThrow()
    return { count }
  }
  return runIdempotent<Replayed>(context.database, {
    scope: idempotencyScope(context.caller, accountId ?? '', 'replayDeliveries', input.idempotencyKey),
    request: { webhookEndpointId: input.webhookEndpointId, statuses, types, from, to },
    // The number is the whole result, so it is stored in place of an ID.
    replay: (_transaction, { id }) => Promise.resolve({ count: Number(id) }),
    execute: async (transaction) => {
      const object = input.webhookEndpointId ?? accountId ?? 'installation'
      const actor = context.caller.principal
      await recordAudit(transaction, { accountId, actor, action: 'webhook_delivery.replay_all', object })
      const { numUpdatedRows } = await transaction.query
        .updateTable('webhook_delivery')
        .set(REPLAYED)
        .where(matching)
        .executeTakeFirstOrThrow()
      const count = Number(numUpdatedRows)
      if (count > 0) transaction.announce(WEBHOOK_TOPIC)
      return { value: { count }, reference: { __typename: 'ReplayDeliveriesPayload', id: String(count) } }
    },
  })
}

async function endpointsOf(
  context: IdentityContext,
  input: ReplayDeliveriesInput,
): Promise<{ readonly accountId: string | null; readonly endpointIds: readonly string[] }> {
  if (input.webhookEndpointId) {
    const { id, accountId } = await requireEndpoint(context, input.webhookEndpointId)
    return { accountId, endpointIds: [id] }
  }
  const accountId = await ownerOfEndpoint(context, input, 'manage')
  return { accountId, endpointIds: (await listEndpoints(context.database, accountId)).map(({ id }) => id) }
}

const ONE_OWNER = 'webhookEndpointId cannot be combined with accountId or allAccounts.'

const replayIssues = (input: ReplayDeliveriesInput): InputIssue[] => [
  ...ownerIssues(input),
  ...(input.webhookEndpointId && (input.accountId || input.allAccounts)
    ? [{ path: ['webhookEndpointId'], code: 'INVALID_PARAMETERS' as const, message: ONE_OWNER }]
    : []),
  ...(input.types?.length ? eventTypeIssues(input.types) : []).map((issue) => ({
    ...issue,
    code: 'INVALID_PARAMETERS' as const,
  })),
]
