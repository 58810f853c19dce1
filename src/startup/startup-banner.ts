import { commandLine } from '#services/kernel/command-line.js'
import { buildState } from '../edge/pages/built-pages.js'
import type { Config } from '../services/kernel/config/config.js'

export interface StartupBanner {
  readonly config: Config
  readonly sandboxUrl: URL | null
  /** A user's token to try; null where tokens come from elsewhere. */
  readonly token: string | null
  readonly businessTime: Date
}

/** The short table at the end of a start: where everything is, and what to try first. */
export function startupBanner({ config, sandboxUrl, token, businessTime }: StartupBanner): string {
  const at = (path: string) => new URL(path, config.publicUrl).href
  const rows: [string, string][] = [['Mode', `${config.mode}, catalog ${config.catalog}`]]
  if (config.modules) rows.push(['Modules', config.modules.join(', ')])
  if (config.role === 'worker')
    rows.push(['Role', 'worker: events, jobs and sweepers; the api processes answer requests'])
  else
    rows.push(
      ...pagesRow('Dashboard', config.dashboardFolder, at('dashboard/')),
      ['GraphQL', `${at('graphql')} (HTTP and WebSocket)`],
      ['GraphiQL', at('graphiql')],
      ...pagesRow('Documentation', config.docsFolder, at('docs/')),
      ['Health', at('health/ready')],
    )
  if (sandboxUrl) {
    rows.push(['Sandbox', `${new URL('/_sandbox', sandboxUrl).href} (payments, events, clock)`])
    rows.push(['Business clock', `${businessTime.toISOString()} (fixed; move it with advanceClock)`])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
  const firstSteps =
    token && config.role !== 'worker'
      ? `\n\n  A token for you@example.com (30 days; ${commandLine('token')} makes others):\n\n${token}\n\n${dashboardHint(config)}  For developers: open GraphiQL, which has a token, and ask\n` +
        `    { viewer { account { plan { plan { name } } } } plans { code prices { money { formatted } } } }\n` +
        (config.modules
          ? `  Next: ${config.docsFolder === null ? 'docs/modules.md' : at('docs/modules.html')} (the parts of the product).`
          : `  Next: ${config.docsFolder === null ? 'docs/tutorial.md' : at('docs/')} (denial, purchase, deployment, command).`)
      : ''
  return `\nStackgate is ready.\n\n${table}${firstSteps}\n\n`
}

const dashboardHint = ({ dashboardFolder, modules }: Config): string =>
  dashboardFolder === null || (modules && !modules.includes('billing'))
    ? ''
    : '  Try first: open the dashboard, sign in as Ann with one click, and choose a plan.\n'

/** The address of pages, with what a person has to know before opening them. */
function pagesRow(name: string, folder: string | null, url: string): [string, string][] {
  if (folder === null) return []
  const hints = { built: '', building: ' (being built)', failed: ' (could not be built: see the log)' }
  return [[name, url + hints[buildState(folder)]]]
}
