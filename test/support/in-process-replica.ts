import { createApp } from '../../src/app.js'
import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKeySet } from '../../src/services/identity/tokens/local-tokens.js'
import { localTokenVerifier } from '../../src/services/identity/tokens/token-verifier.js'
import { readConfig } from '../../src/services/kernel/config/config.js'
import { createLogger } from '../../src/services/kernel/logger/logger.js'
import type { TestServer } from './test-server.js'

/** Another server on a house's database, in this process, with connections of its own; it takes the same tokens. */
export async function startReplica(house: TestServer): Promise<{ url: string; close(): Promise<void> }> {
  const app = await createApp({
    config: readConfig({
      PORT: '0',
      ROLE: 'api',
      DATABASE_URL: house.databaseUrl,
      DATA_DIR: house.dataDir,
      STRIPE_SECRET_KEY: 'sk_test_sandbox_house',
      STRIPE_WEBHOOK_SECRET: house.webhookSecret,
      STRIPE_API_URL: house.sandbox.url,
    }),
    databaseUrl: house.databaseUrl,
    log: createLogger('silent'),
    verifyToken: localTokenVerifier(await localKeySet(house.dataDir), {
      issuer: LOCAL_ISSUER,
      audience: LOCAL_AUDIENCE,
    }),
    secretsKeys: ['a secrets key of the tests'],
    sandboxClock: null,
    poolSize: 4,
  })
  const { url } = await app.listen()
  return { url: url.replace(/\/$/, ''), close: () => app.close() }
}
