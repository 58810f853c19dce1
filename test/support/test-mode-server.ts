import { startProcess, type ServerProcess } from './server-process.js'

/** A server process in test mode: its business clock is the database's time. Its provider cannot be reached. */
export const startTestModeServer = (
  request: { readonly databaseUrl: string; readonly dataDir: string; readonly env?: Readonly<Record<string, string>> },
  onLog?: (line: string) => void,
): Promise<ServerProcess> =>
  startProcess(
    {
      MODE: 'test',
      CATALOG: 'agileforge',
      DATABASE_URL: request.databaseUrl,
      DATA_DIR: request.dataDir,
      SECRETS_KEY: 'a secrets key of the tests',
      AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks',
      STRIPE_SECRET_KEY: 'sk_test_that_reaches_nobody',
      STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
      STRIPE_API_URL: 'http://127.0.0.1:9',
      LOG_LEVEL: 'info',
      ...request.env,
    },
    onLog,
  )
