import { z } from 'zod'
import { setting, type ValuesOf } from '#services/kernel/config/module-settings.js'
import { httpUrl, list } from '#services/kernel/config/values.js'

const amqpUrl = z.string().transform((text, issues) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^amqps?:$/.test(url.protocol) && url.hostname) return url
  issues.addIssue({ code: 'custom', message: 'expected amqp://… or amqps://…' })
  return z.NEVER
})

const MISSING = 'missing; Vault requires both'

/** Settings of agents and installers. */
export const deploymentSettings = {
  /** Types of commands, or programs of command lines, that are allowed in addition to the command registry. */
  ALLOWED_COMMANDS: setting(
    list.pipe(z.array(z.string().toLowerCase().max(200, 'expected types of commands, separated by commas'))),
    [],
  ),
  /** Broker that notifies installers. Null: installers are not notified. */
  AMQP_URL: setting(amqpUrl, null, { isInFile: true }),
  /** Vault that keeps the tokens of compose agents. Null: the database does, under `SECRETS_KEY`. */
  VAULT_ADDR: setting(httpUrl, null, {
    problemOf: (address, _config, { VAULT_TOKEN: token }) => (token && !address ? MISSING : null),
  }),
  VAULT_TOKEN: setting(z.string(), null, {
    isInFile: true,
    problemOf: (token, _config, { VAULT_ADDR: address }) => (address && !token ? MISSING : null),
  }),
} as const

type DeploymentSettings = ValuesOf<typeof deploymentSettings>

declare module '#services/kernel/config/module-settings.js' {
  interface Settings extends DeploymentSettings {}
}
