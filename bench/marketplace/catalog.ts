/** Catalog with one plan and some categories. */
export const marketCatalog = (shelves: readonly string[]): string => `
business: bench-market
currency: USD
features:
  deployments: { name: Deployments, kind: limit, unit: deployment }
plans:
  free: { name: Free, rank: 0, features: { deployments: 1 } }
categories:
${shelves.map((code, place) => `  ${code}: { title: ${code}, priority: ${place + 1} }`).join('\n')}
`
