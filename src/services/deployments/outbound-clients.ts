import type { Settings } from '#services/kernel/config/module-settings.js'
import type { Config } from '../kernel/config/config.js'
import type { Metrics } from '../kernel/metrics/metrics.js'
import { createAddressGuard, guardedPool, type AddressGuard } from '../kernel/outbound/address-guard.js'
import { createUpstream, type Upstream } from '../kernel/outbound/upstream.js'
import { databaseSecretStore } from '../kernel/secret-store/database-secret-store.js'
import type { SecretStore } from '../kernel/secret-store/secret-store.js'
import { vaultSecretStore } from '../kernel/secret-store/vault-secret-store.js'
import type { Sql } from '../kernel/database/sql.js'
import type { SecretBox } from '../kernel/secrets/secret-box.js'
import type { Timers } from '../kernel/time/timers.js'

/** Outbound connections of deployments: to compose agents, and to the store of their tokens. */
export interface OutboundClients {
  readonly addressGuard: AddressGuard
  readonly secretStore: SecretStore
  /** Compose agents, all of them: one pool, several connections per agent. */
  readonly composeAgents: Upstream
}

export function createOutboundClients(parts: {
  config: Pick<Config, 'privateTargets'>
  settings: Pick<Settings, 'VAULT_ADDR' | 'VAULT_TOKEN'>
  database: Sql
  secrets: SecretBox
  metrics: Metrics
  timers: Timers
}): OutboundClients & { close(): Promise<void> } {
  const { config, settings, database, secrets, metrics, timers } = parts
  const { VAULT_ADDR: address, VAULT_TOKEN: token } = settings
  const addressGuard = createAddressGuard(config.privateTargets)
  const pool = guardedPool(addressGuard, { connectMs: 2_000, perOrigin: 4 })
  const composeAgents = createUpstream({ name: 'compose_agent', pool, metrics, timers, timeoutMs: 5_000 })
  const vault = address && token ? openVault({ address, token }, { metrics, timers }) : null
  return {
    addressGuard,
    composeAgents,
    secretStore: vault?.store ?? databaseSecretStore(database, secrets),
    close: async () => {
      await Promise.all([composeAgents.close(), vault?.upstream.close()])
    },
  }
}

/** The operator named its address, so that it may be a private one. */
function openVault(
  vault: { readonly address: URL; readonly token: string },
  { metrics, timers }: { readonly metrics: Metrics; readonly timers: Timers },
): { store: SecretStore; upstream: Upstream } {
  const guard = createAddressGuard([vault.address.hostname.replace(/^\[|\]$/g, '')])
  const pool = guardedPool(guard, { connectMs: 1_000, perOrigin: 4 })
  const upstream = createUpstream({ name: 'vault', pool, metrics, timers, timeoutMs: 2_000 })
  return { upstream, store: vaultSecretStore(upstream, vault) }
}
