import { globSync, readFileSync } from 'node:fs'

/** Every file that parses JSON or YAML: what bounds the time that a text of a caller can take. */
const BOUNDS: Record<string, string> = {
  'src/rest/marketplace/integrations.ts': 'a parameter of the address: 16 KiB of headers',
  'src/rest/raw-body.ts': 'counted before it is parsed',
  'src/bootstrap.mjs': 'the lock file of the project',
  'src/edge/http/json-bodies.ts': 'counted before it is parsed',
  'src/startup/mcp/stdio-lines.ts': 'lines of the program that started the command',
  'src/edge/graphql/read-request.ts': 'a parameter of the address: 16 KiB of headers',
  'src/services/kernel/paging/page.ts': 'a cursor of at most 16,384 characters',
  'src/services/kernel/events/snapshot-cursor.ts': 'a cursor of at most 16,384 characters',
  'src/services/deployments/commands/open-report.ts': 'cut before it is parsed, and in a thread if it is large',
  'src/services/deployments/redaction/duplicate-members.ts': 'each string by itself, of a report that was cut',
  'src/services/kernel/database/lossless-json.ts': 'a report that was cut, in a thread if it is large',
  'src/services/kernel/yaml/compose-yaml.ts': 'counted while it is parsed',
  'src/services/kernel/yaml/read-yaml.ts': 'nodes of a text that was counted',
  'src/services/catalog/definition/catalog-source.ts': 'nodes of a text that was counted',
  'src/services/catalog/prices/read-price-document.ts': 'a list of at most 8 MiB that the operator chose',
  'src/services/catalog/tariffs/tariff.ts': 'written by the server, at most 2,000 characters',
  'src/services/kernel/outbound/upstream.ts': 'an answer of a service that the operator chose',
  'src/services/billing/providers/paypal/paypal-client.ts': 'an answer of PayPal',
  'src/services/billing/providers/paypal/paypal-errors.ts': 'an answer of PayPal',
  'src/services/billing/providers/paypal/webhooks/verify-event.ts': 'an event with a valid signature',
  'src/services/billing/providers/stripe/read-payments.ts': 'metadata that this server wrote, at most 500 characters',
  'src/services/identity/oauth/access-tokens.ts': 'sealed by the server',
  'src/services/deployments/agents/link-session.ts': 'sealed by the server',
  'src/services/deployments/hooks/hook-secret.ts': 'sealed by the server',
  'src/services/deployments/commands/secret-parameters.ts': 'sealed by the server',
  'src/services/deployments/commands/fill-values.ts': 'only written',
  'src/services/deployments/broker/send-messages.ts': 'written by the server',
  'src/services/deployments/model/deployment-values.ts': 'sealed by the server',
  'src/services/billing/machine-payments/payment-library.ts': 'a header, which has at most 16 KiB',
  'src/services/entitlements/edge-token/token-keys.ts': 'sealed by the server',
  'src/rest/serialize-response.ts': 'written by the server',
  'src/services/identity/audit/audit-mutation.ts': 'written by the server',
  'src/services/kernel/database/postgres-safe-json.ts': 'written by the server, of a value that a caller sent parsed',
  'src/services/kernel/notifier/postgres-transport.ts': 'written by the server',
  'src/services/billing/reconciliation/reconciliation-reports.ts': 'written by the server',
  'src/services/billing/book/copied-columns.ts': 'written by the server',
  'src/services/deployments/model/large-values.ts': 'stored by the server, and read within a budget of bytes',
  'src/resolvers/identity/webhook-endpoint.resolver.ts': 'written by the server',
  'src/services/billing/reconciliation/verify-report.ts': 'a file of the operator',
  'src/services/entitlements/ledger-chain/root-content.ts': 'a file of the operator',
  'src/services/kernel/backup/read-backup.ts': 'a file of the operator',
  'src/services/identity/tokens/local-tokens.ts': 'a file of the operator',
  'src/startup/data-folder.ts': 'a file of the operator',
  'src/wiring/document-manifest.ts': 'a file of the operator',
  'src/startup/server-api.ts': 'an answer of the server of the operator',
  'src/startup/verify-commands.ts': 'a file of the operator',
  'src/startup/add/application.ts': 'the manifest of the application in whose folder an operator runs the command',
  'src/startup/init/compose-file.ts': 'a file of the package, which the command copies',
  'src/services/kernel/embedded-postgres/binaries.ts': 'a file of a package',
  'src/services/ops/advance-clock/sandbox-clock.ts': 'an answer of the payment sandbox',
  'src/services/kernel/server-version.ts': 'a file of a package',
  'src/services/kernel/text/say.ts': 'files of messages of this repository',
  'src/services/marketplace/templates/definition/compose-schema.ts': 'a file of the package',
  'src/services/marketplace/templates/definition/written-definition.ts':
    'written by the server, of a definition that was counted',
  'src/edge/graphiql/page.ts': 'in the browser',
}

describe('texts that the server parses', () => {
  it('are bounded wherever a caller writes them: a new place states its bound here', () => {
    const parsing = globSync('src/**/*.{ts,mjs}').filter((file) =>
      /\bJSON\.parse\(|from 'yaml'/.test(readFileSync(file, 'utf8').replace(/^\s*(?:\/?\*|\/\/).*$/gm, '')),
    )
    expect(parsing.toSorted()).toEqual(Object.keys(BOUNDS).toSorted())
  })

  it('are YAML only where the texts are counted', () => {
    const unbounded = globSync('src/**/*.ts').filter((file) =>
      /\bparse(?:Document|AllDocuments)?\b[^\n]*from 'yaml'/.test(readFileSync(file, 'utf8')),
    )
    expect(unbounded).toEqual(['src/startup/init/compose-file.ts'])
  })
})
