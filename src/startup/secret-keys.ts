import type { Config } from '../services/kernel/config/config.js'
import { foundSecret } from './data-folder.js'

/** The keys of sealed secrets as they are configured now: the environment's, else the one that the data folder keeps. May be none. */
export function knownSecretsKeys({ secretsKeys, dataDir }: Pick<Config, 'secretsKeys' | 'dataDir'>): readonly string[] {
  if (secretsKeys.length) return secretsKeys
  const kept = foundSecret(dataDir, 'secrets-key')
  return kept ? kept.split(',').map((key) => key.trim()) : []
}
