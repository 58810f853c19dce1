import type { SealedColumn } from '#services/kernel/secrets/sealed-column.js'

/** Tokens of agents, parameters of commands, and values of deployments. */
export const deploymentSealed: readonly SealedColumn[] = [
  { table: 'agent', column: 'token_sealed', key: 'id', purpose: (id) => `agent:${id}` },
  { table: 'agent', column: 'previous_token_sealed', key: 'id', purpose: (id) => `agent:${id}` },
  {
    table: 'retired_agent_token',
    column: 'token_sealed',
    key: 'token_hash',
    purpose: (hash) => `retired_agent_token:${hash}`,
  },
  { table: 'deployment', column: 'values_sealed', key: 'id', purpose: (id) => `deployment:${id}` },
  { table: 'command', column: 'parameters_sealed', key: 'id', purpose: (id) => `command:${id}` },
]
