/**
 * Store for secrets that another system can write or rotate: our database under seal, or a Vault. A path names the
 * purpose, for example `agent/<deployment hash>/compose_agent_token`.
 */
export interface SecretStore {
  readonly kind: 'database' | 'vault'
  /** Null if there is none. Throws if the store is unavailable. */
  read(path: string): Promise<string | null>
  write(path: string, value: string): Promise<void>
  /** Removing a missing secret has no effect. */
  remove(path: string): Promise<void>
}
