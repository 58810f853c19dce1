/**
 * Where secrets are kept that somebody else may have written or may rotate: in our own database under seal, or in a Vault. A path
 * names what it is for, as `agent/<deployment hash>/compose_agent_token`.
 */
export interface SecretStore {
  readonly kind: 'database' | 'vault'
  /** Null when there is none; throws when the store cannot be asked. */
  read(path: string): Promise<string | null>
  write(path: string, value: string): Promise<void>
  /** Removing what is not there is fine. */
  remove(path: string): Promise<void>
}
