import { join } from 'node:path'
import type { Config } from '../services/kernel/config/config.js'
import { secretsKeyList } from '../services/kernel/config/environment.js'
import { readSecret } from './data-folder.js'

type Keyed = Pick<Config, 'secretsKeys' | 'dataDir' | 'secretFiles'>

/** Current keys of sealed secrets: the environment's, otherwise those of the data folder. Can be empty. */
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
