/** Tables with such columns. The query builder cannot derive its types for a union of all tables. */
type SealedTable = 'agent' | 'command' | 'retired_agent_token' | 'signing_key' | 'stored_secret' | 'webhook_endpoint'

/** A column that holds sealed secrets, and what each seal is bound to. A test finds columns that are missing here. */
export interface SealedColumn {
  readonly table: SealedTable
  readonly column: string
  /** The row's key, by which it is found again. */
  readonly key: string
  /** The purpose that the secret was sealed for. */
  purpose(key: string): string
}

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'agent', column: 'token_sealed', key: 'id', purpose: (id) => `agent:${id}` },
  { table: 'agent', column: 'previous_token_sealed', key: 'id', purpose: (id) => `agent:${id}` },
  {
    table: 'retired_agent_token',
    column: 'token_sealed',
    key: 'token_hash',
    purpose: (hash) => `retired_agent_token:${hash}`,
  },
  { table: 'command', column: 'parameters_sealed', key: 'id', purpose: (id) => `command:${id}` },
  { table: 'webhook_endpoint', column: 'secret', key: 'id', purpose: (id) => `webhook_endpoint:${id}` },
  { table: 'webhook_endpoint', column: 'previous_secret', key: 'id', purpose: (id) => `webhook_endpoint:${id}` },
  { table: 'signing_key', column: 'private_sealed', key: 'id', purpose: (id) => `signing_key:${id}` },
  { table: 'stored_secret', column: 'sealed', key: 'path', purpose: (path) => `stored_secret:${path}` },
]
