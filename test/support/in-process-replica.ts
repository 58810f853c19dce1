import { createApp } from '#app.js'
import type { AppOptions } from '#wiring/app-options.js'
import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKeySet } from '#services/identity/tokens/local-tokens.js'
import { localTokenVerifier } from '#services/identity/tokens/token-verifier.js'
import { readConfig } from '#services/kernel/config/config.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import type { TestServer } from './test-server.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

/** Another server on a test server's database, in this process, with separate connections. It accepts the same tokens. */
export async function startReplica(
  server: TestServer,
  sources: Pick<AppOptions, 'timers' | 'random'> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const app = await createApp({
    checkResponses: true,
    ...sources,
    config: readConfig({
      PORT: '0',
      ROLE: 'api',
      DATABASE_URL: server.databaseUrl,
      DATA_DIR: server.dataDir,
      STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
      STRIPE_WEBHOOK_SECRET: server.webhookSecret,
      STRIPE_API_URL: server.sandbox.url,
      ...env,
    }),
    databaseUrl: server.databaseUrl,
    log: createLogger('silent'),
    verifyToken: localTokenVerifier(await localKeySet(server.dataDir), {
      issuer: LOCAL_ISSUER,
      timers: sources.timers ?? systemTimers,
      audience: LOCAL_AUDIENCE,
    }),
    secretsKeys: ['a secrets key of the tests'],
    sandboxClock: null,
    poolSize: 4,
  })
  const { url } = await app.listen()
  return { url: url.replace(/\/$/, ''), close: () => app.close() }
}
