import type { StripeRoute } from '../stripe/api/route.js'

const BEGIN = '<!-- routes: npm run sandbox:contract writes this list -->'
const END = '<!-- /routes -->'

/** The README with the list of what is implemented as it is: a line for each resource. */
export function withRouteList(readme: string, routes: readonly StripeRoute[]): string {
  const before = readme.indexOf(BEGIN)
  const after = readme.indexOf(END)
  if (before < 0 || after < before) throw new Error(`the README has no place for the routes: ${BEGIN} … ${END}`)
  return `${readme.slice(0, before)}${BEGIN}\n${routeList(routes)}\n${readme.slice(after)}`
}

function routeList(routes: readonly StripeRoute[]): string {
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
