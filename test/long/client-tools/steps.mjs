// The same page for each client with a normalized cache: a query, a mutation, a subscription. Its script ends with one line of JSON.
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

export const { url, token, hash } = JSON.parse(process.argv[2])
export const socketUrl = url.replace(/^http/, 'ws')

export const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))

/** Selects `id` wherever it exists, as clients with a normalized cache must. */
const withIds = (text) => {
  const types = new TypeInfo(schema)
  const id = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'id' } }
  return print(
    visit(
      parse(text),
      visitWithTypeInfo(types, {
        SelectionSet: (node) => {
          const type = types.getParentType()
          const hasId = (isObjectType(type) || isInterfaceType(type)) && 'id' in type.getFields()
          const isSelected = node.selections.some(({ name }) => name?.value === 'id')
          return hasId && !isSelected ? { ...node, selections: [id, ...node.selections] } : undefined
        },
      }),
    ),
  )
}

export const PAGE = withIds(`query Page($hash: ID!) {
  viewer {
    user { id email }
    accounts(first: 10) { nodes { id name } }
    account {
      id
      name
      plan { endsAt plan { id code name currentVersion { number } rank prices { id interval { unit count } money { amountMinor currency } } } }
      billing { subscription { status plan { id code name currentVersion { number } } } }
      usage {
        entitlements { granted limit used feature { code name } }
        credits { feature { code } remaining }
      }
      members(first: 10) { nodes { id role user { id email } } }
      deployments(first: 5) { nodes { id hash status } pageInfo { endCursor } }
    }
  }
  plans { id code name currentVersion { number } rank prices { id interval { unit count } money { amountMinor currency } } features { enabled feature { code name } } }
  packages { id code name prices { id interval { unit count } money { amountMinor currency } } plan { id code name currentVersion { number } } }
  products(first: 50) { nodes { id code name type prices { id interval { unit count } money { amountMinor currency } } } }
  templates(first: 20) { nodes { id slug name vendor { id name } category { id code } product { id code name type } price { id interval { unit count } } } }
  deployment(id: $hash) {
    id
    hash
    status
    cursor
    account { id name }
    template { id slug name }
    agent { id presence deployment { hash } }
    commands(first: 8) { nodes { id status type deployment { id hash } } }
  }
}`)
export const ENQUEUE =
  withIds(`mutation Enqueue($command: CommandInput!, $deploymentId: ID!, $key: String!, $priority: CommandPriority, $timeoutSeconds: Int) {
  enqueueCommand(command: $command, deploymentId: $deploymentId, key: $key, priority: $priority, timeoutSeconds: $timeoutSeconds) {
    command { __typename id status type deployment { id hash } }
    denial { code message }
  }
}`)
export const STATUS = withIds(`subscription Status($hash: ID!, $after: String) {
  commandStatus(deploymentId: $hash, after: $after) {
    cursor
    ... on Event { sequence data subject { ... on Command { id status type } } }
  }
}`)
export const STATE = withIds(`query State($id: ID!) { command(id: $id) { id status } }`)

export const enqueueVariables = {
  deploymentId: hash,
  command: { start: { appCode: 'web' } },
  key: `key-${Math.random()}`,
}

export const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter((type) => isInterfaceType(type) || isUnionType(type))
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
)

/** Warnings and errors that the client prints. */
export const complaints = []
for (const level of ['warn', 'error']) console[level] = (...words) => void complaints.push(words.map(String).join(' '))

/**
 * Objects of the page with one ID and different values in one field, and IDs that two types share: read from the response, because a cache
 * returns what it has merged. Only scalars are compared; the page uses no aliases.
 */
export async function conflictsOfPage() {
  const name = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  const query = print(
    visit(parse(PAGE), {
      SelectionSet: (node, _key, parent) =>
        parent.kind === Kind.OPERATION_DEFINITION ? undefined : { ...node, selections: [name, ...node.selections] },
    }),
  )
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { hash } }),
  })
  const { data, errors } = await response.json()
  if (errors) throw new Error(JSON.stringify(errors))
  const [known, types, conflicts] = [new Map(), new Map(), []]
  const walk = (value) => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (typeof value !== 'object' || value === null) return
    const { __typename: type, id } = value
    if (id) {
      if (types.has(id) && types.get(id) !== type) conflicts.push(`${id} is ${types.get(id)} and ${type}`)
      types.set(id, type)
    }
    for (const [field, part] of Object.entries(value)) {
      walk(part)
      if (!id || typeof part === 'object') continue
      const key = `${type}:${id}.${field}`
      if (known.has(key) && known.get(key) !== part) conflicts.push(`${key}: ${known.get(key)} and ${part}`)
      known.set(key, part)
    }
  }
  walk(data)
  return { conflicts, objects: types.size }
}

export const finish = (report) => {
  process.stdout.write(`${JSON.stringify({ ...report, complaints })}\n`)
  process.exit()
}
