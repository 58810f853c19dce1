import { mutationText, variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { eventually, type TestServer } from './test-server.js'

const DENIAL = `denial { __typename code message }`
const BATCH = `id name reason status openedBy { label } closedBy { label } closedAt revertedBy { label } revertReason revertedAt lastError
  lineCount pendingCount: lineCount(status: PENDING) appliedCount: lineCount(status: APPLIED) deniedCount: lineCount(status: DENIED)
  discardedCount: lineCount(status: DISCARDED) revertedCount: lineCount(status: REVERTED) notRevertedCount: lineCount(status: NOT_REVERTED)`
const LINES = `lines(first: 20) { nodes { id key feature { code } amount user { id } usedAt status units returnedUnits lostUnits denialCode denialMessage
  account { id } consumption { id amount taken { amount source { kind code } } } } }`
const EFFECTS = `effects(first: 10) { nodes { account { id } feature { code } lineCount deniedCount requestedUnits units remainingBefore remainingAfter overageUnits invoiceEffect
  taken { amount source { kind code } } overageCost { decimal } denied { key code message } } }`

export interface BatchLineAnswer {
  readonly id: string
  readonly key: string
  readonly status: string
  readonly user: { readonly id: string } | null
  readonly units: number | null
  readonly returnedUnits: number | null
  readonly denialCode: string | null
  readonly denialMessage: string | null
  readonly consumption: { readonly id: string } | null
}

export interface BatchAnswer {
  readonly __typename: string
  readonly id: string
  readonly status: string
  readonly code?: string
  readonly lineCount: number
  readonly pendingCount: number
  readonly appliedCount: number
  readonly deniedCount: number
  readonly acceptedCount: number
  readonly duplicateCount: number
  readonly rejected: readonly object[]
}

export interface EffectAnswer {
  readonly account: { readonly id: string }
  readonly units: number
  readonly deniedCount: number
  readonly denied: readonly { readonly key: string; readonly code: string }[]
}

/** The operations of batches as one caller. An error is returned as its code. */
export function batchClient(server: TestServer, token: string) {
  const call = async <Answer = BatchAnswer>(query: string, variables: object): Promise<Answer> => {
    const { data, errors } = await server.graphql<{ result: Answer & { readonly denial?: Answer | null } }>(
      query,
      variables as never,
      token,
    )
    return data?.result?.denial ?? data?.result ?? ({ code: errors?.[0]?.extensions.code ?? null } as Answer)
  }
  const mutate = (name: string, input: object, selection = `usageBatch { __typename ${BATCH} }`) =>
    call(mutationText(name, `${selection} ${DENIAL}`, 'result'), variablesOf(name, input))
  const read = (id: string) =>
    call<BatchAnswer & { readonly lines: { readonly nodes: readonly BatchLineAnswer[] } }>(
      `query ($id: ID!) { result: usageBatch(id: $id) { ${BATCH} ${LINES} } }`,
      { id },
    )
  const client = {
    token,
    open: (input: object = {}) =>
      mutate('openUsageBatch', { name: 'March', reason: 'Meter was down', idempotencyKey: randomUUID(), ...input }),
    add: (usageBatchId: string, lines: readonly object[]) =>
      mutate(
        'addToUsageBatch',
        { usageBatchId, lines },
        'acceptedCount duplicateCount rejected { index code message }',
      ),
    preview: (id: string) =>
      call<BatchAnswer & { readonly effects: { readonly nodes: readonly EffectAnswer[] } }>(
        `query ($id: ID!) {
          result: previewUsageBatch(id: $id) { lineCount deniedCount ${EFFECTS} ${DENIAL} }
        }`,
        { id },
      ),
    close: (usageBatchId: string) => mutate('closeUsageBatch', { usageBatchId }),
    revert: (usageBatchId: string, reason = 'Wrong month') => mutate('revertUsageBatch', { usageBatchId, reason }),
    read,
    list: () =>
      call<{ readonly nodes: readonly { readonly id: string }[]; readonly code?: string }>(
        `query { result: usageBatches { nodes { id status } } }`,
        {},
      ),
    /** Waits until the background job has ended. */
    ended: (id: string, status: 'CLOSED' | 'REVERTED') =>
      eventually(
        () => read(id),
        (batch) => batch.status === status,
      ),
    /** Opens a batch with these lines. */
    with: async (lines: readonly object[]) => {
      const { id } = await client.open()
      const added = await client.add(id, lines)
      if (added.acceptedCount !== lines.length) throw new Error(JSON.stringify(added))
      return id
    },
  }
  return client
}

export type BatchClient = ReturnType<typeof batchClient>

/** Lets the database reject each row of a table for which a condition on `new` holds. Returns the end of it. */
export async function rejectRows(server: TestServer, table: string, condition: string): Promise<() => Promise<void>> {
  await server.query(`create function test_reject() returns trigger language plpgsql as
    $body$ begin raise exception 'rejected by the test'; end $body$`)
  await server.query(
    `create trigger test_reject before insert on ${table} for each row when (${condition}) execute function test_reject()`,
  )
  return async () => {
    await server.query(`drop function test_reject() cascade`)
  }
}

/** Waits until the job of a batch has failed, and lets it continue with its fifth attempt. The pauses between attempts double. */
export async function skipToLastAttempt(server: TestServer, id: string): Promise<void> {
  await eventually(
    () => server.query(`select 1 from usage_batch where id = $1 and last_error is not null`, [id]),
    (failed) => failed.length > 0,
  )
  await eventually(
    () =>
      server.query(
        `update scheduled_job set attempts = 4, available_at = now() where key = $1 and lease_until is null returning id`,
        [id],
      ),
    (changed) => changed.length > 0,
  )
}
