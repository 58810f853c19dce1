import type { TestServer } from './test-server.js'

export interface ListedDeadLetter {
  id: string
  queue: string
  summary: string
  lastError: string | null
  attemptCount: number
  account: { name: string } | null
}

const id = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, '0')}`

/** One dead letter in each queue. Sync and broker share an ID, as they do in operation. */
export async function insertDeadLetters(server: TestServer): Promise<void> {
  await server.query(
    `insert into account (id, kind, external_id, name, created_at) values ($1, 'TEAM', 'a', 'a', now())`,
    [id('acc', 1)],
  )
  await server.query(
    `insert into mail_message (id, account_id, state, recipient, subject, body, html, at, attempts, last_error)
     values ($1, $2, 'DEAD', 'a@example.com', 'Hello', 'text', 'html', now(), 150, 'refused')`,
    [id('mal', 1), id('acc', 1)],
  )
  await server.query(
    `insert into outbox_event (id, type, payload, state, attempts, last_error, at) values ($1, 'test.dead', '{}', 'DEAD', 20, 'no handler', now())`,
    [id('obx', 2)],
  )
  await server.query(
    `insert into webhook_endpoint (id, url, types, secret, created_by) values ($1, 'https://hooks.example.com/x', '{*}', 'sealed', 'test')`,
    [id('whe', 1)],
  )
  await server.query(
    `insert into webhook_delivery (id, endpoint_id, event_id, type, body, state, attempts, last_error, attempt_log)
     values ($1, $2, 'obx_x', 'webhook.test', '{}', 'DEAD', 20, '500', '[]')`,
    [id('whd', 3), id('whe', 1)],
  )
  await server.query(
    `insert into usage_report (id, account_id, provider, feature, meter, from_version, to_version, amount, at, state, last_error)
     values ($1, $2, 'STRIPE', 'messages', 'meter', 1, 2, 5, now(), 'DEAD', 'no meter')`,
    [id('usg', 4), id('acc', 1)],
  )
  await server.query(
    `insert into scheduled_job (id, kind, key, run_at, available_at, attempts, last_error) values ($1, 'plan.expire', 'x', now(), 'infinity', 12, 'failed')`,
    [id('job', 5)],
  )
  for (const table of ['broker_message', 'template_sync_message'])
    await server.query(
      table === 'broker_message'
        ? `insert into broker_message (id, routing_key, body, state, attempts, last_error) values ($1, 'deployment.started', '{}', 'DEAD', 20, 'away')`
        : `insert into template_sync_message (id, template_id, action, body, state, attempts, last_error) values ($1, 'tpl_x', 'template_approved', '{}', 'DEAD', 20, 'away')`,
      [id('obx', 6)],
    )
}

export async function listDeadLetters(
  server: TestServer,
  token: string,
  variables: Record<string, unknown>,
): Promise<{ nodes: ListedDeadLetter[]; pageInfo: { endCursor: string } }> {
  const { data, errors } = await server.graphql<{
    deadLetters: { nodes: ListedDeadLetter[]; pageInfo: { endCursor: string } }
  }>(
    `query ($queue: QueueName, $first: Int, $after: String) { deadLetters(queue: $queue, first: $first, after: $after) {
       nodes { id queue summary lastError attemptCount account { name } } pageInfo { endCursor } } }`,
    variables,
    token,
  )
  expect(errors).toBeUndefined()
  return data.deadLetters
}

/** The only dead letter of a queue. */
export const deadLetterOf = async (server: TestServer, token: string, queue: string): Promise<ListedDeadLetter> =>
  (await listDeadLetters(server, token, { queue })).nodes[0]!
