import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import type { GraphQLSchema } from 'graphql'
import { z } from 'zod'
import { ClientDocuments } from '#rest/shared-operations/client-documents.js'
import { AppError, isUnavailable } from '#services/kernel/errors/app-error.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import type { GraphQLResponse, ServerApi } from '../server-api.js'
import { createToolServer } from './mcp-server.js'
import { stdioLines } from './stdio-lines.js'
import { manifestOf, readTools, toolSchema, type ACCESS_DOCUMENTS, type Tool } from './read-tools.js'

export interface ServeOptions {
  readonly readOnly: boolean
  readonly previewSeconds: number
  readonly version: string
  /** Writes a line to stderr: stdout belongs to the protocol. */
  readonly say: (line: string) => void
}

/**
 * Serves the tools that the caller may use over stdin and stdout, until stdin ends. If the server is not reachable yet, all
 * tools are served, and their calls return `UNAVAILABLE`.
 * @throws if the server rejects the token
 */
export async function serveTools(
  api: ServerApi,
  { readOnly, previewSeconds, version, say }: ServeOptions,
): Promise<void> {
  const schema = await schemaOf(api)
  const known = readTools(schema).filter(({ preview }) => !readOnly || !preview)
  const access = await accessOf(api, schema, say)
  const tools = known.filter((tool) => isPermitted(tool, access))
  say(`${tools.length} of ${known.length} tools for ${api.url}`)
  const { stdin, stdout } = stdioLines(process.stdin, process.stdout)
  serveStdio(() => createToolServer({ api, tools, version, previewSeconds, timers: systemTimers }), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: (error) => say(error.message),
  })
}

/** The documents of all tools, for `TRUSTED_DOCUMENTS`. */
export const toolManifest = (): Record<string, string> => manifestOf(readTools(toolSchema()))

/** Permissions of the caller. Null: unknown. */
interface Access {
  readonly installation: readonly string[] | null
  readonly account: readonly string[] | null
}

const permissions = z.object({ viewerCan: z.array(z.string()) })
const access = z.object({ installation: permissions, account: permissions.nullish() })
const anAccount = z.object({ accounts: z.object({ nodes: z.array(z.object({ id: z.string() })) }).nullish() })

/** The schema of the modules that the server has. That of all modules while it is not reachable. */
async function schemaOf(api: ServerApi): Promise<GraphQLSchema> {
  try {
    return toolSchema(await api.file('graphql/schema.graphql'))
  } catch (error) {
    if (!isUnavailable(error)) throw error
    return toolSchema()
  }
}

async function accessOf(api: ServerApi, schema: GraphQLSchema, say: (line: string) => void): Promise<Access> {
  const documents = new ClientDocuments()
  const send = async (name: (typeof ACCESS_DOCUMENTS)[number], variables: Readonly<Record<string, unknown>>) =>
    dataOf(await api.execute(documents.textOf(name), variables))
  const permissionsOn = async (id: string | null) => {
    const { installation, account } = access.parse(await send('Permissions', { account: id }))
    return { installation: installation.viewerCan, account: account?.viewerCan ?? null }
  }
  try {
    const own = await permissionsOn(null)
    const mayList = own.installation.includes('OPS_READ') && 'accounts' in schema.getQueryType()!.getFields()
    if (own.account !== null || !mayList) return own
    // A service key without an account has the same permissions on every account.
    const { accounts } = anAccount.parse(await send('Accounts', { first: 1 }))
    const [first] = accounts?.nodes ?? []
    return first ? await permissionsOn(first.id) : own
  } catch (error) {
    if (!isUnavailable(error)) throw error
    say(`${(error as Error).message}; all tools are listed`)
    return { installation: null, account: null }
  }
}

function dataOf({ data, errors }: GraphQLResponse): object {
  if (data?.['installation'] ?? data?.['accounts']) return data
  const [first] = errors ?? []
  throw new AppError(
    'CONFIGURATION',
    `the server rejected the token (${first?.extensions?.code ?? 'INTERNAL'}): ${first?.message ?? 'no data'}`,
  )
}

const isPermitted = (tool: Tool, { installation, account }: Access): boolean =>
  (tool.installation === null || (installation?.includes(tool.installation) ?? true)) &&
  (tool.account === null || (account?.includes(tool.account) ?? true))
