import { mutationText, variablesOf } from './mutations.js'
import type { TestServer } from './test-server.js'

/** A compose file that nothing can be said against. */
export const VALID_COMPOSE_FILE = `
services:
  web:
    image: nginx:1.27-alpine
    ports: ["80:80"]
    environment:
      ADMIN_PASSWORD: \${ADMIN_PASSWORD}
    depends_on: [database]
  database:
    image: postgres:17-alpine
    environment: ["POSTGRES_PASSWORD=\${POSTGRES_PASSWORD:?say one}"]
`

/** Result of a template mutation. */
export interface TemplateMutationResult {
  readonly __typename: 'Template' | 'DeletePayload' | 'Denial'
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly status: string
  readonly version: number
  readonly nextVersion: {
    number: number
    status: string
    reviewComment: string | null
    name: string
    findings: string[]
  } | null
  readonly code: string
  readonly message: string
  readonly issues: { path: string[]; code: string; message: string }[]
  readonly deletedId: string
}

const REFUSED = `denial { __typename code message issues { path code message } }`

const ANSWER = `template { __typename id slug name status version nextVersion { number status reviewComment name findings } }
  ${REFUSED}`

let serial = 0

/** Acts as vendors and reviewers do, over GraphQL. A denial that is an error is returned as its code. */
export class MarketplaceClient {
  constructor(
    readonly server: TestServer,
    readonly token: string | null,
  ) {}

  create(input: Record<string, unknown> = {}): Promise<TemplateMutationResult> {
    const number = ++serial
    return this.change('createTemplate', {
      slug: `stack-${number}`,
      name: `Stack ${number}`,
      definition: VALID_COMPOSE_FILE,
      ...input,
    })
  }

  update = (templateId: string, changes: Record<string, unknown>) =>
    this.change('updateTemplate', { id: templateId, input: changes })

  submit = (templateId: string) => this.change('submitTemplate', { templateId })
  withdrawSubmission = (templateId: string) => this.change('withdrawTemplateSubmission', { templateId })
  startReview = (templateId: string) => this.change('reviewTemplate', { templateId, action: 'STARTED' })
  deprecate = (templateId: string) => this.change('deprecateTemplate', { templateId })
  remove = (templateId: string) => this.change('deleteTemplate', { templateId }, `__typename deletedId ${REFUSED}`)

  approve = (templateId: string, checklist: object | null = null) =>
    this.change('reviewTemplate', { templateId, action: 'APPROVED', checklist })

  requestChanges = (templateId: string, reason: string) =>
    this.change('reviewTemplate', { templateId, action: 'NEEDS_CHANGES', reason })

  reject = (templateId: string, reason: string) =>
    this.change('reviewTemplate', { templateId, action: 'REJECTED', reason })

  price = (templateId: string, amountMinor: number, interval = 'ONE_TIME', currency = 'USD') =>
    this.change('setTemplatePrice', {
      templateId,
      price: { money: { amountMinor, currency }, interval: interval === 'ONE_TIME' ? null : { unit: interval } },
    })

  withdraw = (templateId: string) => this.change('setTemplatePrice', { templateId, price: null })

  /** One call with a new key, unless the input has one. */
  async change(mutation: string, input: Record<string, unknown>, answer = ANSWER): Promise<TemplateMutationResult> {
    const { data, errors } = await this.server.graphql<Record<string, TemplateMutationResult>>(
      mutationText(mutation, answer),
      variablesOf(mutation, { idempotencyKey: `market-${++serial}`, ...input }),
      this.token,
    )
    if (errors)
      return {
        __typename: 'Denial',
        code: errors[0]!.extensions.code,
        message: errors[0]!.message,
      } as TemplateMutationResult
    return data[mutation]!
  }
}

/** A template that was drafted, handed in and approved. */
export async function publishTemplate(
  vendor: MarketplaceClient,
  reviewer: MarketplaceClient,
  input: Record<string, unknown> = {},
): Promise<TemplateMutationResult> {
  const draft = await vendor.create(input)
  if (draft.__typename !== 'Template') throw new Error(JSON.stringify(draft))
  await vendor.submit(draft.id)
  await reviewer.startReview(draft.id)
  const approved = await reviewer.approve(draft.id)
  if (approved.status !== 'APPROVED') throw new Error(JSON.stringify(approved))
  return approved
}

const CALLERS = {
  vendor: ['vera', 'vendor'],
  other: ['otto', 'vendor'],
  developer: ['dora', 'developer'],
  admin: ['admin', 'admin'],
  root: ['root', 'root'],
  user: ['ulla', 'user'],
} as const

/** One client for each role, and two for vendors; `tokens` by the name of the user. */
export type MarketplaceCallers = Readonly<Record<keyof typeof CALLERS, MarketplaceClient>> & {
  readonly tokens: Readonly<Record<string, string>>
}

export async function marketplaceCallers(server: TestServer): Promise<MarketplaceCallers> {
  const tokens: Record<string, string> = {}
  for (const [name, role] of Object.values(CALLERS))
    tokens[name] = await server.token(`${name}@example.com`, { roles: [role] })
  const as = (caller: keyof typeof CALLERS) => new MarketplaceClient(server, tokens[CALLERS[caller][0]]!)
  return {
    tokens,
    vendor: as('vendor'),
    other: as('other'),
    developer: as('developer'),
    admin: as('admin'),
    root: as('root'),
    user: as('user'),
  }
}

export const SEEN = `query ($slug: String!) { template(by: { slug: $slug }) { id status version name definition vendor { name verified } nextVersion { number status } reviews { nodes { action reason checklist { noSecrets noMaliciousCode } } } } }`

export const seeTemplate = async (server: TestServer, slug: string, token: string | null) =>
  (
    await server.graphql<{
      template:
        | null
        | (TemplateMutationResult & {
            reviews: { nodes: { action: string; reason: string | null }[] }
            definition: unknown
          })
    }>(SEEN, { slug }, token)
  ).data.template

export const listedTemplate = async (server: TestServer, slug: string) => {
  const { data } = await server.graphql<{ templates: { nodes: { slug: string; name: string; version: number }[] } }>(
    `{ templates(first: 100) { nodes { slug name version } } }`,
  )
  return data.templates.nodes.find((one) => one.slug === slug) ?? null
}

export const templateOutbox = (server: TestServer, id: string) =>
  server.query<{ type: string; payload: Record<string, unknown> }>(
    `select type, payload from outbox_event where payload->>'templateId' = $1 order by id`,
    [id],
  )
