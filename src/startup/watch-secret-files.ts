import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import type { Config } from '../services/kernel/config/config.js'
import { secretsKeyList, webhookSecretList } from '../services/kernel/config/environment.js'
import type { Logger } from '../services/kernel/logger/logger.js'
import { keyIdOf } from '../services/kernel/secrets/secret-box.js'
import { secretsKeyFile } from './secret-keys.js'

/** Every running process has read a changed file after this long, and some to spare. */
export const POLL_MS = 1_000

export interface WatchedSecrets {
  readonly secretsKeys?: readonly string[]
  readonly stripeWebhookSecrets?: readonly string[]
}

/**
 * Rereads the files of keys and webhook secrets periodically and applies changes. A file that is empty, broken or
 * temporarily missing changes nothing, and the log states the reason.
 */
export function watchSecretFiles(
  config: Config,
  log: Logger,
  use: (next: WatchedSecrets) => void,
): { readNow(): void; stop(): void } {
  const followed = [
    follow(secretsKeyFile(config), 'SECRETS_KEY', secretsKeyList, log, (secretsKeys) => {
      use({ secretsKeys })
      log.info({ keys: secretsKeys.map(keyIdOf) }, 'secrets keys reloaded')
    }),
    follow(config.secretFiles.stripeWebhookSecret, 'STRIPE_WEBHOOK_SECRET', webhookSecretList, log, (secrets) => {
      use({ stripeWebhookSecrets: secrets })
      log.info({ secrets: secrets.length }, 'webhook secrets reloaded')
    }),
  ]
  const readNow = () => followed.forEach((look) => look())
  const timer = setInterval(readNow, POLL_MS).unref()
  return { readNow, stop: () => clearInterval(timer) }
}

function follow(
  file: string | null,
  name: string,
  list: z.ZodType<string[], string>,
  log: Logger,
  changed: (values: string[]) => void,
): () => void {
  if (!file) return () => undefined
  let known = textOf(file)
  return () => {
    const text = textOf(file)
    if (text === known) return
    known = text
    const read = list.safeParse(text ?? '')
    if (read.success) changed(read.data)
    else log.error({ file, setting: name }, 'secret file invalid, keeping the previous value')
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
