import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { SYSTEM, type AppWord } from './read-app-states.js'

/** The reported state of one of the deployment's applications. */
export type ObservedApp = Pick<AppStateRow, 'appCode' | 'status' | 'containerState' | 'health'> &
  Pick<AppWord, 'keepsHealth'>

/** The names of a container or an application in a report. */
type Names = Pick<AppWord, 'appCode' | 'containerName'>
type Apps = Pick<DeploymentRow, 'hash' | 'apps'>

/** The way in which a container was recognized as the application's. Compose names containers by project, service and number. */
type Match = { readonly code: string } & (
  | { readonly kind: 'named' }
  | { readonly kind: 'composed'; readonly project: string }
)

/**
 * Pure: turns states of containers into states of the deployment's applications. The worst container of an application counts.
 * Containers of no application are ignored: those of other projects on the server, and those that ran once.
 */
export function toApps(deployment: Apps, words: readonly AppWord[]): ObservedApp[] {
  const codes = codesOf(deployment, words)
  const byCode = Map.groupBy(
    words.flatMap((word, index) => (codes[index] == null ? [] : [{ ...word, appCode: codes[index] }])),
    ({ appCode }) => appCode,
  )
  return [...byCode.values()].map(worst)
}

/** Pure: the code of the application to which each container belongs. Null for none. */
export function codesOf(deployment: Apps, containers: readonly Names[]): (string | null)[] {
  const matches = containers.map((names) => match(deployment.apps, names))
  const own = new Map(
    [...Map.groupBy(matches, (each) => each?.code)].map(([code, all]) => [code, ownOf(deployment, all)]),
  )
  return matches.map((each) => (each && own.get(each.code)!(each) ? each.code : null))
}

function match(apps: Apps['apps'], { appCode, containerName }: Names): Match | null {
  if (appCode === SYSTEM && containerName === null) return { kind: 'named', code: SYSTEM }
  const name = containerName ?? appCode ?? ''
  // An agent that does not know applications gives the container's name as the code as well.
  const saysCode = appCode !== null && (containerName === null || containerName !== appCode)
  const named = apps.find((app) =>
    app.containerName === null || saysCode
      ? app.code === (saysCode ? appCode : name) || app.containerName === name
      : app.containerName === name,
  )
  if (named) return { kind: 'named', code: named.code }
  const composed = apps.flatMap((app) => (app.containerName === null ? composedOf(app.code, name) : []))
  // 'my-web' rather than 'web' for 'shop-my-web-1'.
  return composed.toSorted((a, b) => b.code.length - a.code.length)[0] ?? null
}

function composedOf(code: string, name: string): Extract<Match, { kind: 'composed' }>[] {
  const [end] = /[-_]\d+$/.exec(name) ?? []
  const rest = end === undefined ? '' : name.slice(0, -end.length)
  const before = rest.slice(0, -code.length - 1)
  if (before === '' || (rest !== `${before}-${code}` && rest !== `${before}_${code}`)) return []
  return [{ kind: 'composed', code, project: before }]
}

/**
 * Selects the matches of one application that count: those by name, else those of the project in which agents deploy, else those of the only
 * project that has such a service. If two unknown projects have one, none counts.
 */
function ownOf({ hash }: Apps, matches: readonly (Match | null)[]): (match: Match) => boolean {
  if (matches.some((each) => each?.kind === 'named')) return ({ kind }) => kind === 'named'
  const projects = new Set(matches.flatMap((each) => (each?.kind === 'composed' ? [each.project] : [])))
  const code = matches[0]?.code ?? ''
  const known = [hash.toLowerCase(), 'project', code].find((project) => projects.has(project))
  const own = known ?? (projects.size === 1 ? [...projects][0] : undefined)
  return (match) => match.kind === 'composed' && match.project === own
}

const RANK: Readonly<Record<string, number>> = { UNHEALTHY: 3, ERROR: 3, UNKNOWN: 2, STOPPED: 1 }
const badness = ({ health, status }: AppWord): number => Math.max(RANK[health ?? ''] ?? 0, RANK[status ?? ''] ?? 0)

function worst(words: readonly (AppWord & { readonly appCode: string })[]): ObservedApp {
  const [first, ...others] = words
  const { appCode, status, containerState, health, keepsHealth } = others.reduce(
    (before, word) => (badness(word) >= badness(before) ? word : before),
    first!,
  )
  return { appCode, status, containerState, health, keepsHealth }
}
