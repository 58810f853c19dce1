/** A route as the list names it. */
export interface ListedRoute {
  method: string
  path: string
}

/** Provider of a list of routes, as the markers in the README name it. */
export type Provider = 'stripe' | 'paypal'

/** Returns the README with its list of implemented routes updated, one line per resource. */
export function withRouteList(readme: string, provider: Provider, routes: readonly ListedRoute[]): string {
  const begin = `<!-- ${provider} routes: npm run sandbox:contract writes this list -->`
  const end = `<!-- /${provider} routes -->`
  const before = readme.indexOf(begin)
  const after = readme.indexOf(end)
  if (before < 0 || after < before) throw new Error(`the README has no place for the routes: ${begin} … ${end}`)
  return `${readme.slice(0, before)}${begin}\n${routeList(routes)}\n${readme.slice(after)}`
}

function routeList(routes: readonly ListedRoute[]): string {
  const groups = new Map<string, string[]>()
  for (const { method, path } of routes) {
    const resource = path.split('/:', 1)[0] ?? path
    const name = resource.split('/').slice(2).join('/')
    groups.set(name, [...(groups.get(name) ?? []), `\`${method} ${path}\``])
  }
  const rows = [...groups].toSorted(([one], [other]) => one.localeCompare(other))
  return [
    '| resource | routes |',
    '|---|---|',
    ...rows.map(([name, list]) => `| ${name} | ${list.join(' · ')} |`),
  ].join('\n')
}
