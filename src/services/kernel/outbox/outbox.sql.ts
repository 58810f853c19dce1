import { statement } from '../database/statement.js'

/** Completes an event under its lease. */
export const recordRelayed = statement<{ id: string; token: string }>(`
  update outbox_event set state = 'RELAYED', relayed_at = now(), lease_token = null, lease_until = null
  where id = :id and lease_token = :token
`)
