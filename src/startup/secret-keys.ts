import { join } from 'node:path'
import type { Config } from '../services/kernel/config/config.js'
import { secretsKeyList } from '../services/kernel/config/environment.js'
import { readSecret } from './data-folder.js'

type Keyed = Pick<Config, 'secretsKeys' | 'dataDir' | 'secretFiles'>

/** The keys of sealed secrets as they are configured now: the environment's, else those that the data folder keeps. May be none. */
export function loadSecretsKeys({ secretsKeys, dataDir }: Keyed): readonly string[] {
  if (secretsKeys.length) return secretsKeys
  const kept = readSecret(dataDir, 'secrets-key')
  return kept ? secretsKeyList.parse(kept) : []
}

/** The key file that is reloaded while a server runs. Null if the keys are in the environment. */
export function secretsKeyFile({ secretsKeys, dataDir, secretFiles }: Keyed): string | null {
  if (secretFiles.secretsKey) return secretFiles.secretsKey
  return secretsKeys.length ? null : join(dataDir, 'secrets-key')
}
