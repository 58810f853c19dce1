import { readViewer } from './accounts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from './dashboard-page.js'
import { entitlementService, type EntitlementService } from './entitlements.js'

/** Ann, who looks at the usage of her account in a catalog, `ai-platform` unless another one is named. */
export interface UsagePage {
  readonly dashboard: DashboardServer
  readonly ann: DashboardPage
  /** ID of her account. */
  readonly account: string
  readonly service: EntitlementService
  readonly consume: (amount: number) => ReturnType<EntitlementService['consume']>
}

/** Starts a dashboard, in which Ann has signed in. */
export async function startUsagePage(catalog = 'ai-platform'): Promise<UsagePage> {
  const dashboard = await startDashboard({ env: { CATALOG: catalog } })
  const service = await entitlementService(dashboard.server)
  const ann = await dashboard.open('/')
  await ann.signIn('Ann')
  await ann.live()
  const account = (await readViewer(dashboard.server, await dashboard.server.token('ann@example.com')))!.account.id
  const consume = (amount: number) => service.consume({ accountId: account, feature: 'ai_credits', amount })
  return { dashboard, ann, account, service, consume }
}
