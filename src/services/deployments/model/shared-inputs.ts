import { appCode, container, flag, inputType, named, oneOf, secret, text, whole } from './field-schemas.js'

// Parameters that several commands share.

/** Parameters of `start`, `stop` and `restart`. Each passes to the agent what has a meaning for it. */
export const appCommandInput = inputType('AppCommandInput', 'Starts, stops or restarts an application.', {
  app_code: appCode(),
  container: container(),
  force: flag(false).describe('Whether to act without waiting for a graceful stop. Agents of this version ignore it.'),
  timeout: named('timeoutSeconds', whole(1, 300, 'seconds'))
    .default(30)
    .describe('Seconds to wait for a graceful stop. Only for `stop`.'),
})

export const runtime = () =>
  oneOf('ContainerRuntime', 'Container runtime.', {
    runc: 'Runs containers on the kernel of the server.',
    kata: 'Runs each container in a small virtual machine.',
  }).describe('Container runtime. `kata` requires an agent that supports it.')

export const registryAuth = () => registryCredentials.optional().describe('Credentials for a private registry.')

const registryCredentials = inputType('RegistryAuthInput', 'Credentials for a private registry.', {
  registry: text(500).describe('Host name of the registry.'),
  username: text(500).describe('User name for the registry.'),
  password: secret(text(10_000)).describe('Password for the registry. Only the agent can read it.'),
})
