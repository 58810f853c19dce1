/** Groups of routes, in the order of the document. */
export const TAGS = {
  Documents: 'Descriptions of the APIs for programs.',
  Accounts: 'API keys, customers of an application, and their sessions.',
  Billing: 'Checkouts, plans, subscriptions, top-ups, dates and invoices of an account.',
  Entitlements:
    'Checks, usage and its amendments, caps, alerts, seats and sub-accounts. A denial has the status 402 if a purchase lifts it.',
  Templates: 'Templates of the marketplace for pages and vendors.',
  Marketplace: 'Templates and deployments for agents and installers.',
  Integrations: 'Routes of other services, in the formats of their contracts.',
  Deployments: 'Deployments of the accounts that the caller can see.',
  Commands: 'Commands for agents, and their results.',
  Containers: 'Commands for containers that wait for their result.',
  Compose: 'Control of applications through the compose agent, or through the polling agent without one.',
  'Agent protocol': 'Calls of agents. Agents poll; Stackgate never connects to them.',
  'Agent registration': 'Calls of installers and of the page of an agent.',
  Webhooks: 'Events of payment providers, and events that webhook endpoints receive.',
  Files: 'Reports and account data as files.',
  Operations: 'Health and metrics of a process.',
} as const satisfies Record<string, string>

export type Tag = keyof typeof TAGS
