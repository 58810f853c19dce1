import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { accountIdOf } from './accounts.js'
import { Buyer } from './buyer.js'
import { entitlementService, type EntitlementService } from './entitlements.js'
import { expectInvariants } from './invariants.js'
import { cleanRun, untilCounted, untilQuiet } from './money-runs.js'
import { startTestServer, type TestServer } from './test-server.js'

const DAY_MS = 86_400_000

/** A server with a catalog of its own, its subscribers and its clock. */
export class BilledAccounts {
  private constructor(
    readonly server: TestServer,
    readonly service: EntitlementService,
    /** Path of the catalog. */
    readonly catalog: string,
    private readonly operator: string,
  ) {}

  static async start(catalog: string): Promise<BilledAccounts> {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-billed-')), 'catalog.yaml')
    writeFileSync(path, catalog)
    const server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    return new BilledAccounts(server, await entitlementService(server), path, operator)
  }

  async subscriber(
    terms: Record<string, unknown>,
    how: { readonly card?: string } = {},
  ): Promise<{ buyer: Buyer; accountId: string }> {
    const buyer = await Buyer.named(this.server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', terms, how)
    await untilQuiet(this.server)
    return { buyer, accountId: await accountIdOf(this.server, buyer.token) }
  }

  async passDays(days: number): Promise<void> {
    await this.server.advanceTo(new Date(this.server.app.context.clock.now().getTime() + days * DAY_MS).toISOString())
    await untilQuiet(this.server)
    await reportUsage(this.server.app.context)
    await untilQuiet(this.server)
  }

  async expectNoDrift(): Promise<void> {
    await untilQuiet(this.server)
    await untilCounted(this.server)
    expect((await cleanRun(this.server, this.operator)).drift).toEqual([])
  }

  async close(): Promise<void> {
    await expectInvariants(this.server)
    await this.server.close()
  }
}

interface Invoice {
  readonly status: string
  readonly tax: { readonly decimal: string }
  readonly lines: {
    readonly nodes: readonly { readonly description: string; readonly money: { readonly decimal: string } }[]
  }
}

/** The invoices of a buyer, oldest first: status, tax, and each line as a text with its amount. */
export async function invoicesOf({ server, token }: Buyer) {
  const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
    `{ account { billing { invoices(first: 20) { nodes { status tax { decimal } lines { nodes { description money { decimal } } } } } } } }`,
    {},
    token,
  )
  return data.account.billing.invoices.nodes.toReversed().map(({ status, tax, lines }) => ({
    status,
    tax: tax.decimal,
    lines: lines.nodes.map(({ description, money }) => `${description} = ${money.decimal}`).toSorted(),
  }))
}
